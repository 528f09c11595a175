"""In one process a thread reads at address 0, in another one a thread raises. Prints what becomes of each process."""

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import threading


def crash():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.string_at(0)


def fail():
    raise ValueError("something goes wrong")


def run(work, goes_on):
    """Runs `work` in a thread, and after it another thread; says so when both have ended."""
    sys.stderr = open(os.devnull, "w")
    for target in (work, lambda: None):
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
    goes_on.send("goes on")


def become_of(context, work):
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(work, sender))
    process.start()
    sender.close()
    process.join()
    if process.exitcode == -signal.SIGSEGV:
        return "killed"
    return receiver.recv() if process.exitcode == 0 else "ended"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"crash {become_of(context, crash)}, exception {become_of(context, fail)}")
