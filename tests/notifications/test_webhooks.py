"""Messages through a real HTTP server on loopback: taken, refused, slow, elsewhere, garbage."""

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from marketplace.notifications.channels import Letter, NotTaken, Refused
from marketplace.notifications.webhooks import Gateway, WebhookChannel, is_ever_allowed, is_outside
from marketplace.notifications.words import Words
from tests.conftest import NOON
from tests.notifications.certificates import a_certificate

TEMPLATE = '{"phone": "{phone}", "text": "{text}", "key": "{secret}", "more": [{"id": "{reference}"}, 1, null]}'
WORDS = Words(
    subject="揭榜台：榜单退回",
    body="…",
    title="榜单退回",
    brief='理由："缺指标"\n{phone}',
    url="https://jiebang.example/x",
)
LETTER = Letter("13900000000", WORDS, "reference123", NOON)


class Gate(BaseHTTPRequestHandler):
    """Answers what the server was told to, and keeps what was asked."""

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        status, headers, body = self.server.answers.pop(0) if self.server.answers else (200, {}, b"{}")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_):
        """Quietly."""


@contextmanager
def a_server(*answers, tls=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    server.asked, server.answers = [], list(answers)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def a_line(*pieces, waits=False):
    """A server of one connection that says these bytes, then hangs up, or waits for the other side to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            line, _address = listener.accept()
            with line:
                line.recv(65536)
                try:
                    for piece in pieces:
                        line.sendall(piece)
                    while waits and line.recv(1024):
                        pass
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join()


def channel_to(url, *, timeout=5.0, whole=10.0, tls=None, **more):
    gateway = Gateway(**{"url": url, "template": TEMPLATE, "secret": "k=1&2", "may_be_inside": True} | more)
    return WebhookChannel(lambda: gateway, timeout=timeout, whole=whole, tls=tls)


def url_of(server, path="/send"):
    return f"http://127.0.0.1:{server.server_port}{path}"


def fault_of(url, kind=NotTaken, **more):
    with pytest.raises(kind) as caught:
        channel_to(url, **more).send(LETTER)
    assert type(caught.value) is kind
    return str(caught.value)


class TestWhatIsAsked:
    def test_the_template_is_filled_and_nothing_breaks_out_of_it(self):
        with a_server() as server:
            channel_to(url_of(server), headers="Authorization: Bearer {secret}\nX-Own: 甲").send(LETTER)
        ((method, path, headers, body),) = server.asked
        assert (method, path) == ("POST", "/send")
        assert json.loads(body) == {
            "phone": "13900000000",
            "text": '理由："缺指标"\n{phone}',
            "key": "k=1&2",
            "more": [{"id": "reference123"}, 1, None],
        }
        assert headers["Authorization"] == "Bearer k=1&2"
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert headers["X-Delivery-ID"] == "reference123"

    def test_ones_own_content_type_replaces_ours(self):
        with a_server() as server:
            channel_to(url_of(server), headers="content-type: application/vnd.own+json").send(LETTER)
        assert server.asked[0][2]["content-type"] == "application/vnd.own+json"
        assert "Content-Type" not in server.asked[0][2]

    def test_a_secret_in_the_address_is_quoted_and_cannot_lead_elsewhere(self):
        with a_server() as server:
            channel_to(url_of(server, "/send?key={secret}&to={phone}")).send(LETTER)
        assert server.asked[0][1] == "/send?key=k%3D1%262&to=13900000000"

    def test_get_has_no_body(self):
        with a_server() as server:
            channel_to(url_of(server, "/send?text={text}"), method="GET").send(LETTER)
        ((method, path, headers, body),) = server.asked
        assert (method, body) == ("GET", b"")
        assert path.startswith("/send?text=%E7%90%86%E7%94%B1")
        assert "Content-Type" not in headers

    def test_a_secret_of_several_lines_makes_no_second_header(self):
        with a_server() as server:
            channel_to(url_of(server), headers="X-Key: {secret}", secret="a\r\nX-Evil: 1").send(LETTER)
        assert server.asked[0][2]["X-Key"] == "a X-Evil: 1"
        assert "X-Evil" not in server.asked[0][2]


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 201, 204])
    def test_taken(self, status):
        with a_server((status, {}, b"")) as server:
            channel_to(url_of(server)).send(LETTER)
        assert len(server.asked) == 1

    @pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
    def test_what_is_about_us_or_the_moment_is_tried_again(self, status):
        with a_server((status, {}, b"13900000000 k=1&2")) as server:
            assert fault_of(url_of(server)) == f"the gateway answered {status}"

    @pytest.mark.parametrize("status", [400, 413, 422])
    def test_what_is_about_the_message_is_not(self, status):
        with a_server((status, {}, b"")) as server:
            assert fault_of(url_of(server), Refused) == f"the gateway answered {status}"

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_redirects_are_not_followed(self, status):
        with a_server() as elsewhere, a_server((status, {"Location": url_of(elsewhere)}, b"")) as server:
            assert fault_of(url_of(server)) == f"the gateway answered {status}: redirects are not followed"
        assert elsewhere.asked == []

    def test_an_error_code_inside_a_good_answer_is_a_fault(self):
        answer = b'{"errcode": 93000, "errmsg": "invalid webhook url 13900000000"}'
        with a_server((200, {}, answer), (200, {}, b'{"errcode": 0, "errmsg": "ok"}')) as server:
            assert fault_of(url_of(server)) == "the gateway answered with error code 93000"
            channel_to(url_of(server)).send(LETTER)

    def test_a_mark_of_success_is_asked_for_where_one_is_set(self):
        with a_server((200, {}, b'{"code": 7}'), (200, {}, b'{"code":0}')) as server:
            fault = fault_of(url_of(server), success='"code":0')
            channel_to(url_of(server), success='"code":0').send(LETTER)
        assert fault == "the gateway answered 200 without the mark of success"

    @pytest.mark.parametrize("answer", [b"\xff\xfe not json", b"[" * 60000, b'{"errcode": "x"}', b"[1]"])
    def test_an_answer_that_says_nothing_is_as_good_as_its_status(self, answer):
        with a_server((200, {}, answer)) as server:
            channel_to(url_of(server)).send(LETTER)
        assert len(server.asked) == 1


class TestLinesThatBreak:
    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        assert fault_of(f"http://127.0.0.1:{port}/").startswith("the gateway cannot be reached")

    def test_hanging_up(self):
        with a_line() as url:
            assert fault_of(url) in ("the gateway hung up", "the gateway cannot be reached: Connection reset by peer")

    @pytest.mark.parametrize("garbage", [b"\x00\xff\x17\n\n", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
    def test_garbage(self, garbage):
        with a_line(garbage) as url:
            assert fault_of(url) == "the gateway does not speak HTTP"

    def test_endless_headers(self):
        with a_line(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200) as url:
            assert fault_of(url) == "the gateway does not speak HTTP"

    def test_silence(self):
        with a_line(waits=True) as url:
            assert fault_of(url, timeout=0.05) == "the gateway did not answer in time"

    @pytest.mark.parametrize("said", [b"\r\nX: ", b"\r\n\r\n{", b"\r\nContent-Length: 9\r\n\r\n{"])
    def test_one_who_never_comes_to_an_end_is_left(self, said):
        with a_line(b"HTTP/1.1 200 OK" + said, waits=True) as url:
            assert fault_of(url, whole=0.1) == "the gateway did not answer in time"

    def test_a_flood_is_read_no_further_than_needed(self):
        with a_line(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 300_000) as url:
            channel_to(url).send(LETTER)


class TestWhereItMayGo:
    @pytest.mark.parametrize(
        "host",
        ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"],
    )
    def test_nothing_inside_is_asked_unless_the_settings_say_so(self, host):
        fault = fault_of(f"http://{host}:9/", may_be_inside=False)
        assert fault == "the gateway lies inside the network, which the settings do not allow"

    def test_with_the_settings_saying_so_a_server_on_loopback_is_asked(self):
        with a_server() as server:
            channel_to(f"http://localhost:{server.server_port}/").send(LETTER)
        assert server.asked[0][2]["Host"] == f"localhost:{server.server_port}"

    @pytest.mark.parametrize(
        "host",
        ["169.254.169.254", "[fe80::1]", "0.0.0.0", "224.0.0.1", "[::ffff:169.254.169.254]"],
    )
    def test_some_addresses_no_setting_opens(self, host):
        assert fault_of(f"http://{host}:9/") == "the gateway's address is one that is never asked"

    @pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "gopher://127.0.0.1:70/"])
    def test_only_http_and_https(self, url):
        assert fault_of(url) == "the gateway's address is not one of http or https"

    @pytest.mark.parametrize(
        ("address", "outside", "ever"),
        [
            ("8.8.8.8", True, True),
            ("2001:4860:4860::8888", True, True),
            ("100.64.0.1", False, True),
            ("172.16.0.1", False, True),
            ("fd00::1", False, True),
            ("::ffff:10.0.0.1", False, True),
            ("64:ff9b::7f00:1", False, True),
            ("64:ff9b::a9fe:a9fe", False, False),
            ("2002:7f00:1::", False, True),
            ("255.255.255.255", False, True),
            ("ff02::1", False, False),
        ],
    )
    def test_what_lies_outside(self, address, outside, ever):
        assert (is_outside(ip_address(address)), is_ever_allowed(ip_address(address))) == (outside, ever)


class TestTls:
    def test_a_gateway_that_is_trusted_under_its_name(self, tmp_path):
        ours, theirs = a_certificate(tmp_path)
        with a_server(tls=theirs) as server:
            channel_to(f"https://127.0.0.1:{server.server_port}/", tls=ours).send(LETTER)
        assert len(server.asked) == 1

    def test_one_that_is_not_is_told_nothing(self, tmp_path):
        _ours, theirs = a_certificate(tmp_path)
        with a_server(tls=theirs) as server:
            assert fault_of(f"https://127.0.0.1:{server.server_port}/").startswith("no TLS with the gateway")
        assert server.asked == []


def test_without_a_gateway_what_waits_is_tried_again_later():
    with pytest.raises(NotTaken, match="no gateway is set up"):
        WebhookChannel(lambda: None).send(LETTER)


@pytest.mark.parametrize("more", [{"template": "{"}, {"url": "http://127.0.0.1:{phone}/"}])
def test_settings_that_cannot_be_used_say_so(more):
    assert fault_of(**{"url": "http://127.0.0.1:9/"} | more) == "the gateway's address or template cannot be used"
