"""run.py works before anything is installed."""

import subprocess
import sys

from tools.environment import ROOT


def test_run_py_imports_nothing_that_has_to_be_installed():
    show = "import sys, run; print(*{name.partition('.')[0] for name in sys.modules})"
    # -S and -I leave out site-packages; the folder of run.py is put back by hand.
    command = [sys.executable, "-S", "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {show}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)

    assert set(done.stdout.split()) - sys.stdlib_module_names - {"__main__", "run", "tools"} == set()
