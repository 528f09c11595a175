"""A parent writes into a pipe of `Popen` with `bufsize` 0, 1 and the default. Prints after how much the program gets
it."""

import os
import select
import subprocess
import sys

PROGRAM = """
import os, sys
while data := os.read(0, 9):
    os.write(int(sys.argv[1]), data)
"""


def arrives(bufsize, text):
    """Whether text without a line end, and then a line end, arrive before anybody flushes."""
    ours, theirs = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(theirs)],
        bufsize=bufsize,
        stdin=subprocess.PIPE,
        pass_fds=[theirs],
        text=text,
    )
    os.close(theirs)
    seen = []
    for part in ("a", "\n"):
        child.stdin.write(part if text else part.encode())
        seen.append(bool(select.select([ours], [], [], 5 if seen_at_once(bufsize, part) else 0.3)[0]))
        if seen[-1]:
            os.read(ours, 9)
    child.communicate()
    os.close(ours)
    return {(True, True): "at once", (False, True): "a line", (False, False): "when flushed"}[tuple(seen)]


def seen_at_once(bufsize, part):
    """Only how long is waited depends on it."""
    return bufsize == 0 or bufsize == 1 and part == "\n"


print(f"0 {arrives(0, False)}, 1 {arrives(1, True)}, default {arrives(-1, True)}")
