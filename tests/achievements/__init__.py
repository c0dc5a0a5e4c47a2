"""Tests of achievements, mirroring ``marketplace/achievements``."""
