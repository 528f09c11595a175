"""A program has objects that cannot be pickled, and does not hand them to its child. Prints whether the child
starts."""

import multiprocessing
import sys
import threading

lock, function = threading.Lock(), lambda: 3


def run():
    sys.exit(function())


if __name__ == "__main__":
    stream = open(sys.argv[0])
    child = multiprocessing.get_context(sys.argv[1]).Process(target=run)
    child.start()
    child.join()
    print("starts" if child.exitcode == 3 else "does not start")
