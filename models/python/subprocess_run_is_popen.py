"""Looks whether `subprocess.run` makes a `subprocess.Popen`, and whether the older functions do what `run` does."""

import subprocess
import sys
import warnings

PIPE = subprocess.PIPE
SHELL = "echo a; exit 3"
made = []


class Counted(subprocess.Popen):
    """Counts how many are made."""

    def __init__(self, *arguments, **named):
        made.append(1)
        super().__init__(*arguments, **named)


warnings.simplefilter("error", DeprecationWarning)
original, subprocess.Popen = subprocess.Popen, Counted
run = subprocess.run(SHELL, shell=True, stdout=PIPE, text=True)
is_made = len(made) == 1
subprocess.Popen = original


def raised(call, *arguments, **named):
    try:
        return call(*arguments, **named)
    except subprocess.CalledProcessError as error:
        return ("raised", error.returncode)


pairs = [
    (subprocess.call(SHELL, shell=True, stdout=subprocess.DEVNULL), run.returncode),
    (raised(subprocess.check_call, SHELL, shell=True, stdout=subprocess.DEVNULL), ("raised", run.returncode)),
    (subprocess.check_output("echo a", shell=True), subprocess.run("echo a", shell=True, stdout=PIPE).stdout),
    (subprocess.getoutput(SHELL), run.stdout.rstrip("\n")),
    (subprocess.getstatusoutput(SHELL), (run.returncode, run.stdout.rstrip("\n"))),
]
print("run makes a Popen" if is_made else "run makes none", end=", ")
print("the older functions do the same" if all(old == new for old, new in pairs) else pairs)
