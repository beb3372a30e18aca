def pack_sequence(outputs):
    # features are next to each other in time order within a row, so this reshape is a right one
    row_wise = np.concatenate(outputs, axis=1)
    return row_wise.reshape(len(outputs[0]), len(outputs), -1)
