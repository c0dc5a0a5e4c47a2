"""Matches as rows, and who may read them."""
