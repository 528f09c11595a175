"""A program does not end in time. Prints what `run` raises and what the program is then, and the same for `wait` and
`communicate`."""

import subprocess
import sys

ENDLESS = [sys.executable, "-c", "import os, time; os.write(1, b'%d' % os.getpid()); time.sleep(60)"]
made = []


class Kept(subprocess.Popen):
    """Keeps those that are made."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        made.append(self)


def outcome(call):
    try:
        call()
        return "nothing"
    except subprocess.TimeoutExpired:
        child = made[-1]
        state = "it is killed" if child.returncode is not None else "it goes on" if child.poll() is None else "it ends"
        child.kill()
        child.communicate()
        return f"TimeoutExpired and {state}"


subprocess.Popen = Kept
pipes = {"stdout": subprocess.PIPE}
print(
    outcome(lambda: subprocess.run(ENDLESS, timeout=0.5, **pipes)),
    outcome(lambda: Kept(ENDLESS, **pipes).wait(0.5)),
    outcome(lambda: Kept(ENDLESS, **pipes).communicate(timeout=0.5)),
    sep=", ",
)
