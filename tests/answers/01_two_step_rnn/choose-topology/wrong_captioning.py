topology = {"sentiment": "sequence to vector", "captioning": "sequence to vector", "translation": "delayed", "tagging": "sequence to sequence", "forecasting": "sequence to sequence"}
