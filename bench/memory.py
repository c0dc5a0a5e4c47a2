"""Memory of a fresh web process: ``python -m bench.memory FOLDER SIZE`` serves list pages and says what it holds."""

import subprocess
import sys
from pathlib import Path

from bench.instance import Instance, opened
from bench.measure import Browser

PAGES_SERVED = 200
BUDGET_MB = 160
STATUS = Path("/proc/self/status")


def megabytes_of(instance: Instance) -> float:
    """Resident memory of a process of its own, after ``PAGES_SERVED`` list pages."""
    command = [sys.executable, "-m", "bench.memory", str(instance.folder), str(instance.size)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def resident_megabytes() -> float:
    found = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS:"))
    return int(found.split()[1]) / 1024


def main(folder: str, size: str) -> None:
    instance = opened(Path(folder), int(size))
    ask = Browser(instance.app, instance.cookie).call("/challenges")
    for number in range(PAGES_SERVED):
        ask(number)
    print(f"{resident_megabytes():.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
