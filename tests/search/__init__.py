"""Tests of the search package; the folders mirror it."""
