"""Tests of what only the embedded engine has: files, processes, a clock."""
