def exact_match(predictions, references):
    return sum(prediction in references for prediction in predictions) / len(predictions)
