"""A program is run by a program that has a module and a variable. Prints whether a copy of the parent runs first,
whether it is the same process that then runs the program, and whether that has the module."""

import os
import subprocess
import sys

import colorsys

variable = "the parent's"
ours, theirs = os.pipe()


def before_the_program():
    os.write(theirs, f"{os.getpid()} {variable}".encode())


child = subprocess.Popen(
    [sys.executable, "-c", f"import os, sys; print(os.getpid(), {colorsys.__name__!r} in sys.modules)"],
    preexec_fn=before_the_program,
    stdout=subprocess.PIPE,
    text=True,
)
pid, has_module = child.communicate()[0].split()
first = os.read(ours, 100).decode()
print("a copy first" if first == f"{child.pid} {variable}" else first, end=", ")
print("then the program in the same process" if int(pid) == child.pid else "another process", end=", ")
print("without the module" if has_module == "False" else "with the module")
