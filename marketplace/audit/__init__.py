"""审计: one global, append-only, hash-chained log of every write."""
