"""The tests mirror the tree; see README "Tests"."""
