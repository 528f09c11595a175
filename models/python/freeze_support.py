"""A program calls `freeze_support` instead of `if __name__ == "__main__"`; another one does without it, and starts a
manager. Prints what becomes of them."""

import os
import subprocess
import sys
import tempfile

UNGUARDED = """
import multiprocessing, os, sys
multiprocessing.freeze_support()
child = multiprocessing.get_context(sys.argv[1]).Process(target=os.getpid)
child.start()
child.join()
print("works" if child.exitcode == 0 else "fails")
multiprocessing.freeze_support()
"""
MANAGER = """
import multiprocessing, os, sys
if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Manager() as manager:
        print("works" if manager.list([1])[0] == 1 else "fails")
"""


def outcome(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.py")
        with open(path, "w") as file:
            file.write(program)
        done = subprocess.run([sys.executable, path, sys.argv[1]], capture_output=True, text=True)
        return "RuntimeError" if "RuntimeError" in done.stderr else done.stdout.strip()


if __name__ == "__main__":
    print(f"{outcome(UNGUARDED)}, {outcome(MANAGER)}")
