"""Measurements (性能对照): what a page and a query cost, against a floor measured in the same run on the same data."""
