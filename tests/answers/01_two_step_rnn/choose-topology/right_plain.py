topology = {"sentiment": "sequence to vector", "captioning": "vector to sequence", "translation": "delayed", "tagging": "sequence to sequence", "forecasting": "sequence to sequence"}
