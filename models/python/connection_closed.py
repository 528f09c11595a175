"""An end of a pipe is closed. Prints what is raised there by `send` and `recv`, and what the other end receives and
is told."""

import multiprocessing
import sys


def answer(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe()
    here.send("sent before")
    here.close()
    calls = [lambda: here.send("message"), here.recv, there.recv, there.recv, lambda: there.send("message")]
    print(", ".join(answer(call) for call in calls))
