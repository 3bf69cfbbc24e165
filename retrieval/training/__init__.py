"""Trains the reader: `python -m retrieval.training --data DIR`."""
