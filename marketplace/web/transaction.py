"""The two kinds of block a view opens, bound to this application's database."""

from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from marketplace.core import transaction
from marketplace.web.extensions import db


def writing() -> AbstractContextManager[Session]:
    """Commit when the block ends well; undo everything when it does not."""
    return transaction.writing(db.engine)


def reading() -> AbstractContextManager[Session]:
    """A session that writes nothing; what it loaded can be shown after the block."""
    return transaction.reading(db.engine)
