def exact_match(predictions, references):
    same = ["".join(map(str, a)) == "".join(map(str, b)) for a, b in zip(predictions, references)]
    return sum(same) / len(same)
