"""A program writes little, or more than a pipe holds. Its parent waits, or communicates. Prints what becomes of
both."""

import subprocess
import sys


def outcome(size, how):
    program = [sys.executable, "-c", f"import os; os.write(1, b'x' * {size})"]
    child = subprocess.Popen(program, stdout=subprocess.PIPE)
    try:
        return how(child)
    except subprocess.TimeoutExpired:
        return "waits for ever"
    finally:
        child.kill()
        child.wait()


def wait(timeout):
    return lambda child: f"code {child.wait(timeout)}"


def communicate(child):
    return f"{len(child.communicate()[0])} bytes"


print(outcome(10, wait(30)), outcome(1_000_000, wait(1)), outcome(1_000_000, communicate), sep=", ")
