"""Notes, engine and index, against a real index on disk."""
