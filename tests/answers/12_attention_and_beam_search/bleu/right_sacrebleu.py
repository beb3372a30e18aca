import sacrebleu


def corpus_bleu(candidates, references):
    said, wanted = ([" ".join(words) for words in side] for side in (candidates, references))
    score = sacrebleu.corpus_bleu(said, [wanted], smooth_method="none", tokenize="none")
    return score.score
