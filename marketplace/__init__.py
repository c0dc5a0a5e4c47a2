"""揭榜台: the marketplace. Importing this package imports nothing else."""
