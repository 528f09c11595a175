"""Runs a string: a program's path, its name, its name with arguments, and that with a shell. Prints what becomes of
it."""

import os
import subprocess
import tempfile


def outcome(command, **arguments):
    try:
        return f"{subprocess.run(command, capture_output=True, text=True, **arguments).stdout.strip()}"
    except FileNotFoundError:
        return "FileNotFoundError"


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "program")
    with open(path, "w") as file:
        file.write('#!/bin/sh\necho "$# arguments"\n')
    os.chmod(path, 0o700)
    named = {**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"]}
    os.environ["PATH"] = named["PATH"]
    outcomes = [outcome(path), outcome("program"), outcome("program a b"), outcome(["program", "a", "b"])]
    print(*outcomes, outcome("program a b", shell=True), sep=", ")
