"""Tests of the site's settings."""
