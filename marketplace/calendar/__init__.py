"""日历: which days are worked, and when a period ends."""
