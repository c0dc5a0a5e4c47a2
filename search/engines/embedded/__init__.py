"""The engine inside the process: tantivy, one folder on disk, no service to run."""
