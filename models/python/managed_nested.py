"""A list in a managed list is taken out and changed. Prints whether the manager has seen it."""

import multiprocessing
import sys

if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Manager() as manager:
        outer = manager.list([[1]])
        outer[0].append(2)
        print("right" if outer[0] == [1, 2] else "wrong")
