"""账户: people, how they sign in, and the sessions they hold."""
