"""Leaving with what was trained: a script, a JSON document or a file of weights for others."""
