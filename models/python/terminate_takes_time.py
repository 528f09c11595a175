"""Terminates a process that is stopped at that moment, so that the signal takes effect later. Prints what it is just
after, and what it is when it has been joined."""

import multiprocessing
import os
import signal
import sys
import time


def run(begins):
    begins.set()
    time.sleep(60)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    begins = context.Event()
    process = context.Process(target=run, args=(begins,))
    process.start()
    begins.wait()
    os.kill(process.pid, signal.SIGSTOP)
    process.join(0.1)
    print("alive" if process.is_alive() else "not alive", end=" before, ")
    process.terminate()
    print("alive" if process.is_alive() else "not alive", end=" just after, ")
    os.kill(process.pid, signal.SIGCONT)
    process.join()
    print("alive" if process.is_alive() else "not alive", "when joined")
