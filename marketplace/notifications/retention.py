"""How long messages and deliveries are kept (pure), and how many go at once."""

from datetime import timedelta

READ_MESSAGES = timedelta(days=180)
ALL_MESSAGES = timedelta(days=365)
SENT_DELIVERIES = timedelta(days=90)
GIVEN_UP_DELIVERIES = timedelta(days=180)
AT_ONCE = 1_000
"""Rows of each kind in one transaction: nobody waits long for the lock."""
