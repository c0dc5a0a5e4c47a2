"""Sentences of the README about structure, as tests; each rule is shown to bite in ``test_rules_bite``."""
