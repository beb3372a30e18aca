"""Words as ids, for translation: cutting sentences into words, vocabularies, padded batches."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PAD, UNK, GO, EOS = range(4)
SPECIAL = ("<pad>", "<unk>", "<go>", "<eos>")  # their names, in the order of their ids

# A word with the hyphen in front of it and the apostrophe behind it, or one punctuation mark.
_WORD = re.compile(r"-?\w+'?|[^\w\s]")

Words = Sequence[str]
Ids = NDArray[np.int32]


def tokenize(text: str) -> list[str]:
    """The text in lower case, cut into words and punctuation marks.

    A hyphen stays with the word behind it and an apostrophe with the word before it, so that
    `join` can put the text together again.

    >>> tokenize("Seventy-two, isn't it?")
    ['seventy', '-two', ',', "isn'", 't', 'it', '?']
    """
    return _WORD.findall(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def join(words: Words) -> str:
    """The text of some words; undoes `tokenize`, but for upper case and unusual spaces.

    >>> join(['soixante', '-douze', ',', "n'", 'est', '-ce', 'pas', '?'])
    "soixante-douze, n'est-ce pas ?"
    """
    text = " ".join(words)
    return re.sub(r"(?<=') | (?=[-,.])", "", text)


def check_words(name: str, words: Iterable[str]) -> None:
    """Raises TypeError if the words of a text are one string, which would be read by letters."""
    if isinstance(words, str | bytes):
        raise TypeError(
            f"{name} must be a list of words, got the text {str(words)[:40]!r}, which would be "
            "read letter by letter. Cut it into words, for example text.split()."
        )


class Vocabulary:
    """The words that a network knows, each with an id.

    Ids 0 to 3 are the padding, the unknown word, and the marks for the start and the end of a
    translation: `PAD`, `UNK`, `GO`, `EOS`.

    Args:
      sentences: lists of words.
      size: keep only so many words, the commonest (among equals the first seen); None keeps all.
        The four special ones count.

    Attributes:
      words: all words, at their ids.
      ids: the id of each word.

    Raises:
      TypeError: if a sentence is a string.
      ValueError: if `size` leaves no room for a word.

    >>> vocabulary = Vocabulary([["one", "hundred"], ["two", "hundred"]], size=6)
    >>> vocabulary.words
    ['<pad>', '<unk>', '<go>', '<eos>', 'hundred', 'one']
    >>> vocabulary.encode(["one", "thousand"]), vocabulary.decode([5, 4, 3])
    ([5, 1], ['one', 'hundred', '<eos>'])
    """

    def __init__(self, sentences: Iterable[Words], size: int | None = None) -> None:
        if size is not None and size <= len(SPECIAL):
            raise ValueError(
                f"size must be more than {len(SPECIAL)}, the special words, got {size}."
            )
        counts = Counter(word for words in sentences for word in _words(words))
        room = None if size is None else size - len(SPECIAL)
        self.words = [*SPECIAL, *(word for word, _ in counts.most_common(room))]
        self.ids = {word: i for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, words: Words) -> list[int]:
        """The words' ids; `UNK` for a word that is not known. TypeError if they are a string."""
        return [self.ids.get(word, UNK) for word in _words(words)]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The words of some ids."""
        return [self.words[i] for i in ids]

    def unknown(self, sentences: Iterable[Words]) -> Counter[str]:
        """How often each word that is not known occurs in some sentences.

        >>> Vocabulary([["one", "two"]]).unknown([["two", "three"], ["three"]])
        Counter({'three': 2})
        """
        words = (word for sentence in sentences for word in _words(sentence))
        return Counter(word for word in words if word not in self.ids)


def _words(sentence: Words) -> Words:
    check_words("A sentence", sentence)
    return sentence


class Pair(NamedTuple):
    """A sentence and its translation, each a list of words."""

    source: list[str]
    target: list[str]


class Batch(NamedTuple):
    """Pairs as the network gets them, all int32.

    Attributes:
      source: [n, source length], each sentence backwards, `PAD` before it.
      decoder_inputs: [n, target length], `GO`, then the translation, then `PAD`.
      decoder_targets: [n, target length], the translation, then `EOS`, then `PAD`.
    """

    source: Ids
    decoder_inputs: Ids
    decoder_targets: Ids


def encode_source(
    sentences: Sequence[Words], vocabulary: Vocabulary, length: int, backwards: bool = True
) -> Ids:
    """Source sentences as one array.

    Args:
      sentences: lists of words.
      vocabulary: of the source language.
      length: of a row; of a longer sentence the first words are kept.
      backwards: whether the last word comes first.

    Returns:
      [n, length] ids, with `PAD` in front.

    >>> vocabulary = Vocabulary([["one", "two"]])
    >>> encode_source([["one", "two"], ["six"]], vocabulary, length=3)
    array([[0, 5, 4],
           [0, 0, 1]], dtype=int32)
    """
    _check_length(length)
    rows = np.full([len(sentences), length], PAD, np.int32)
    for row, words in zip(rows, sentences, strict=True):
        ids = vocabulary.encode(words[:length])
        row[length - len(ids) :] = ids[::-1] if backwards else ids
    return rows


def encode_pairs(
    pairs: Sequence[Pair],
    source_vocabulary: Vocabulary,
    target_vocabulary: Vocabulary,
    source_length: int,
    target_length: int,
    backwards: bool = True,
) -> Batch:
    """Pairs of sentences as arrays; what is too long is cut, a translation before its `EOS`.

    Args:
      pairs: sentences with their translations.
      source_vocabulary: of the sentences.
      target_vocabulary: of the translations.
      source_length: of a row of the source.
      target_length: of a row of the targets, `EOS` included.
      backwards: whether the source's last word comes first.

    Raises:
      ValueError: if a length is less than 1.

    >>> vocabulary = Vocabulary([["one", "two"]])
    >>> batch = encode_pairs([Pair(["one"], ["two"])], vocabulary, vocabulary, 2, 3)
    >>> batch.decoder_inputs.tolist(), batch.decoder_targets.tolist()
    ([[2, 5, 0]], [[5, 3, 0]])
    """
    _check_length(target_length)
    sources = [pair.source for pair in pairs]
    inputs, targets = np.full([2, len(pairs), target_length], PAD, np.int32)
    for row, (_, words) in enumerate(pairs):
        ids = target_vocabulary.encode(words[: target_length - 1])
        inputs[row, : len(ids) + 1] = [GO, *ids]
        targets[row, : len(ids) + 1] = [*ids, EOS]
    source = encode_source(sources, source_vocabulary, source_length, backwards)
    return Batch(source, inputs, targets)


def _check_length(length: int) -> None:
    if length < 1:
        raise ValueError(f"The length of a row must be at least 1, got {length}.")
