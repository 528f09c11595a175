"""Runs a program by `executable` while `args` begins with another name. Prints which program runs, and how it is
called."""

import subprocess
import sys

PROGRAM = "import sys; print(open('/proc/self/cmdline').read().split(chr(0))[0])"
arguments = ["other-name", "-S", "-E", "-c", PROGRAM]
done = subprocess.run(arguments, executable=sys.executable, capture_output=True, text=True)
print("the executable" if done.returncode == 0 else done.stderr, end=", ")
print("with the name of args" if done.stdout.strip() == "other-name" else done.stdout)
