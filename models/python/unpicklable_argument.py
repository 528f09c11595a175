"""A child is given a lambda as its argument. Prints whether that can be done."""

import multiprocessing
import pickle
import sys


def run(function):
    sys.exit(function())


if __name__ == "__main__":
    child = multiprocessing.get_context(sys.argv[1]).Process(target=run, args=(lambda: 3,))
    try:
        child.start()
        child.join()
        print("works" if child.exitcode == 3 else "fails in the child")
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        print(f"cannot be pickled: {error}")
