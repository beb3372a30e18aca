def encode_source(words, word_to_id, length):
    row = [0] * length
    position = length - 1
    for word in words:
        if position < 0:
            break
        row[position] = word_to_id.get(word, 1)
        position -= 1
    return row
