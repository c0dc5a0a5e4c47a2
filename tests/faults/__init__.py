"""What must hold when something goes wrong: processes that die, people at once, full disks, strangers."""
