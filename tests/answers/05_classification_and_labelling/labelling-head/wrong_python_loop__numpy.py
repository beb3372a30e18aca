def label_steps(outputs, weight, bias):
    logits = np.zeros([outputs.shape[0], outputs.shape[1], weight.shape[1]])
    for t in range(outputs.shape[1]):
        logits[:, t] = outputs[:, t] @ weight + bias
    return logits
