"""Whole ways through the product, as people go them."""
