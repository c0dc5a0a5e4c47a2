"""The launcher's arithmetic, and a real node that indexes and finds."""

import os
import secrets
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.conftest import service
from tools.elasticsearch import launcher


@pytest.fixture
def node():
    """Asked by cluster health only: this node has no root page, which the client's info() and ping() want."""
    address = service("Elasticsearch (TEST_SEARCH_URL)", os.environ.get("TEST_SEARCH_URL", ""))
    with Elasticsearch(address.split(","), request_timeout=30) as client:
        yield client


@pytest.fixture
def index(node):
    name = f"smoke-{secrets.token_hex(6)}"
    yield name
    node.indices.delete(index=name, ignore_unavailable=True)


def test_a_real_node_answers_indexes_and_finds(node, index):
    assert node.cluster.health(wait_for_status="yellow")["status"] in ("green", "yellow")

    analysis = {"properties": {"title": {"type": "text", "analyzer": "whitespace"}, "kind": {"type": "keyword"}}}
    node.indices.create(index=index, mappings=analysis, settings={"number_of_replicas": 0})
    node.index(index=index, id="1", document={"title": "固态 电池 隔膜", "kind": "challenge"}, refresh=True)
    node.index(index=index, id="2", document={"title": "芯片 封装 材料", "kind": "challenge"}, refresh=True)

    hits = node.search(index=index, query={"match": {"title": "电池"}})["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["1"]


def test_a_single_node_is_told_of_no_members():
    node = launcher.single(Path("/place"))[0]

    command = launcher.command(Path("python"), node, [node])

    assert command[:3] == ["python", "-m", "tools.elasticsearch.node"]
    assert "--http=9200" in command
    assert not any(option.startswith("--members") for option in command)


def test_the_three_of_a_cluster_know_each_other_and_share_no_data():
    nodes = launcher.cluster(Path("/place"))
    commands = [launcher.command(Path("python"), node, nodes) for node in nodes]

    assert [node.url for node in nodes] == [f"http://127.0.0.1:{port}" for port in (9201, 9202, 9203)]
    assert all("--members=cluster-1=9301,cluster-2=9302,cluster-3=9303" in command for command in commands)
    assert len({option for command in commands for option in command if option.startswith("--data")}) == 3


def test_a_lock_that_nobody_holds_means_that_no_node_runs(tmp_path):
    lock = tmp_path / "node.lock"
    assert launcher.holder(lock) is None

    lock.write_text("1", encoding="ascii")
    assert launcher.holder(lock) is None


def test_the_version_is_named_in_one_place():
    assert launcher.version() in launcher.POM.read_text(encoding="utf-8")
