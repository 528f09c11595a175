"""Talks with programs by `communicate`. Prints what it takes, and what it returns."""

import subprocess
import sys

PIPE = subprocess.PIPE
ECHO = "import sys; data = sys.stdin.read(); sys.stdout.write(data); sys.stderr.write('e'); sys.exit(4)"


def started(**arguments):
    return subprocess.Popen([sys.executable, "-c", ECHO], **arguments)


pipes = {"stdin": PIPE, "stdout": PIPE, "stderr": PIPE}
child = started(**pipes)
waits = child.communicate(b"text") == (b"text", b"e") and child.returncode == 4
print("a tuple when the program has ended" if waits else "something else", end=", ")
child = started(**pipes)
try:
    child.communicate("text")
    print("takes a string", end=", ")
except TypeError:
    child.kill()
    child.wait()
    print("takes bytes", end=", ")
print("with text a string" if started(text=True, **pipes).communicate("text") == ("text", "e") else "", end=", ")
long = b"x" * 1_000_000
print("all of it" if started(**pipes).communicate(long)[0] == long else "not all", end=", ")
# Without pipes nothing is sent, and nothing is received.
child = started(stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("without pipes nothing" if child.communicate(b"text") == (None, None) else "without pipes something")
