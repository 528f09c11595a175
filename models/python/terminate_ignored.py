"""Terminates a process that does nothing about it, and one that ignores the signal, which is then killed. Prints what
each does."""

import multiprocessing
import signal
import sys
import time


def run(begins, ignores):
    if ignores:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begins.set()
    time.sleep(60)


def after_terminate(ignores):
    begins = context.Event()
    process = context.Process(target=run, args=(begins, ignores))
    process.start()
    begins.wait()
    process.terminate()
    process.join(0.5 if ignores else 30)
    answer = "goes on" if process.is_alive() else "ends"
    process.kill()
    process.join()
    return f"{answer} and ends by {signal.Signals(-process.exitcode).name}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{after_terminate(False)}, {after_terminate(True)}")
