import numpy as np


def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true_logits = np.sum(center * true_w, axis=1) + true_b - np.log(true_expected)
    noise_logits = center @ np.transpose(noise_w) + noise_b - np.log(noise_expected)
    both = np.column_stack([-true_logits, noise_logits])
    return np.mean(np.logaddexp(0, both))
