"""The form that takes a file."""

from wtforms import FileField

from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.policies import POLICY
from marketplace.core.actor import Actor
from marketplace.core.text import _
from marketplace.web.forms import BaseForm, ChoiceField


class FileForm(BaseForm):
    """A mended file for an import that is under way."""

    file = FileField(_("文件"))

    @property
    def upload(self) -> tuple[str, bytes]:
        """(its name, its bytes); empty where none was chosen."""
        given = self.file.data
        return (given.filename or "", given.read()) if given else ("", b"")


class UploadForm(FileForm):
    kind = ChoiceField(_("导入什么"))

    def offer(self, actor: Actor) -> None:
        """What this person may import."""
        self.kind.choices = [
            (name, one.label) for name, one in reversed(list(IMPORTERS.items())) if POLICY["upload"](actor, name)
        ]
