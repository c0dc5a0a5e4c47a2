"""附件: files that belong to a thing, kept by their SHA-256 and read by whoever may read what they belong to."""
