"""Files: taken in, kept, read, scanned, swept."""
