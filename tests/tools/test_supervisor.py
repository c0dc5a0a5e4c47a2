"""When a child is started again, and who is ended by the guard."""

import subprocess
import sys
import textwrap

import pytest

from tests.tools.fake_site import is_alive, wait_until
from tools.environment import ROOT
from tools.guard import remaining
from tools.supervisor import next_failures, pause_seconds


def run_script(body: str, *, timeout: int = 60) -> subprocess.CompletedProcess[str]:
    """In a process of its own, since a supervisor takes over the signals of the one it is in."""
    script = f"""
        import os, signal, sys, threading, time
        from pathlib import Path
        from tools.supervisor import Child, Supervisor
        def python(code): return [sys.executable, "-c", code]
        {textwrap.indent(textwrap.dedent(body), " " * 8).strip()}
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)


def test_each_failure_doubles_the_pause_up_to_half_a_minute():
    assert [pause_seconds(failures) for failures in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(("ran_seconds", "failures"), [(59.9, 4), (60, 1)])
def test_a_child_that_ran_for_a_minute_starts_with_a_clean_sheet(ran_seconds, failures):
    assert next_failures(3, ran_seconds=ran_seconds) == failures


def test_the_guard_ends_only_what_was_not_taken_from_its_list():
    assert remaining(["+11", "+12", "-11", "+13", "-13", "+11"]) == {11, 12}


def test_a_child_that_ends_before_it_is_ready_is_noticed_at_once():
    done = run_script("""
        with Supervisor(folder=Path(), environ=os.environ) as supervisor:
            supervisor.start(Child("web", python("raise SystemExit(3)")))
            print(supervisor.wait_for(lambda: False, timeout_seconds=50), supervisor.is_stopping)
    """)

    assert done.stdout.split() == ["False", "False"]


def test_watching_ends_with_the_last_child_that_is_not_restarted():
    done = run_script("""
        with Supervisor(folder=Path(), environ=os.environ) as supervisor:
            supervisor.start(Child("node", python("pass"), is_restarted=False))
            supervisor.watch()
            print("done")
    """)

    assert "node ended (0)" in done.stdout
    assert done.stdout.endswith("done\n")


def test_a_second_signal_does_not_wait_for_a_stubborn_child():
    done = run_script("""
        with Supervisor(folder=Path(), environ=os.environ) as supervisor:
            supervisor.start(Child("web", ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]))
            time.sleep(1)
            for delay in (0.2, 0.6):
                threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()
            supervisor.watch()
            began = time.monotonic()
        print(f"waited {time.monotonic() - began:.0f} s")
    """)

    assert done.stdout.split("\n")[-2] in ("waited 0 s", "waited 1 s"), done


def test_a_closed_terminal_ends_nothing_that_was_started_with_nohup():
    done = run_script("""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with Supervisor(folder=Path(), environ=os.environ) as supervisor:
            os.kill(os.getpid(), signal.SIGHUP)
            print(supervisor.is_stopping)
            os.kill(os.getpid(), signal.SIGTERM)
            print(supervisor.is_stopping)
    """)

    assert done.stdout.split() == ["False", "True"], done


def test_what_a_child_started_itself_is_ended_with_it(tmp_path):
    note = tmp_path / "grandchild"
    done = run_script(f"""
        note = Path({str(note)!r})
        with Supervisor(folder=Path(), environ=os.environ) as supervisor:
            supervisor.start(Child("parent", ["sh", "-c", f"sleep 99 & echo $! > {{note}}; wait"]))
            print(supervisor.wait_for(lambda: note.exists() and note.read_text(), timeout_seconds=30))
    """)
    grandchild = int(note.read_text(encoding="ascii"))

    assert done.stdout == "True\n", done
    wait_until(lambda: not is_alive(grandchild), lambda: f"{grandchild} is alive")
