"""Calls `subprocess.run` in the ways that the tutorial speaks of. Prints whether each does as it says."""

import os
import subprocess
import sys
import tempfile

PIPE = subprocess.PIPE
BOTH = [sys.executable, "-c", "import os, sys; os.write(1, os.read(0, 9)); os.write(2, b'e'); sys.exit(5)"]


def raised(error, *arguments, **named):
    try:
        subprocess.run(*arguments, **named)
    except error as raised:
        return raised
    return None


done = subprocess.run(BOTH, input=b"a", capture_output=True)
same = subprocess.run(BOTH, input=b"a", stdout=PIPE, stderr=PIPE)
modes = ({"text": True}, {"universal_newlines": True})
texts = [subprocess.run(BOTH, input="a", capture_output=True, **mode).stdout for mode in modes]
checked = raised(subprocess.CalledProcessError, BOTH, input=b"a", capture_output=True, check=True)
with tempfile.TemporaryDirectory() as folder:
    inside = subprocess.run([sys.executable, "-c", "import os; print(os.getcwd())"], cwd=folder, stdout=PIPE, text=True)
    is_inside = os.path.samefile(inside.stdout.strip(), folder)
answers = {
    "CompletedProcess": isinstance(done, subprocess.CompletedProcess) and (done.args, done.returncode) == (BOTH, 5),
    "nothing is raised without check": done.returncode == 5,
    "bytes": (done.stdout, done.stderr) == (b"a", b"e"),
    "capture_output": (same.stdout, same.stderr) == (done.stdout, done.stderr),
    "capture_output with stdout": raised(ValueError, BOTH, capture_output=True, stdout=PIPE) is not None,
    "capture_output with stderr": raised(ValueError, BOTH, capture_output=True, stderr=PIPE) is not None,
    "input with stdin": raised(ValueError, BOTH, input=b"a", stdin=PIPE) is not None,
    "text": texts == ["a", "a"],
    "check": checked is not None and checked.returncode == 5 and checked.stdout == b"a",
    "cwd": is_inside,
    "shell": subprocess.run('test "$0" = /bin/sh', shell=True).returncode == 0,
}
print("as said" if all(answers.values()) else [name for name, is_right in answers.items() if not is_right])
