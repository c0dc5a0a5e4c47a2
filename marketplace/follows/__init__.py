"""关注: what a person wants to hear of: challenges, achievements, organisations and directions."""
