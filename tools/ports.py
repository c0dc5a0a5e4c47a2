"""Ports of this machine's loopback."""

import socket

LOOPBACK = "127.0.0.1"


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def free_port(wanted: int) -> int:
    """The wanted port, or any other where something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, 0 if is_listening(wanted) else wanted))
        port: int = probe.getsockname()[1]
        return port
