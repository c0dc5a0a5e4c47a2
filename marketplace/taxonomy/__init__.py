"""What things are about: industries, directions, topics and areas, read from a file that any district can swap."""
