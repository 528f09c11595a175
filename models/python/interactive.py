"""An interactive session starts a child with a function of its own, and with one of a module. Prints whether that
works."""

import subprocess
import sys

SESSION = """
import multiprocessing, os, sys
def own(): pass

for target in (own, os.getpid):
    child = multiprocessing.get_context(sys.argv[1]).Process(target=target)
    child.start()
    child.join()
    print("works" if child.exitcode == 0 else "fails")

"""

if __name__ == "__main__":
    session = [sys.executable, "-i", "-", sys.argv[1]]
    print(*subprocess.run(session, input=SESSION, capture_output=True, text=True).stdout.split(), sep=", ")
