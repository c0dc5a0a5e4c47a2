"""成果: technology on offer, with the readiness it has proved and the ways its owner would share it."""
