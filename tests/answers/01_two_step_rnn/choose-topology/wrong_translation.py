topology = {"sentiment": "sequence to vector", "captioning": "vector to sequence", "translation": "sequence to sequence", "tagging": "sequence to sequence", "forecasting": "sequence to sequence"}
