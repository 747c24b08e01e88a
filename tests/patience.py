"""How long a test waits for what has to come."""

PATIENCE = 60.0
"""Seconds: where ten programs share a processor, one takes twenty to start."""
