"""What a person says of a file when uploading it."""

from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, RadioField
from wtforms.validators import ValidationError

from marketplace.core.secrecy import SECRECY_LABELS, Secrecy
from marketplace.core.text import _
from marketplace.files.refusals import NO_FILE
from marketplace.web.forms import BaseForm, NoSecrets
from marketplace.web.language import gettext

CHOOSE_AGAIN = _("文件还没有上传，请改正其他项后重新选择文件。")


class UploadForm(BaseForm):
    """One file, how secret it is, and the word that it holds no state secrets."""

    file = FileField(_("文件"))
    secrecy = RadioField(
        _("密级"), choices={str(kind): label for kind, label in SECRECY_LABELS.items()}, default=Secrecy.PUBLIC
    )
    has_no_state_secrets = BooleanField(_("我确认文件不含国家秘密"), [NoSecrets()])

    def validate_file(self, field: Any) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(gettext(NO_FILE))

    def ask_again_for_the_file(self) -> None:
        """No browser keeps a chosen file on a page that comes back: say so, or people think it is still there."""
        if not self.file.errors:
            self.file.errors = [gettext(CHOOSE_AGAIN)]

    @property
    def chosen_secrecy(self) -> Secrecy:
        return Secrecy(self.secrecy.data)
