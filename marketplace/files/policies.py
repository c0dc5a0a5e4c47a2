"""Who may read a file: whoever may read what it belongs to, once it was scanned."""

from typing import Any

from marketplace.core.actor import Actor
from marketplace.core.registry import FileRules
from marketplace.files.lifecycle import ScanState
from marketplace.files.models import StoredFile


def may_see(rules: FileRules, actor: Actor, thing: Any, file: StoredFile) -> bool:
    """Its name in the list of files."""
    return rules.read(actor, thing, file)


def may_download(rules: FileRules, actor: Actor, thing: Any, file: StoredFile) -> bool:
    """Before it was scanned it is nobody's but the uploader's."""
    is_own = actor.is_signed_in and file.uploaded_by == actor.user_id
    return may_see(rules, actor, thing, file) and (file.scan is not ScanState.WAITING or is_own)
