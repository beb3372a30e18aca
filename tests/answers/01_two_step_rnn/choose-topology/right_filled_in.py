topology = {}
topology["sentiment"] = "Sequence to vector"
topology["captioning"] = "Vector to sequence"
topology["translation"] = "Delayed"
topology.update(tagging="sequence to sequence", forecasting="sequence to sequence ")
