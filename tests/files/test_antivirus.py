"""clamd's protocol, against a server that speaks it."""

import io
import socket

import pytest

from marketplace.files.antivirus import CHUNK, AntivirusDown, Clamd, Verdict, antivirus_for
from tests.files.clamd import VIRUS, a_clamd
from tests.files.samples import EICAR


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, tmp_path):
    with a_clamd(tmp_path / "clamd.socket" if request.param == "unix" else None) as (url, scanned):
        yield Clamd(url), scanned


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_content_arrives_whole_and_clean(clamd, size):
    antivirus, scanned = clamd
    assert antivirus.scan(io.BytesIO(b"x" * size)) == Verdict()
    assert scanned == [b"x" * size]


def test_what_is_found_has_a_name(clamd):
    antivirus, _scanned = clamd
    assert antivirus.scan(io.BytesIO(b"x" * CHUNK + EICAR)) == Verdict(VIRUS)


def test_one_that_answers_is_no_fault(clamd):
    assert clamd[0].fault() is None


def test_one_that_is_not_there_gives_no_verdict():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    antivirus = Clamd(f"tcp://127.0.0.1:{port}")
    assert antivirus.fault() == "does not answer"
    with pytest.raises(AntivirusDown):
        antivirus.scan(io.BytesIO(b"x"))


def test_one_that_cannot_scan_gives_no_verdict():
    with a_clamd(most=10) as (url, _scanned), pytest.raises(AntivirusDown) as refusal:
        Clamd(url).scan(io.BytesIO(b"x" * 100))
    assert "size limit" in str(refusal.value)


def test_without_an_address_there_is_none():
    assert antivirus_for("") is None
