"""提问与澄清: what people ask about an open challenge, what the poster answers, and numbered clarifications."""
