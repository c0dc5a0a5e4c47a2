"""API tokens: personal keys with which programs act for people, and what those programs have already asked."""
