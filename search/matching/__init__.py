"""Which offers answer which needs, how well, and why."""
