"""The store and the antivirus of this application (adapter to Flask), and a fault of them in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from config import Config
from marketplace.files.antivirus import Clamd, antivirus_for
from marketplace.files.limits import Limits, limits_from
from marketplace.files.store import FileStore, FolderStore
from marketplace.settings import current as settings

KEY = "jiebang.files"
NO_ANTIVIRUS = "off, files are not scanned"


@dataclass(frozen=True, slots=True)
class Parts:
    """What keeps files and what looks at them; ``antivirus`` None where none is set."""

    store: FileStore
    antivirus: Clamd | None
    limits: Callable[[], Limits]

    def antivirus_note(self) -> str:
        """What ``/readyz`` says: a site serves without its antivirus, but files wait for it."""
        if self.antivirus is None:
            return NO_ANTIVIRUS
        fault = self.antivirus.fault()
        return f"{fault}, files wait" if fault else "ok"


def parts() -> Parts:
    return cast(Parts, current_app.extensions[KEY])


def init_app(app: Flask, config: Config) -> Parts:
    """Nothing is opened until the first file."""
    store, antivirus = FolderStore(config.files_folder), antivirus_for(config.clamd_url)
    app.extensions[KEY] = Parts(store, antivirus, lambda: limits_from(settings.value))
    return cast(Parts, app.extensions[KEY])
