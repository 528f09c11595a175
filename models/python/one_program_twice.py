"""One program is run twice at the same time, with different data. Prints how many processes and results there are."""

import subprocess
import sys

PROGRAM = "import os, sys; print(os.getpid(), 2 * int(sys.argv[1]), flush=True); sys.stdin.read()"
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
children = [subprocess.Popen([sys.executable, "-c", PROGRAM, number], **pipes) for number in ("1", "2")]
lines = [child.stdout.readline().split() for child in children]
for child in children:
    child.communicate()
pids, results = (len(set(each)) for each in zip(*lines))
print(f"{pids} processes, {results} results")
