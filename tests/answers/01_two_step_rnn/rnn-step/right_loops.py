import math


def rnn_step(x, h, Wx, Wh, b):
    batch, n_inputs = np.shape(x)
    n_units = len(b)
    result = []
    for row in range(batch):
        outputs = []
        for unit in range(n_units):
            total = float(b[unit])
            for i in range(n_inputs):
                total += float(x[row][i]) * float(Wx[i][unit])
            for j in range(n_units):
                total += float(h[row][j]) * float(Wh[j][unit])
            outputs.append(math.tanh(total))
        result.append(outputs)
    return result
