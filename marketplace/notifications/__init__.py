"""通知: telling people, by rows that a worker turns into letters."""
