"""What others may want to hear about files."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.core.subject import Subject


@dataclass(frozen=True, slots=True)
class InfectedFileRemoved:
    """The antivirus found something in a file of this thing; the file is gone, its uploader should know."""

    subject: Subject
    title: str
    name: str
    virus: str
    uploaded_by: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """A file of this thing was added or taken away."""

    subject: Subject
    now: datetime
