"""``python3 run.py``: what it makes, what it refuses, and that nothing of it is left behind."""

import http.client
import json
import os
import signal
import socket
import stat

import pytest

from tests.tools.fake_site import FakeSite, end, is_alive, wait_until
from tools.serving import Address, accounts_in, answers, make_instance, refuse_taken
from tools.terminal import RefusedError


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def running(site: FakeSite):
    process = site.popen()
    try:
        site.wait_for_word("Jiebang is ready")
        wait_until((site.folder / "worker.pid").exists, lambda: site.words)
        yield process
    finally:
        end(process)


def healthz(site: FakeSite) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/healthz")
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_a_start_prepares_serves_and_tells_where_and_as_whom(site, running):
    assert healthz(site) == {"keys": [True, True], "base_url": f"http://127.0.0.1:{site.port}"}
    assert f"Jiebang is ready: http://127.0.0.1:{site.port}" in site.words
    assert "password Open-2026" in site.words
    assert "operator@example.cn  operator" in site.words


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_leaves_no_process_and_no_error_behind(site, running, number):
    running.send_signal(number)

    assert running.wait(timeout=120) == 0
    assert [pid for pid in site.pids() if is_alive(pid)] == []
    assert "Traceback" not in site.words
    assert "rror" not in site.words


def test_killing_it_outright_ends_its_children_too(site, running):
    running.kill()
    running.wait(timeout=120)

    site.wait_for_silence()


def test_a_child_that_died_is_started_again(site, running):
    first = site.worker_pid
    os.kill(first, signal.SIGKILL)

    site.wait_for_word("worker ended unexpectedly (-9")
    wait_until(lambda: site.worker_pid != first, lambda: site.words)


def test_a_web_server_that_died_gets_its_port_back(site, running):
    os.kill(site.web_pid, signal.SIGKILL)

    site.wait_for_word("web ended unexpectedly (-9")
    wait_until(lambda: answers(Address("127.0.0.1", site.port)), lambda: site.words)


def test_a_site_that_cannot_start_ends_with_an_error(site):
    process = site.popen(WEB_CONCURRENCY="nonsense")

    assert process.wait(timeout=120) == 1
    assert "The site did not start" in site.words


def test_an_unprepared_database_ends_the_start(site):
    (site.folder / "wsgi.py").write_text("raise SystemExit('no such table')", encoding="utf-8")
    process = site.popen()

    assert process.wait(timeout=120) == 1
    assert "no such table" in site.words
    assert "The database could not be prepared" in site.words


def test_a_port_in_use_is_told_before_anything_is_made(site, taken_port):
    process = site.popen(PORT=str(taken_port))

    assert process.wait(timeout=120) == 1
    assert f"端口 {taken_port} 已被占用" in site.words
    assert f"Port {taken_port} is already in use" in site.words
    assert not (site.folder / "instance").exists()


def test_setup_makes_everything_and_serves_nothing(site):
    process = site.popen("setup")

    assert process.wait(timeout=120) == 0
    assert (site.folder / "instance" / "secret_key").exists()
    assert "operator@example.cn" in site.words
    assert not any(is_alive(pid) for pid in site.pids())


def test_a_free_port_is_not_refused(site):
    refuse_taken(Address("127.0.0.1", site.port))


def test_an_address_of_another_machine_is_refused_in_words():
    with pytest.raises(RefusedError, match=r"Cannot listen on 192\.0\.2\.1:8000"):
        refuse_taken(Address("192.0.2.1", 8000))


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "8000.0"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(RefusedError, match="PORT"):
        Address.from_environ({"PORT": port})


@pytest.mark.parametrize(
    ("host", "bind", "url"),
    [
        ("127.0.0.1", "127.0.0.1:81", "http://127.0.0.1:81"),
        ("0.0.0.0", "0.0.0.0:81", "http://127.0.0.1:81"),
        ("::1", "[::1]:81", "http://[::1]:81"),
        ("::", "[::]:81", "http://[::1]:81"),
    ],
)
def test_the_address_shown_can_be_opened_on_this_machine(host, bind, url):
    address = Address.from_environ({"HOST": host, "PORT": "81"})

    assert (address.bind, address.url) == (bind, url)


def test_the_site_listens_on_loopback_unless_told():
    assert Address.from_environ({}) == Address("127.0.0.1", 8000)


def test_keys_are_made_once_for_the_owner_alone(tmp_path):
    folder = tmp_path / "instance"
    make_instance(folder, {})
    first = {path.name: path.read_text() for path in folder.iterdir()}
    make_instance(folder, {})

    assert {path.name: path.read_text() for path in folder.iterdir()} == first
    assert [len(bytes.fromhex(first[name])) for name in ("secret_key", "seal_key")] == [32, 32]
    assert first["secret_key"] != first["seal_key"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_key_from_the_environment_leaves_no_file(tmp_path):
    make_instance(tmp_path, {"SECRET_KEY": "a", "SEAL_KEY": "b"})

    assert list(tmp_path.iterdir()) == []


def test_accounts_are_found_among_other_lines():
    accounts = {"accounts": [{"email": "a@example.cn", "role": "operator"}], "password": "p"}

    assert accounts_in(f"migrating\n[1]\n{json.dumps(accounts)}\n") == accounts
    assert accounts_in("nothing here") == {"accounts": []}
