"""What other features' news mean to an organisation's own approval."""

from sqlalchemy.orm import Session

from marketplace.approvals.services import follow_files
from marketplace.core.events import subscribe
from marketplace.files.events import FilesChanged


@subscribe(FilesChanged)
def follow_the_files(session: Session, event: FilesChanged) -> None:
    follow_files(session, event.subject, now=event.now)
