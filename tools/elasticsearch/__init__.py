"""A real Elasticsearch on this machine, from package jars, for development and tests."""
