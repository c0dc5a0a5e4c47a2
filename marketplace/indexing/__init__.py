"""What the search engine has yet to hear, and the worker that tells it."""
