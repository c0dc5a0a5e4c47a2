"""How .venv is made, and when its lock is installed again."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from tools import environment
from tools.environment import (
    POSTGRES_LOCK,
    RUNTIME_LOCK,
    TEST_LOCK,
    ensure,
    install_command,
    is_usable,
    make,
    missing_ensurepip,
    runtime_lock,
)
from tools.terminal import RefusedError

LOCKS = [RUNTIME_LOCK, POSTGRES_LOCK, TEST_LOCK]


@pytest.fixture
def installed(monkeypatch, tmp_path) -> list[str]:
    """The names of the locks that were installed into an environment that is otherwise fine."""
    names: list[str] = []
    monkeypatch.setattr(environment, "is_usable", lambda venv: True)
    monkeypatch.setattr(environment, "install", lambda lock, venv, uv: names.append(lock.name))
    (tmp_path / "venv").mkdir()
    return names


def lock_with(folder: Path, text: str) -> Path:
    path = folder / "some.txt"
    path.write_text(text, encoding="ascii")
    return path


def test_a_lock_is_installed_once(installed, tmp_path):
    lock = lock_with(tmp_path, "one==1")

    for _ in range(2):
        ensure(lock, venv=tmp_path / "venv")

    assert installed == ["some.txt"]


def test_a_changed_lock_is_installed_again(installed, tmp_path):
    ensure(lock_with(tmp_path, "one==1"), venv=tmp_path / "venv")
    ensure(lock_with(tmp_path, "one==2"), venv=tmp_path / "venv")

    assert installed == ["some.txt", "some.txt"]


def test_a_lock_whose_installation_failed_is_installed_again(installed, monkeypatch, tmp_path):
    def fail(*_):
        raise RefusedError("", "")

    lock = lock_with(tmp_path, "one==1")
    with monkeypatch.context() as broken:
        broken.setattr(environment, "install", fail)
        with pytest.raises(RefusedError):
            ensure(lock, venv=tmp_path / "venv")

    ensure(lock, venv=tmp_path / "venv")

    assert installed == ["some.txt"]


@pytest.mark.parametrize("uv", [None, "/usr/bin/uv"])
def test_either_installer_takes_exactly_what_the_lock_pins(uv):
    command = install_command(RUNTIME_LOCK, Path("/place/.venv"), uv)

    assert command[0] == uv or command[:3] == ["/place/.venv/bin/python", "-m", "pip"]
    assert {"--require-hashes", "--no-deps"} <= set(command)
    assert command[-2:] == ["-r", str(RUNTIME_LOCK)]


@pytest.mark.parametrize(("is_root", "sudo"), [(True, ""), (False, "sudo ")])
def test_a_missing_ensurepip_is_answered_with_the_one_line_to_type(is_root, sudo):
    package = f"python3.{sys.version_info.minor}-venv"
    words = str(missing_ensurepip(is_root=is_root))

    assert f"\n    {sudo}apt-get update && {sudo}apt-get install -y {package}\n" in words
    assert "缺少 ensurepip" in words
    assert "ensurepip is missing" in words


def test_without_ensurepip_and_uv_no_environment_is_begun(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(RefusedError, match="ensurepip"):
        make(tmp_path / "venv", uv=None)

    assert not (tmp_path / "venv").exists()


def test_an_environment_of_another_python_is_not_usable(tmp_path):
    python = environment.python_of(tmp_path)
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho 3.8\n", encoding="ascii")
    python.chmod(0o755)

    assert not is_usable(tmp_path)
    assert not is_usable(tmp_path / "nothing")


@pytest.mark.parametrize("address", ["postgresql://host/name", "postgres://host/name"])
def test_data_in_postgresql_bring_the_driver_along(address):
    assert runtime_lock({"DATABASE_URL": address}) == POSTGRES_LOCK
    assert runtime_lock({}) == RUNTIME_LOCK


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_lock_has_hashes(lock):
    pins = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n?", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert [pin for pin in pins if pin.strip() and "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("lock", [POSTGRES_LOCK, TEST_LOCK], ids=lambda lock: lock.name)
def test_a_larger_lock_pins_what_is_served_at_the_same_versions(lock):
    def pins(path: Path) -> set[str]:
        return set(re.findall(r"^([\w.-]+(?:\[\S+\])?==\S+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert pins(RUNTIME_LOCK) - pins(lock) == set()
