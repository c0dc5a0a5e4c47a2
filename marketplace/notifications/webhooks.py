"""Gateways that are spoken to by HTTP (adapter): short messages, 企业微信, whatever takes a request and answers.

The address comes from a page, so that it is not trusted: only http and https, no redirects, and the network behind the
firewall only where the settings say so. The name is looked up once, and the connection goes to the address that was
looked at, whatever the name leads to a moment later.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit

from marketplace.notifications.channels import Letter, NotTaken, Refused
from marketplace.settings.gateway_texts import fill_address, fill_headers, fill_template

TIMEOUT_SECONDS = 10
WHOLE_SECONDS = 20
"""However slowly the other side speaks, it is left after so long."""
LONGEST_ANSWER = 64 * 1024
ABOUT_THE_LETTER = frozenset({400, 413, 422})
"""Answers that will not change when the same letter is sent again; the others are about us, or about the moment."""
KEPT_IN_PATHS = "/%?&=:;@!$'()*+,~[]"
TRANSLATED = ip_network("64:ff9b::/96")
JSON = "application/json; charset=utf-8"
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where messages go, as the settings say. ``success`` is what a good answer contains; empty for any."""

    url: str
    template: str
    method: str = "POST"
    headers: str = ""
    secret: str = ""
    success: str = ""
    may_be_inside: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    address: SplitResult
    headers: Sequence[tuple[str, str]]
    body: bytes | None


class WebhookChannel:
    """One request a message. ``read`` gives the gateway in force, None where none is set up."""

    def __init__(
        self,
        read: Callable[[], Gateway | None],
        *,
        timeout: float = TIMEOUT_SECONDS,
        whole: float = WHOLE_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._read, self._timeout, self._whole, self._tls = read, timeout, whole, tls

    def send(self, letter: Letter) -> None:
        gateway = self._read()
        if gateway is None:
            raise NotTaken("no gateway is set up")
        request = request_of(gateway, letter)
        with _in_our_words():
            status, answer = self._ask(request, may_be_inside=gateway.may_be_inside)
        judge(gateway, status, answer)

    def _ask(self, request: Request, *, may_be_inside: bool) -> tuple[int, bytes]:
        is_tls = request.address.scheme == "https"
        host, port = request.address.hostname or "", request.address.port or (443 if is_tls else 80)
        tls = (self._tls or ssl.create_default_context()) if is_tls else None
        addresses = _look_up(host, port, may_be_inside=may_be_inside)
        connection = _Connection(host, port, addresses, timeout=self._timeout, tls=tls)
        clock = threading.Timer(self._whole, connection.hang_up)
        clock.start()
        try:
            answer = _exchange(connection, request)
        except (OSError, http.client.HTTPException):
            if connection.was_too_slow:
                raise TimeoutError from None
            raise
        finally:
            clock.cancel()
            connection.close()
        if connection.was_too_slow:
            raise TimeoutError
        return answer


def request_of(gateway: Gateway, letter: Letter) -> Request:
    """What is asked of the gateway for one letter. A template that is none is the settings' fault: NotTaken."""
    words = letter.words
    said = {
        "phone": letter.recipient,
        "subject": words.title,
        "text": words.brief,
        "url": words.url,
        "reference": letter.reference,
        "secret": gateway.secret,
    }
    has_body = gateway.method != "GET"
    try:
        body = fill_template(gateway.template, said) if has_body else None
        address = urlsplit(fill_address(gateway.url, said))
        _port = address.port
    except ValueError:
        raise NotTaken("the gateway's address or template cannot be used") from None
    if address.scheme not in ("http", "https") or not address.hostname:
        raise NotTaken("the gateway's address is not one of http or https")
    headers = [("Content-Type", JSON)] if has_body else []
    own = fill_headers(gateway.headers, said)
    headers = [one for one in headers if one[0].lower() not in {name.lower() for name, _value in own}]
    return Request(gateway.method, address, [*headers, *own, ("X-Delivery-ID", letter.reference)], body)


def judge(gateway: Gateway, status: int, answer: bytes) -> None:
    """Raise Refused or NotTaken unless the answer says that the message was taken. Nothing of its text is repeated."""
    if status in ABOUT_THE_LETTER:
        raise Refused(f"the gateway answered {status}")
    if 300 <= status < 400:  # noqa: PLR2004  (the class of redirects)
        raise NotTaken(f"the gateway answered {status}: redirects are not followed")
    if not 200 <= status < 300:  # noqa: PLR2004  (the class of success)
        raise NotTaken(f"the gateway answered {status}")
    if gateway.success:
        if gateway.success not in answer.decode("utf-8", "replace"):
            raise NotTaken(f"the gateway answered {status} without the mark of success")
    elif code := _error_code(answer):
        raise NotTaken(f"the gateway answered with error code {code}")


def is_outside(address: Address) -> bool:
    """Whether it belongs to the public network; what is hidden inside another address counts."""
    within = _within(address)
    return within.is_global and not within.is_multicast and not within.is_reserved


def is_ever_allowed(address: Address) -> bool:
    """No setting opens these: addresses of one link, where clouds keep their keys, and those of no machine."""
    within = _within(address)
    return not (within.is_link_local or within.is_multicast or within.is_unspecified)


class _Connection(http.client.HTTPConnection):
    """To addresses that were looked at already, under the name that was asked for."""

    def __init__(
        self, host: str, port: int, addresses: Sequence[str], *, timeout: float, tls: ssl.SSLContext | None
    ) -> None:
        self.default_port = 443 if tls else 80
        super().__init__(host, port, timeout=timeout)
        self._addresses, self._tls, self.was_too_slow = addresses, tls, False
        self._line: socket.socket | None = None

    def connect(self) -> None:
        self._line = self._reach()
        if self._tls:
            self._line = self._tls.wrap_socket(self._line, server_hostname=self.host)
        self.sock = self._line

    def hang_up(self) -> None:
        """From another thread: whoever waits for an answer waits no longer."""
        self.was_too_slow = True
        if self._line is not None:
            with suppress(OSError):  # closed already
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)

    def _reach(self) -> socket.socket:
        fault: OSError = OSError()
        for address in self._addresses:
            try:
                return socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                fault = error
        raise fault


def _exchange(connection: _Connection, request: Request) -> tuple[int, bytes]:
    path = request.address._replace(scheme="", netloc="", fragment="").geturl() or "/"
    connection.putrequest(request.method, quote(path, safe=KEPT_IN_PATHS), skip_accept_encoding=True)
    for name, value in request.headers:
        connection.putheader(name, value.encode())
    if request.body is not None:
        connection.putheader("Content-Length", str(len(request.body)))
    connection.endheaders(request.body)
    response = connection.getresponse()
    return response.status, response.read(LONGEST_ANSWER)


def _look_up(host: str, port: int, *, may_be_inside: bool) -> Sequence[str]:
    """Every address of a name, all of them allowed; raises NotTaken where one is not."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in (ip_address(one.partition("%")[0]) for one in found):
        if not is_ever_allowed(address):
            raise NotTaken("the gateway's address is one that is never asked")
        if not may_be_inside and not is_outside(address):
            raise NotTaken("the gateway lies inside the network, which the settings do not allow")
    return list(dict.fromkeys(found))


def _within(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address in TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _error_code(answer: bytes) -> int:
    """企业微信 answers 200 whatever happened and says in ``errcode`` what did; 0 where nothing is said."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return 0
    code = said.get("errcode") if isinstance(said, dict) else None
    return code if isinstance(code, int) else 0


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What went wrong, without the address, the secret and the answer."""
    try:
        yield
    except TimeoutError:
        raise NotTaken("the gateway did not answer in time") from None
    except ssl.SSLError as error:
        raise NotTaken(f"no TLS with the gateway: {error.reason or 'refused'}") from None
    except socket.gaierror:
        raise NotTaken("the gateway's name leads nowhere") from None
    except http.client.RemoteDisconnected:
        raise NotTaken("the gateway hung up") from None
    except OSError as error:
        raise NotTaken(f"the gateway cannot be reached: {error.strerror or type(error).__name__}") from None
    except http.client.HTTPException:
        raise NotTaken("the gateway does not speak HTTP") from None
    except ValueError:  # a header or a path that cannot be sent; its text would hold it
        raise NotTaken("the gateway's address or headers cannot be used") from None
