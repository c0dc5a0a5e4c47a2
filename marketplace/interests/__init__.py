"""合作意向: an organisation is interested in an achievement, and the two write to each other."""
