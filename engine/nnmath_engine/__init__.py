"""The mathematics of a small neural network, in NumPy, written to be read."""
