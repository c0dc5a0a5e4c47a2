"""``python3 run.py services``: PostgreSQL, Elasticsearch and Chromium for the tests, on Debian as in CI."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tools import postgresql
from tools.elasticsearch import launcher
from tools.environment import ROOT, TEST_LOCK, ensure
from tools.ports import is_listening
from tools.terminal import RefusedError, say

FOLDER = ROOT / ".services"
ENVIRONMENT = FOLDER / "env"
CJK_FONTS = Path("/usr/share/fonts/opentype/noto")

# Debian's package for each thing, and how to see that the thing is there already.
PACKAGES: Mapping[str, Callable[[], bool]] = {
    "postgresql": lambda: postgresql.programs() is not None,
    "chromium": lambda: shutil.which("chromium") is not None,
    "fonts-noto-cjk": lambda: sys.platform == "darwin" or any(CJK_FONTS.glob("NotoSansCJK*")),
    "maven": lambda: shutil.which("mvn") is not None,
    "default-jre-headless": lambda: shutil.which("java") is not None,
}


def start() -> int:
    """Safe to repeat: what is installed or running already is left as it is."""
    install([package for package, is_installed in PACKAGES.items() if not is_installed()])
    python = ensure(TEST_LOCK)
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    node = launcher.start_in_background(python, FOLDER)
    database_url = postgresql.start(FOLDER)
    launcher.wait_until_ready(node)
    found = {"TEST_DATABASE_URL": database_url, "TEST_SEARCH_URL": node.url, "CHROMIUM": shutil.which("chromium")}
    remember({name: value for name, value in found.items() if value})
    say(f"PostgreSQL、Elasticsearch 已就绪，见 {ENVIRONMENT}", "PostgreSQL and Elasticsearch are ready")
    return 0


def stop() -> int:
    ENVIRONMENT.unlink(missing_ok=True)
    postgresql.stop(FOLDER)
    launcher.stop_in_background(FOLDER)
    say("测试用的服务已停止", "The services for the tests have stopped")
    return 0


def install(missing: list[str]) -> None:
    if not missing:
        return
    line = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise RefusedError(f"缺少：{' '.join(missing)}。Debian 上请执行：sudo {line}", f"Missing: {' '.join(missing)}")
    say(f"正在安装 {' '.join(missing)}", "Installing them with apt-get")
    for command in ("apt-get update -q", f"{line} -q -o DPkg::Lock::Timeout=300"):
        run_apt(command)


def run_apt(command: str) -> None:
    """Its words are kept for a failure only: there are hundreds of lines of them."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command.split(), env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RefusedError(f"未能完成：{command}\n{done.stdout}{done.stderr}", f"This command failed: {command}")


def remember(found: Mapping[str, str]) -> None:
    """Only for this user's eyes: the address of the database carries its password."""
    descriptor = os.open(ENVIRONMENT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in found.items())


def known() -> dict[str, str]:
    """What ``services`` started and still runs, for those who did not say themselves where a service is."""
    if not ENVIRONMENT.exists():
        return {}
    lines = ENVIRONMENT.read_text(encoding="utf-8").splitlines()
    found = dict(line.split("=", 1) for line in lines)
    return {name: value for name, value in found.items() if is_there(value)}


def is_there(value: str) -> bool:
    """Whether somebody listens at the address; a path is there once it was written down."""
    port = urlsplit(value).port
    return port is None or is_listening(port)
