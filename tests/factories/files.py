"""Files to test with; where a store is given, the content lies in it."""

import hashlib
import io
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.files.lifecycle import ScanState
from marketplace.files.models import StoredFile
from marketplace.files.store import FileStore
from tests.conftest import NOON

CONTENT = "温度,电导率\n80,0.06\n".encode()


def a_file(
    session: Session, subject: Subject, *, content: bytes = CONTENT, store: FileStore | None = None, **overrides: Any
) -> StoredFile:
    """A public file that was scanned, unless told otherwise."""
    digest = hashlib.sha256(content).hexdigest()
    if store:
        store.put(io.BytesIO(content), digest)
    facts = {
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "name": "数据.csv",
        "media_type": "text/csv",
        "size": len(content),
        "sha256": digest,
        "secrecy": Secrecy.PUBLIC,
        "uploaded_at": NOON,
        "scan": ScanState.CLEAN,
        "scanned_at": NOON,
    }
    file = StoredFile(**facts | overrides)
    session.add(file)
    session.flush()
    return file
