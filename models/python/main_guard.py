"""A program starts a child without `if __name__ == "__main__"`, and with it. Prints what becomes of the child, and
how often the program runs."""

import os
import subprocess
import sys
import tempfile

UNGUARDED = """
import multiprocessing, os, sys
with open(sys.argv[2], "a") as runs:
    runs.write("x")
child = multiprocessing.get_context(sys.argv[1]).Process(target=os.getpid)
child.start()
child.join()
print(child.exitcode)
"""
head, body = UNGUARDED.split("child =", 1)
GUARDED = head + 'if __name__ == "__main__":\n    child =' + body.replace("\nc", "\n    c").replace("\np", "\n    p")


def outcome(program):
    with tempfile.TemporaryDirectory() as folder:
        path, runs = os.path.join(folder, "program.py"), os.path.join(folder, "runs")
        with open(path, "w") as file:
            file.write(program)
        done = subprocess.run([sys.executable, path, sys.argv[1], runs], capture_output=True, text=True)
        how = "works" if done.stdout.strip() == "0" else "RuntimeError" if "RuntimeError" in done.stderr else done
        return f"{how} after {os.path.getsize(runs)}"


if __name__ == "__main__":
    print(f"{outcome(UNGUARDED)}, {outcome(GUARDED)}")
