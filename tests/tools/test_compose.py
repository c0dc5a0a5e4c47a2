"""compose.yaml, by parsing only: no image can be pulled where the tests run."""

import re

import pytest
import yaml

from tools.elasticsearch import launcher
from tools.environment import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def test_it_brings_up_everything():
    assert set(SERVICES) == {"prepare", "web", "worker", "postgres", "elasticsearch", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_refers_to_is_there(name):
    service = SERVICES[name]

    assert set(service["networks"]) <= set(COMPOSE["networks"])
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert {volume.partition(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_has_a_version(name):
    assert re.fullmatch(r"[a-z]+:[\w.-]+", SERVICES[name]["image"])
    assert not SERVICES[name]["image"].endswith(":latest")


def test_only_the_site_is_published_and_on_loopback_only():
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:${PORT:-8000}:8000"]
    }


def test_no_secret_is_written_down():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("KEY|PASSWORD", name):
                assert re.fullmatch(r"\$\{\w+:\?.*\}", value), name
    assert "${POSTGRES_PASSWORD:?" in SERVICES["web"]["environment"]["DATABASE_URL"]


def test_production_gets_all_that_it_refuses_to_start_without():
    assert {"MODE", "BASE_URL", "SECRET_KEY", "SEAL_KEY"} <= set(SERVICES["web"]["environment"])
    assert SERVICES["web"]["environment"] == SERVICES["worker"]["environment"] == SERVICES["prepare"]["environment"]


def test_what_is_copied_into_the_image_exists_and_holds_no_secret():
    recipe = SERVICES["web"]["build"]["dockerfile_inline"]
    copied = [word for line in re.findall(r"^COPY (.*)", recipe, re.MULTILINE) for word in line.split()[:-1]]

    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert not {".", "instance", ".venv"} & set(copied)
    assert (ROOT / re.search(r"--no-deps -r (\S+)", recipe)[1]).exists()


def test_it_runs_the_elasticsearch_that_the_tests_run():
    assert SERVICES["elasticsearch"]["image"] == f"elasticsearch:{launcher.version()}"
