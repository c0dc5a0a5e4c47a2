"""``python3 run.py elasticsearch``: gathers the jars, lays them out as a server's home, starts nodes on loopback."""

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools.environment import ROOT, TEST_LOCK, ensure
from tools.ports import LOOPBACK, free_port, is_listening
from tools.supervisor import Child, Supervisor
from tools.terminal import RefusedError, say

POM = Path(__file__).with_name("pom.xml")
STAMP = "made-from.sha256"
READY_SECONDS = 120.0
HTTP_PORT, TRANSPORT_PORT = 9200, 9300
CLUSTER_SIZE = 3
# Jars that belong to the plugin's own class loader, not to the server's.
PLUGIN_JARS = ("transport-netty4-", "netty-", "elasticsearch-ssl-config-")

DESCRIPTOR = """description=HTTP and transport over Netty
name=transport-netty4
version={version}
elasticsearch.version={version}
java.version=21
classname=org.elasticsearch.transport.netty4.Netty4Plugin
has.native.controller=false
"""

LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
logger.native.name = org.elasticsearch.nativeaccess
logger.native.level = error
logger.vector.name = org.elasticsearch.simdvec
logger.vector.level = error
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    http: int
    transport: int
    folder: Path
    heap: str = "512m"

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.http}"

    @property
    def lock(self) -> Path:
        return self.folder / f"{self.name}.lock"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"


def main(arguments: list[str]) -> int:
    """In the foreground: one node, or a cluster of three, until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="run.py elasticsearch")
    parser.add_argument("--nodes", type=int, choices=(1, CLUSTER_SIZE), default=1)
    folder = ROOT / ".services" / "elasticsearch"
    nodes = single(folder) if parser.parse_args(arguments).nodes == 1 else cluster(folder)
    refuse_taken(nodes)
    python = ensure(TEST_LOCK)
    prepare(folder / "home")
    with Supervisor(folder=ROOT, environ=os.environ) as supervisor:
        for node in nodes:
            supervisor.start(Child(node.name, command(python, node, nodes), is_restarted=False))
        is_up = supervisor.wait_for(lambda: has_joined(nodes[0], len(nodes)), timeout_seconds=READY_SECONDS)
        if is_up:
            urls = ",".join(node.url for node in nodes)
            say(f"Elasticsearch 已就绪：{urls}（Ctrl-C 停止）", f"ready: {urls} (Ctrl-C stops it)")
            supervisor.watch()
        return 0 if supervisor.is_stopping else 1


def single(folder: Path) -> list[Node]:
    return [Node("node-1", HTTP_PORT, TRANSPORT_PORT, folder)]


def cluster(folder: Path) -> list[Node]:
    """Smaller heaps, since three of them share one machine."""
    numbers = range(1, CLUSTER_SIZE + 1)
    return [Node(f"cluster-{n}", HTTP_PORT + n, TRANSPORT_PORT + n, folder, heap="384m") for n in numbers]


def refuse_taken(nodes: Sequence[Node]) -> None:
    for port in (port for node in nodes for port in (node.http, node.transport)):
        if is_listening(port):
            raise RefusedError(f"端口 {port} 已被占用", f"Port {port} is already in use")


def prepare(home: Path) -> None:
    """Once for each state of what a home is made from; a half-made home is never taken for a whole one."""
    digest = hashlib.sha256(POM.read_bytes() + (DESCRIPTOR + LOGGING).encode("ascii")).hexdigest()
    stamp = home / STAMP
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    say("正在用 Maven 取得 Elasticsearch 的程序包……", "Gathering the jars of Elasticsearch with Maven…")
    shutil.rmtree(home, ignore_errors=True)
    plugin, config = home / "modules" / "transport-netty4", home / "config"
    for folder in (home / "lib", plugin, config, home / "plugins", home / "logs"):
        folder.mkdir(parents=True)
    copy_jars(home / "lib")
    for jar in (home / "lib").glob("*.jar"):
        if jar.name.startswith(PLUGIN_JARS):
            jar.rename(plugin / jar.name)
    (plugin / "plugin-descriptor.properties").write_text(DESCRIPTOR.format(version=version()), encoding="ascii")
    (config / "log4j2.properties").write_text(LOGGING, encoding="ascii")
    stamp.write_text(digest, encoding="ascii")


def copy_jars(folder: Path) -> None:
    """Strict: a jar whose checksum is not the published one ends the build."""
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    maven = ["mvn", "--quiet", "--batch-mode", "--strict-checksums", "--file", str(POM), *goal]
    try:
        done = subprocess.run(maven, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise RefusedError("缺少 Maven（Debian：apt-get install maven）", "Maven is missing: install it") from error
    if done.returncode != 0:
        raise RefusedError(f"{done.stdout}{done.stderr}\nMaven 未能取得程序包", "Maven could not gather the jars")


def version() -> str:
    """From the pom, the one place that names it."""
    found = ElementTree.parse(POM).findtext(".//{*}elasticsearch.version")  # noqa: S314 - our own file
    if found is None:
        raise RefusedError(f"{POM} 缺少 elasticsearch.version", f"{POM} lacks elasticsearch.version")
    return found


def command(python: Path, node: Node, members: Sequence[Node]) -> list[str]:
    named = {"home": node.folder / "home", "data": node.folder / "data" / node.name, "lock": node.lock}
    numbered = {"name": node.name, "http": node.http, "transport": node.transport, "heap": node.heap}
    options = [f"--{option}={value}" for option, value in {**named, **numbered}.items()]
    if len(members) > 1:
        options.append("--members=" + ",".join(f"{member.name}={member.transport}" for member in members))
    return [str(python), "-m", "tools.elasticsearch.node", *options]


def has_joined(node: Node, size: int) -> bool:
    """Whether the node answers, and sees as many nodes as there should be."""
    connection = http.client.HTTPConnection(LOOPBACK, node.http, timeout=5)
    try:
        connection.request("GET", "/_cluster/health")
        answer = connection.getresponse()
        health = json.loads(answer.read())
        return answer.status == http.client.OK and health["number_of_nodes"] >= size
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False
    finally:
        connection.close()


def start_in_background(python: Path, services: Path) -> Node:
    """A node with an empty index that outlives this process; the one that runs already, if it does.

    It is still starting when this returns: ``wait_until_ready`` leaves time for something else meanwhile.
    """
    folder = services / "elasticsearch"
    running = recorded(folder)
    if running is not None and holder(running.lock) is not None:
        return running
    prepare(folder / "home")
    node = Node("services", free_port(HTTP_PORT), free_port(TRANSPORT_PORT), folder)
    shutil.rmtree(folder / "data" / node.name, ignore_errors=True)
    state_file(folder).write_text(json.dumps({"http": node.http, "transport": node.transport}), encoding="ascii")
    with node.log.open("wb") as log:
        process = subprocess.Popen(
            command(python, node, [node]),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while holder(node.lock) is None and process.poll() is None:
        time.sleep(0.05)
    return node


def wait_until_ready(node: Node) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not has_joined(node, 1):
        if holder(node.lock) is None or time.monotonic() > deadline:
            words = node.log.read_text(encoding="utf-8", errors="replace")
            raise RefusedError(f"Elasticsearch 未能启动：\n{words}", "Elasticsearch did not start: its log is above")
        time.sleep(0.1)


def stop_in_background(services: Path) -> None:
    node = recorded(services / "elasticsearch")
    if node is None:
        return
    deadline = time.monotonic() + 30
    while (process := holder(node.lock)) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.2)
    state_file(node.folder).unlink()


def holder(lock: Path) -> int | None:
    """The process that holds the lock: none, when it can be had."""
    if not lock.exists():
        return None
    with lock.open("r", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or 0) or None
    return None


def state_file(folder: Path) -> Path:
    return folder / "services.json"


def recorded(folder: Path) -> Node | None:
    path = state_file(folder)
    return Node("services", folder=folder, **json.loads(path.read_text(encoding="ascii"))) if path.exists() else None
