"""The vocabulary every feature speaks; knows SQLAlchemy, never Flask."""
