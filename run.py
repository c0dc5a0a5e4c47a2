"""揭榜台 Jiebang: one entry for everything, with nothing but Python 3.11 or newer.

    python3 run.py                            安装、准备并启动网站，Ctrl-C 停止 / install, prepare, serve
    python3 run.py setup                      只安装和准备 / everything up to serving
    python3 run.py test [--long] [pytest …]   运行全部测试 / the whole suite
    python3 run.py lint                       静态检查 / static checks
    python3 run.py bench [...]                性能对照 / ratios against floors
    python3 run.py backup FILE [--with-keys]  备份全部数据 / everything the site keeps, while it runs
    python3 run.py restore FILE [--force]     恢复备份 / bring a backup back
    python3 run.py services [stop]            测试用的服务（Debian） / services for the tests, on Debian
    python3 run.py elasticsearch [--nodes 3]  本机 Elasticsearch / a real Elasticsearch on this machine

环境变量 / Environment: HOST, PORT (127.0.0.1, 8000); others: config.py
"""

import io
import os
import signal
import subprocess
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older one should say so in words
    sys.exit("需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed: python3 --version")

from collections.abc import Callable
from typing import NoReturn

from tools import checks, services, serving
from tools.elasticsearch import launcher
from tools.environment import ROOT, TEST_LOCK, ensure, runtime_lock
from tools.terminal import RefusedError, say

USAGE_ERROR = 2
INTERRUPTED = 130


def test(arguments: list[str]) -> NoReturn:
    """The whole suite in two processes; ``--long`` runs fault and load tests at full length."""
    environ = services.known() | os.environ
    if "--long" in arguments:
        arguments = [argument for argument in arguments if argument != "--long"]
        environ["TEST_LONG"] = "1"
    become(["pytest", "-n", "2", *arguments], environ)


def bench(arguments: list[str]) -> NoReturn:
    become(["bench", *arguments], services.known() | os.environ)


def become(module: list[str], environ: dict[str, str]) -> NoReturn:
    """Hand this process over, so that signals, the exit code and the last line are the module's own."""
    python = str(ensure(TEST_LOCK))
    os.chdir(ROOT)
    os.execve(python, [python, "-m", *module], environ)  # noqa: S606 - no shell is what is wanted


def flask(word: str) -> Callable[[list[str]], int]:
    """A word that is a command of the application's own, run in the environment that serves."""

    def run(arguments: list[str]) -> int:
        environ = dict(os.environ)
        python = str(ensure(runtime_lock(environ)))
        serving.make_instance(serving.instance_folder(environ), environ)
        command = [python, "-m", "flask", "--app", str(ROOT / "wsgi.py"), word, *arguments]
        return subprocess.run(command, env=environ, check=False).returncode

    return run


def services_for_tests(arguments: list[str]) -> int:
    if arguments == ["stop"]:
        return services.stop()
    return refuse_usage(" ".join(arguments)) if arguments else services.start()


def without_arguments(word: Callable[[], int]) -> Callable[[list[str]], int]:
    def run(arguments: list[str]) -> int:
        return refuse_usage(arguments[0]) if arguments else word()

    return run


def refuse_usage(what: str) -> int:
    print(f"不认识 / unknown: {what}\n\n{__doc__}", file=sys.stderr)
    return USAGE_ERROR


def help_words() -> int:
    print(__doc__)
    return 0


WORDS: dict[str, Callable[[list[str]], int]] = {
    "setup": without_arguments(serving.setup),
    "test": test,
    "lint": without_arguments(lambda: checks.lint(ensure(TEST_LOCK))),
    "bench": bench,
    "backup": flask("backup"),
    "restore": flask("restore"),
    "services": services_for_tests,
    "elasticsearch": launcher.main,
    "--help": without_arguments(help_words),
    "-h": without_arguments(help_words),
}


def main(arguments: list[str]) -> int:
    word = WORDS.get(arguments[0]) if arguments else without_arguments(serving.serve)
    if word is None:
        return refuse_usage(arguments[0])
    try:
        return word(arguments[1:])
    except RefusedError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("已中止", "Interrupted")
        return INTERRUPTED


if __name__ == "__main__":
    # The same way out as Ctrl-C, so that a step under way is ended with us.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
