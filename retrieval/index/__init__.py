"""Indexes: the contract, and the one on this machine."""
