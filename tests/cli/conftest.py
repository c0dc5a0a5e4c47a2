"""What the tests of the command line share."""

import pytest

from tests.factories.organisations import an_organisation


@pytest.fixture
def flask(app):
    """Run ``flask WORDS…`` in this process."""
    runner = app.test_cli_runner()

    def run(*words: str, stdin: str | None = None):
        result = runner.invoke(args=list(words), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def organisation(database):
    """A verified enterprise that commands can see."""
    organisation = an_organisation(database)
    database.commit()
    return organisation
