"""Prints what `daemon`, `name`, `pid` and `exitcode` are before a process is started, while it runs, and when it has
ended."""

import multiprocessing
import os
import sys


def run(end):
    sys.exit(end.recv())


def attributes(process):
    pid = {None: "no pid", os.getpid(): "the caller's pid"}.get(process.pid, "a pid")
    return f"{process.daemon} {pid} {process.exitcode}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    seen = []
    for ends_by in ("exit", "signal"):
        ours, theirs = context.Pipe()
        process = context.Process(target=run, args=(theirs,))
        before = attributes(process)
        process.start()
        running = attributes(process)
        if ends_by == "exit":
            ours.send(3)
        else:
            process.terminate()
        process.join()
        seen.append((before, running, attributes(process)))
    named = context.Process(target=run, name="mine").name == "mine"
    is_as_said = seen == [("False no pid None", "False a pid None", f"False a pid {code}") for code in (3, -15)]
    print("as said" if is_as_said and named and "Process-" in process.name else seen)
