"""Channels: how a letter leaves the house. A folder for the demo and for development, SMTP for the world."""

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from marketplace.notifications.words import Words

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
SENDER_NAME = "揭榜台"
PERMANENT = 500
"""SMTP answers from here on will not change when they are asked again."""
LONGEST_ANSWER = 200


class Refused(Exception):
    """The other side will not take this letter, now or later. The text is in words of ours."""


class NotTaken(Exception):
    """It did not work this time. The text is in words of ours: no address, no key, no content."""


Sender = Callable[[], str]
"""Whom letters come from, asked anew for each: an operator may change it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """``reference`` is the same each time the letter is tried, so that a second copy is known for one."""

    recipient: str
    words: Words
    reference: str
    written_at: datetime
    language: str = "zh"


class Channel(Protocol):
    """Takes a letter, or raises Refused (never try again) or anything else (try later).

    Taking the same letter twice does no harm: it has the same reference.
    """

    def send(self, letter: Letter) -> None: ...


class FolderChannel:
    """Writes each letter as a file that mail programs open."""

    def __init__(self, folder: Path, sender: Sender) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{letter.written_at:%Y%m%dT%H%M%SZ}-{letter.reference}.eml"
        unfinished = path.with_suffix(".part")
        with open(unfinished, "wb", opener=_for_us_alone) as file:
            file.write(as_message(letter, self.sender()).as_bytes())
        unfinished.replace(path)


class SmtpChannel:
    """One connection a letter. ``smtps://`` speaks TLS from the first byte, ``starttls://`` before signing in."""

    def __init__(self, url: str, sender: Sender, *, tls: ssl.SSLContext | None = None) -> None:
        self.address = urlsplit(url)
        self.sender = sender
        self._tls = tls

    def send(self, letter: Letter) -> None:
        message = as_message(letter, self.sender())
        with _in_our_words(letter.recipient), self._connected() as server:
            if self.address.scheme == "starttls":
                server.starttls(context=self._tls or ssl.create_default_context())
            if self.address.username:
                server.login(unquote(self.address.username), unquote(self.address.password or ""))
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        host, port = self.address.hostname or "localhost", self.address.port or PORTS[self.address.scheme]
        if self.address.scheme == "smtps":
            tls = self._tls or ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=tls)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)


def open_channel(mail_url: str, *, folder: Path, sender: Sender) -> Channel:
    """SMTP where the address says so, else the folder."""
    if urlsplit(mail_url).scheme in PORTS:
        return SmtpChannel(mail_url, sender)
    return FolderChannel(folder, sender)


def sender_of(base_url: str, *, name: str = "", address: str = "") -> str:
    """Whom our letters come from; unless another address is set, one that nobody reads answers to."""
    return formataddr((name or SENDER_NAME, address or f"noreply@{urlsplit(base_url).hostname or 'localhost'}"))


def as_message(letter: Letter, sender: str) -> EmailMessage:
    """Plain text first, the same as HTML beside it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.words.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.reference}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["X-Delivery-ID"] = letter.reference
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(letter.words.body)
    if letter.words.html:
        message.add_alternative(letter.words.html, subtype="html")
    return message


@contextmanager
def _in_our_words(recipient: str) -> Iterator[None]:
    """A server's answer without the address; 5xx to the letter itself means that it will not be taken later either.

    A refusal to sign in, or to speak TLS, is about our settings: once they are mended, every letter goes.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _answered(code, said, recipient) from None
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        raise NotTaken(str(_answered(error.smtp_code, error.smtp_error, recipient))) from None
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error, recipient) from None
    except smtplib.SMTPNotSupportedError:
        raise NotTaken("the mail server does not offer what the settings ask for (STARTTLS or signing in)") from None
    except smtplib.SMTPServerDisconnected:
        raise NotTaken("the mail server hung up") from None
    except ssl.SSLError as error:
        raise NotTaken(f"no TLS with the mail server: {error.reason or 'refused'}") from None
    except OSError as error:
        raise NotTaken(f"the mail server cannot be reached: {error.strerror or type(error).__name__}") from None


def _answered(code: int, said: bytes | str, recipient: str) -> Exception:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    plain = " ".join(text.replace(recipient, "…").split())[:LONGEST_ANSWER]
    return (Refused if code >= PERMANENT else NotTaken)(f"the mail server answered {code} {plain}".strip())


def _for_us_alone(path: str, flags: int) -> int:
    """Letters hold links that open things: nobody else on the machine reads them."""
    return os.open(path, flags, mode=0o600)
