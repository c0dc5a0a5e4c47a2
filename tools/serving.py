"""``python3 run.py``: prepare the instance, then keep web and worker running until Ctrl-C."""

import contextlib
import errno
import http.client
import json
import os
import secrets
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tools.environment import ROOT, ensure, runtime_lock
from tools.supervisor import Child, Supervisor
from tools.terminal import RefusedError, say

READY_SECONDS = 60.0
HIGHEST_PORT = 65535
KEYS = ("secret_key", "seal_key")


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        port = environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) <= HIGHEST_PORT:
            raise RefusedError(f"PORT 不是端口号：{port}", f"PORT is not the number of a port: {port}")
        return cls(environ.get("HOST") or "127.0.0.1", int(port))

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def reachable(self) -> "Address":
        """Where a browser on this machine finds a site that listens on every interface."""
        every = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here
        return Address(every.get(self.host, self.host), self.port)

    @property
    def url(self) -> str:
        return f"http://{self.reachable.bind}"


def serve() -> int:
    """Everything of ``setup``, then web and worker until a signal ends them."""
    address = Address.from_environ(os.environ)
    refuse_taken(address)
    environ = {"BASE_URL": address.url, **os.environ}
    python = ensure(runtime_lock(environ))
    make_instance(instance_folder(environ), environ)
    accounts = prepare(python, environ)
    with Supervisor(folder=ROOT, environ=environ) as supervisor:
        supervisor.start(web(python, address, environ))
        if not supervisor.wait_for(lambda: answers(address.reachable), timeout_seconds=READY_SECONDS):
            return came_to_nothing(supervisor)
        supervisor.start(worker(python))
        announce(address, accounts)
        supervisor.watch()
        say("正在停止……", "Stopping…")
    return 0


def setup() -> int:
    environ = dict(os.environ)
    python = ensure(runtime_lock(environ))
    make_instance(instance_folder(environ), environ)
    show_accounts(prepare(python, environ))
    say("已准备就绪，运行 python3 run.py 启动", "Everything is ready: python3 run.py starts it")
    return 0


def refuse_taken(address: Address) -> None:
    """Say so at once, before anything is installed for a start that cannot succeed."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, where = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            # Binding alone succeeds where another listener shares its address; listening does not.
            probe.listen()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RefusedError(
                f"端口 {address.port} 已被占用，可换一个：PORT=8010 python3 run.py",
                f"Port {address.port} is already in use; another one: PORT=8010 python3 run.py",
            ) from error
        raise RefusedError(f"无法监听 {address.bind}：{error}", f"Cannot listen on {address.bind}: {error}") from error


def instance_folder(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("INSTANCE_PATH") or ROOT / "instance")


def make_instance(folder: Path, environ: Mapping[str, str]) -> None:
    """The folder of everything that is kept, and the two keys where the environment does not bring them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in KEYS:
        if not environ.get(name.upper()):
            make_key(folder / name)


def make_key(path: Path) -> None:
    """32 random bytes as hexadecimal; a key that exists is never touched, since data depend on it."""
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))


def prepare(python: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """Migrations, and the demo into an empty database, in one process: imports cost a second each."""
    command = [str(python), "-m", "flask", "--app", "wsgi", "prepare", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RefusedError("数据库未能准备好，原因见上。", "The database could not be prepared: the reason is above.")
    return accounts_in(done.stdout)


def accounts_in(output: str) -> dict[str, Any]:
    """The one JSON object among the lines that lists the demo accounts; empty outside the demo."""
    for line in output.splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            found = json.loads(line)
            if isinstance(found, dict) and "accounts" in found:
                return found
    return {"accounts": []}


def web(python: Path, address: Address, environ: Mapping[str, str]) -> Child:
    """gthread, since a few half-open connections block gunicorn's default workers altogether."""
    processes = environ.get("WEB_CONCURRENCY") or "2"
    options = ["-k", "gthread", "--workers", processes, "--threads", "4", "--no-control-socket"]
    quiet = ["--log-level", "warning", "--graceful-timeout", "10"]
    return Child("web", [str(python), "-m", "gunicorn", "wsgi:app", *options, *quiet, "--bind", address.bind])


def worker(python: Path) -> Child:
    return Child("worker", [str(python), "-m", "flask", "--app", "wsgi", "worker"])


def answers(address: Address) -> bool:
    """Ask directly: a proxy set in the environment has no part in this."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def came_to_nothing(supervisor: Supervisor) -> int:
    if supervisor.is_stopping:
        return 0
    say("网站未能启动，原因见上", "The site did not start: the reason is above")
    return 1


def announce(address: Address, accounts: Mapping[str, Any]) -> None:
    show_accounts(accounts)
    say(f"揭榜台已就绪：{address.url}（Ctrl-C 停止）", f"Jiebang is ready: {address.url} (Ctrl-C stops it)")


def show_accounts(accounts: Mapping[str, Any]) -> None:
    if not accounts["accounts"]:
        return
    say(f"演示账号，密码 {accounts['password']}：", f"Demo accounts, password {accounts['password']}:")
    width = max(len(account["email"]) for account in accounts["accounts"])
    for account in accounts["accounts"]:
        whose = f"{account['role']}  {account.get('organisation') or ''}".rstrip()
        print(f"  {account['email']:<{width}}  {whose}", flush=True)
