"""The checks of chapter 10: vocabulary, skip-gram batches, noise, two losses, and neighbours."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.word2vec.analogy import check_analogy
from course_utils.checks.word2vec.build_vocabulary import check_build_vocabulary
from course_utils.checks.word2vec.earlier import own_or_course
from course_utils.checks.word2vec.keep_probability import check_keep_probability
from course_utils.checks.word2vec.nce_loss import check_nce_loss
from course_utils.checks.word2vec.nearest_words import check_nearest_words
from course_utils.checks.word2vec.negative_sampling_loss import check_negative_sampling_loss
from course_utils.checks.word2vec.noise_distribution import check_noise_distribution
from course_utils.checks.word2vec.skip_gram_batch import check_skip_gram_batch

__all__ = [
    "EXERCISES",
    "check_analogy",
    "check_build_vocabulary",
    "check_keep_probability",
    "check_nce_loss",
    "check_nearest_words",
    "check_negative_sampling_loss",
    "check_noise_distribution",
    "check_skip_gram_batch",
    "own_or_course",
]

EXERCISES = load_exercises("word2vec")
