"""``/metrics``: figures for Prometheus, without a word about anybody.

Requests are counted in each process and added up over all of them (prometheus-client's shared folder, set up by
``config.share_metrics``); what waits is asked of the database when somebody looks. Only this machine may look, past no
proxy, or whoever brings ``METRICS_TOKEN``.
"""

import hmac
import os
import threading
import time
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

import prometheus_client
from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from marketplace.core.errors import NotFound
from marketplace.core.figure import Source
from marketplace.web.access import public
from marketplace.web.current import config

blueprint = Blueprint("metrics", __name__)
KEY = "jiebang.metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
ROOM = 1024 * 1024
"""For the counts of a process, several times what all endpoints need."""


class Metrics:
    """The counters of one application; made when the first request is counted."""

    def __init__(self, folder: Path | None, sources: Iterable[Source]) -> None:
        self.folder, self.sources = folder, tuple(sources)
        self._lock = threading.Lock()
        self._counted: tuple[Any, Any] | None = None
        self._own = CollectorRegistry()
        self._is_off = False

    def count(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        if self._is_off:
            return
        try:
            requests, durations = self._counters()
        except OSError:  # no room for counts: answers matter more
            self._is_off = True
            return
        requests.labels(endpoint, method if method in METHODS else OTHER, str(status)).inc()
        durations.labels(endpoint).observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        registry = self._own
        if self.folder is not None and self.folder.is_dir():
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(self.folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(self._gauges())

    def _gauges(self) -> Any:
        registry = CollectorRegistry()
        registry.register(cast(Any, _Asked(self.sources)))
        return registry

    def _counters(self) -> tuple[Any, Any]:
        if self._counted is None:
            with self._lock:
                if self._counted is None:
                    self._counted = self._made()
        return self._counted

    def _made(self) -> tuple[Any, Any]:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            forget_the_dead(self.folder)
            make_room(self.folder)
        labels, own = ("endpoint", "method", "status"), self._own
        return (
            Counter("jiebang_requests", "Requests answered.", labels, registry=own),
            Histogram("jiebang_request_seconds", "Time to the answer.", ("endpoint",), registry=own, buckets=BUCKETS),
        )


class _Asked:
    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = sources

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in (figure for source in self.sources for figure in source()):
            names = tuple(figure.labels)
            family = families.setdefault(figure.name, GaugeMetricFamily(figure.name, figure.help, labels=names))
            family.add_metric(tuple(figure.labels.values()), figure.value)
        yield from families.values()


def make_room(folder: Path) -> None:
    """Room on the disk before counts are mapped into memory: a disk that fills later takes no process along."""
    for kind in ("counter", "histogram"):
        with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
            if file.tell() == 0:
                os.posix_fallocate(file.fileno(), 0, ROOM)


def forget_the_dead(folder: Path) -> None:
    """Counts of an earlier run: taken away when none of its processes lives, and not before, since sums would fall."""
    files = list(folder.glob("*.db"))
    if not any(_lives(path.stem.rpartition("_")[2]) for path in files):
        for path in files:
            path.unlink(missing_ok=True)


def _lives(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    if not _may_look():
        raise NotFound
    found: Metrics = current_app.extensions[KEY]
    return Response(found.text(), content_type=prometheus_client.CONTENT_TYPE_LATEST)


def _may_look() -> bool:
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    token = config().metrics_token
    if token and scheme == "Bearer":
        return hmac.compare_digest(given.encode(), token.encode())
    came_by_proxy = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    try:
        return not came_by_proxy and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    began = g.get("began")
    if began is not None and request.endpoint != "static":
        found: Metrics = current_app.extensions[KEY]
        endpoint = request.endpoint or OTHER
        found.count(endpoint, request.method, response.status_code, time.perf_counter() - began)
    return response


def init_app(app: Flask, *, folder: Path | None, sources: Iterable[Source]) -> None:
    """``folder``: where the processes of this machine keep their counts; None for one process alone."""
    app.extensions[KEY] = Metrics(folder, sources)
    app.before_request(_begin)
    app.after_request(_count)
    app.register_blueprint(blueprint)
