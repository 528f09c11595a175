"""`recv` is given an argument, as a tutorial writes it. Prints what is raised."""

import multiprocessing
import sys

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    pipe = context.Pipe()
    pipe[1].send("message")
    try:
        print(pipe[0].recv("message"))
    except TypeError:
        print("TypeError")
