"""Tests of the engines: all of them keep `tests.search.engine_contract`."""
