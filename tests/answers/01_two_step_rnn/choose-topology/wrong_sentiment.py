topology = {"sentiment": "sequence to sequence", "captioning": "vector to sequence", "translation": "delayed", "tagging": "sequence to sequence", "forecasting": "sequence to sequence"}
