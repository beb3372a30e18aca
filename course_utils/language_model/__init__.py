"""Language models of characters: n-gram tables, a recurrent reader, and texts that they write."""

from course_utils.language_model.ngrams import NGrams, ngram_model
from course_utils.language_model.reader import (
    Reader,
    batches,
    outputs_in_rows,
    surprise_in_rows,
    train,
)
from course_utils.language_model.streams import (
    bits_per_character,
    costs,
    stream_bits,
    surprise,
)
from course_utils.language_model.writing import nucleus, sample, tempered, write

__all__ = [
    "NGrams",
    "Reader",
    "batches",
    "bits_per_character",
    "costs",
    "ngram_model",
    "nucleus",
    "outputs_in_rows",
    "sample",
    "stream_bits",
    "surprise",
    "surprise_in_rows",
    "tempered",
    "train",
    "write",
]
