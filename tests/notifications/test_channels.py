import email
import email.policy
import socket
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.notifications.channels import FolderChannel, Letter, NotTaken, SmtpChannel, open_channel, sender_of
from marketplace.notifications.words import Words
from tests.conftest import NOON

OURS = sender_of("https://jiebang.example:8443/")


def sender():
    return OURS


def a_letter(**overrides):
    facts = {
        "recipient": "li@example.com",
        "words": Words("揭榜台：请验证邮箱", "您好：\n链接\n", "<p>您好：</p>"),
        "reference": "abc123",
        "written_at": NOON,
    }
    return Letter(**facts | overrides)


def read(path):
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def test_a_letter_becomes_a_file_that_mail_programs_open(tmp_path):
    channel = FolderChannel(tmp_path / "mail", sender)
    channel.send(a_letter())

    (path,) = (tmp_path / "mail").iterdir()
    message = read(path)
    assert path.suffix == ".eml"
    assert (message["To"], message["Subject"]) == ("li@example.com", "揭榜台：请验证邮箱")
    assert message["From"].addresses[0].addr_spec == "noreply@jiebang.example"
    assert message["Message-ID"] == "<abc123@jiebang.example>"
    assert message["X-Delivery-ID"] == "abc123"
    parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    assert parts == {"text/plain": "您好：\n链接\n", "text/html": "<p>您好：</p>\n"}


def test_the_same_letter_again_is_the_same_file_and_nobody_else_reads_it(tmp_path):
    channel = FolderChannel(tmp_path, sender)
    channel.send(a_letter())
    channel.send(a_letter())
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_subject_cannot_smuggle_in_another_recipient(tmp_path):
    with pytest.raises(ValueError, match="linefeed"):
        FolderChannel(tmp_path, sender).send(a_letter(words=Words("x\nBcc: evil@example.com", "")))


@pytest.mark.parametrize("url", ["smtp://localhost", "smtps://u:p@mail.example", "starttls://mail.example:587"])
def test_the_address_says_which_way_letters_go(tmp_path, url):
    assert isinstance(open_channel(url, folder=tmp_path, sender=sender), SmtpChannel)


@pytest.mark.parametrize("url", ["", "/var/mail/jiebang"])
def test_without_a_server_they_go_into_the_folder(tmp_path, url):
    assert isinstance(open_channel(url, folder=tmp_path, sender=sender), FolderChannel)


def a_mail_server(listening):
    """Answers one conversation as a mail server would; gives what it was told."""
    connection, _address = listening.accept()
    told = []
    with connection, connection.makefile("rwb") as talk:

        def say(line):
            talk.write(f"{line}\r\n".encode())
            talk.flush()

        say("220 here")
        for line in iter(talk.readline, b""):
            told.append(line.decode().strip().lower())
            if line.lower().startswith(b"data"):
                say("354 go on")
                for text in iter(talk.readline, b".\r\n"):
                    told.append(text.decode().strip())
            say("221 bye" if line.lower().startswith(b"quit") else "250 fine")
    return told


def test_a_letter_goes_to_a_mail_server():
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        told = pool.submit(a_mail_server, listening)
        SmtpChannel(f"smtp://127.0.0.1:{listening.getsockname()[1]}", sender).send(a_letter())
        lines = told.result()
    assert "rcpt to:<li@example.com>" in lines
    assert "To: li@example.com" in lines


def test_a_server_that_does_not_speak_tls_gets_no_letter():
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        told = pool.submit(a_mail_server, listening)
        with pytest.raises(NotTaken, match="STARTTLS"):
            SmtpChannel(f"starttls://127.0.0.1:{listening.getsockname()[1]}", sender).send(a_letter())
        lines = told.result()
    assert not [line for line in lines if line.startswith("rcpt")]
