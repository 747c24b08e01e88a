"""Experiments as TOML files: their schema, their loader, their lessons."""
