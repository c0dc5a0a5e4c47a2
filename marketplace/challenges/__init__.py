"""榜单: a need that an enterprise puts before everyone who may solve it."""
