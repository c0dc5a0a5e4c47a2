"""The virtual environment: made once, and filled from a hash-pinned lock whenever that lock changed."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.terminal import RefusedError, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUNTIME_LOCK = ROOT / "requirements.txt"
POSTGRES_LOCK = ROOT / "requirements" / "postgres.txt"
TEST_LOCK = ROOT / "requirements" / "test.txt"


def runtime_lock(environ: Mapping[str, str]) -> Path:
    """The lock that serving needs: with the driver where the data live in PostgreSQL."""
    is_postgres = environ.get("DATABASE_URL", "").startswith("postgres")
    return POSTGRES_LOCK if is_postgres else RUNTIME_LOCK


def ensure(lock: Path, *, venv: Path = VENV) -> Path:
    """Bring ``venv`` to what ``lock`` says and return its interpreter."""
    uv = shutil.which("uv")
    if not is_usable(venv):
        make(venv, uv)
    if not is_installed(lock, venv):
        say(f"正在安装依赖（{lock.name}）……", f"Installing packages ({lock.name})…")
        install(lock, venv, uv)
        stamp(lock, venv)
    return python_of(venv)


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def is_usable(venv: Path) -> bool:
    """False as well after the system's Python moved on and left the environment behind."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    question = [str(python_of(venv)), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == version


def make(venv: Path, uv: str | None) -> None:
    if uv is None and importlib.util.find_spec("ensurepip") is None:
        raise missing_ensurepip(is_root=os.geteuid() == 0)
    say("正在创建 .venv ……", "Making .venv…")
    run_or_refuse([uv, "venv", "--clear", "--python", sys.executable, str(venv)] if uv else venv_command(venv))


def venv_command(venv: Path) -> list[str]:
    return [sys.executable, "-m", "venv", "--clear", str(venv)]


def missing_ensurepip(*, is_root: bool) -> RefusedError:
    """Debian and Ubuntu keep ensurepip in a package of its own, named after the version of Python."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    sudo = "" if is_root else "sudo "
    line = f"{sudo}apt-get update && {sudo}apt-get install -y {package}"
    return RefusedError(
        f"缺少 ensurepip，请先执行：\n\n    {line}\n\n然后重新运行。",
        "ensurepip is missing: type the line above, then run this again.",
    )


def is_installed(lock: Path, venv: Path) -> bool:
    path = stamp_of(lock, venv)
    return path.exists() and path.read_text(encoding="ascii") == digest(lock)


def stamp(lock: Path, venv: Path) -> None:
    path = stamp_of(lock, venv)
    path.parent.mkdir(exist_ok=True)
    path.write_text(digest(lock), encoding="ascii")


def stamp_of(lock: Path, venv: Path) -> Path:
    return venv / "locks" / f"{lock.stem}.sha256"


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def install(lock: Path, venv: Path, uv: str | None) -> None:
    if uv is None and not (venv / "bin" / "pip").exists():
        run_or_refuse([str(python_of(venv)), "-m", "ensurepip", "--upgrade"])
    run_or_refuse(install_command(lock, venv, uv))


def install_command(lock: Path, venv: Path, uv: str | None) -> list[str]:
    python = str(python_of(venv))
    pinned = ["--require-hashes", "--no-deps", "--quiet", "-r", str(lock)]
    if uv:
        return [uv, "pip", "install", "--python", python, "--compile-bytecode", *pinned]
    return [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *pinned]


def run_or_refuse(command: list[str]) -> None:
    """Run a step whose own output explains a failure."""
    try:
        code = subprocess.run(command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL).returncode
    except OSError as error:
        raise RefusedError(f"无法执行 {command[0]}：{error}", f"Cannot run {command[0]}: {error}") from error
    if code != 0:
        raise RefusedError(
            f"未能完成（{code}）：{' '.join(command)}\n原因见上；也可删除 .venv 后重试。",
            "This command failed: the reason is above. Deleting .venv and running this again may help too.",
        )
