"""A private PostgreSQL for the tests: made afresh at each start, thrown away at the stop."""

import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.ports import LOOPBACK, free_port, is_listening
from tools.terminal import RefusedError

PORT = 55432
DEBIAN = Path("/usr/lib/postgresql")
SYSTEM_USER = "postgres"
ROLE = "jiebang"
DATABASE = "jiebang_test"

# What a crash of the machine would lose here is thrown away anyway, so nothing waits for the disk.
# The server's zone is not UTC on purpose: the product must give UTC whatever the server thinks.
SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
autovacuum = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The folder holds the data, the socket, which nobody else can reach, and the log."""

    folder: str
    port: int
    password: str

    @property
    def data(self) -> str:
        return f"{self.folder}/data"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}:{self.password}@{LOOPBACK}:{self.port}/{DATABASE}"


def programs() -> Path | None:
    """The newest server of Debian's, else the one on the path."""
    installed = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return installed[-1].parent if installed else Path(on_path).parent if on_path else None


def start(services: Path) -> str:
    """Its address for a role that may create databases."""
    running = recorded(services)
    if running and is_running(running):
        return running.url
    stop(services)
    cluster = Cluster(make_folder(), free_port(PORT), secrets.token_hex(16))
    record(services, cluster)
    initialise(cluster)
    run(cluster, "pg_ctl", "start", "-w", "-t", "60", "-D", cluster.data, "-l", f"{cluster.folder}/log")
    as_owner = ("-h", cluster.folder, "-p", str(cluster.port), "-v", "ON_ERROR_STOP=1", "-q")
    role = f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{cluster.password}'"
    run(cluster, "psql", *as_owner, "-d", "postgres", "-c", role, "-c", f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    return cluster.url


def stop(services: Path) -> None:
    cluster = recorded(services)
    if cluster and is_running(cluster):
        run(cluster, "pg_ctl", "stop", "-w", "-t", "60", "-D", cluster.data, "-m", "immediate")
    if cluster:
        shutil.rmtree(cluster.folder, ignore_errors=True)
        state_file(services).unlink()


def is_running(cluster: Cluster) -> bool:
    """By its record as well as its port: another's could be listening on the same port by now."""
    try:
        run(cluster, "pg_ctl", "status", "-D", cluster.data)
    except (OSError, RefusedError):
        return False
    return is_listening(cluster.port)


def make_folder() -> str:
    """Where the server's own user can reach it: PostgreSQL refuses root, and the repository may be root's alone."""
    folder = tempfile.mkdtemp(prefix="jiebang-postgresql-", dir="/tmp" if os.geteuid() == 0 else None)  # noqa: S108
    if os.geteuid() == 0:
        shutil.chown(folder, SYSTEM_USER, pwd.getpwnam(SYSTEM_USER).pw_gid)
    return folder


def initialise(cluster: Cluster) -> None:
    """Passwords over the network; the socket lies in a folder that only the owner can enter."""
    trust = ("--auth-local", "trust", "--auth-host", "scram-sha-256")
    run(cluster, "initdb", "-D", cluster.data, *trust, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
    with Path(cluster.data, "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"{SETTINGS}port = {cluster.port}\nunix_socket_directories = '{cluster.folder}'\n")


def run(cluster: Cluster, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the server's user; its words go to a file that a failure shows."""
    folder = programs()
    if folder is None:
        raise RefusedError("找不到 PostgreSQL 服务器程序", "The programs of a PostgreSQL server were not found")
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}
    words = Path(cluster.folder, "words")
    # A file, not a pipe: the server inherits it from pg_ctl and would keep a pipe open for good.
    with words.open("ab") as output:
        done = subprocess.run(
            [str(folder / program), *arguments],
            cwd=cluster.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **identity,
        )
    if done.returncode != 0:
        raise RefusedError(
            f"PostgreSQL 未能启动（{program}）：\n{words.read_text(encoding='utf-8', errors='replace')}",
            f"PostgreSQL: {program} failed; the log is {cluster.folder}/log",
        )


def state_file(services: Path) -> Path:
    return services / "postgresql.json"


def recorded(services: Path) -> Cluster | None:
    path = state_file(services)
    return Cluster(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def record(services: Path, cluster: Cluster) -> None:
    path = state_file(services)
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(cluster)), encoding="utf-8")
