"""Things to test with: plain functions that flush and never commit."""
