import numpy as np


def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    total = 0.0
    for n in range(len(center)):
        logit = np.dot(center[n], true_w[n]) + true_b[n] - np.log(true_expected[n])
        total += np.logaddexp(0, -logit)
        for k in range(len(noise_w)):
            logit = np.dot(center[n], noise_w[k]) + noise_b[k] - np.log(noise_expected[k])
            total += np.logaddexp(0, logit)
    return total / len(center)
