"""Word vectors: a text in pairs of words, and a model that learns them."""

from course_utils.word2vec.model import SkipGram
from course_utils.word2vec.text import (
    build_vocabulary,
    encode,
    generate_batch,
    keep_probability,
    noise_distribution,
    skip_grams,
)

__all__ = [
    "SkipGram",
    "build_vocabulary",
    "encode",
    "generate_batch",
    "keep_probability",
    "noise_distribution",
    "skip_grams",
]
