"""A program ends with `map`, or with `map_async`, and neither closes nor joins its pool. Prints whether the tasks are
done."""

import os
import subprocess
import sys
import tempfile

PROGRAM = """
import multiprocessing, sys, time
def task(number):
    time.sleep(float(sys.argv[3]))
    print("done", flush=True)

if __name__ == "__main__":
    pool = multiprocessing.get_context(sys.argv[1]).Pool(2)
    getattr(pool, sys.argv[2])(task, range(2))
"""


def outcome(way, seconds):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.py")
        with open(path, "w") as file:
            file.write(PROGRAM)
        arguments = [sys.executable, path, sys.argv[1], way, seconds]
        count = subprocess.run(arguments, capture_output=True, text=True).stdout.count("done")
    return f"{way} {'does all' if count == 2 else 'does nothing' if count == 0 else 'does some'}"


if __name__ == "__main__":
    print(f"{outcome('map', '0.1')}, {outcome('map_async', '60')}")
