"""How fast the engine is: `uv run --group bench python -m benchmarks` prints the tables.

`presets` and `screen` are programs of their own beside it.
"""
