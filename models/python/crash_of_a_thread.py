"""In a program of two threads one raises an exception, or crashes. Prints whether the other thread goes on."""

import subprocess
import sys

PROGRAM = """
import ctypes, sys, threading
def fail(): raise RuntimeError
def crash(): ctypes.string_at(0)
thread = threading.Thread(target={"fail": fail, "crash": crash}[sys.argv[1]])
thread.start()
thread.join()
print("goes on")
"""


def outcome(how):
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True)
    return done.stdout.strip() or ("all end" if done.returncode < 0 else done.stderr)


print(f"{outcome('fail')}, {outcome('crash')}")
