topology = {"sentiment": "sequence to vector", "captioning": "vector to sequence", "translation": "delayed", "tagging": "delayed", "forecasting": "sequence to sequence"}
