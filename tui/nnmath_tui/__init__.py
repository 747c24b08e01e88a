"""A spreadsheet for a neural network, in a terminal."""
