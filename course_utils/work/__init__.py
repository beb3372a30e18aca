"""The learner's own notebooks: `work/NN_name/NN_name.ipynb`, which git does not know.

A copy is made once and never written over. `copies` makes them and knows which release each one was
made from, `merging` brings a learner's cells into a newer release by the pairs that `matching`
finds, and `updating` is `course update`.
"""
