"""Search and matching: ranked answers from what is public, knowing neither the marketplace nor its web."""
