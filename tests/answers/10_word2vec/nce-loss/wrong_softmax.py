import numpy as np


def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true = np.sum(center * true_w, axis=1) + true_b - np.log(true_expected)
    noise = center @ noise_w.T + noise_b - np.log(noise_expected)
    return np.mean(np.log(np.exp(true) + np.exp(noise).sum(axis=1)) - true)
