"""A master has a daemon, or an ordinary child, and ends by itself, or is killed. Prints what becomes of the daemon of
a master that ends, the daemon of one that is killed, and the ordinary child of one that is killed."""

import multiprocessing
import os
import signal
import sys
import time


def serve(lives):
    # Nobody but this process has this end: that it is closed means that the process is gone.
    lives.send(os.getpid())
    time.sleep(60)


def run_master(theirs, ours, release, is_daemon):
    ours.close()
    child = multiprocessing.get_context(sys.argv[1]).Process(target=serve, args=(theirs,), daemon=is_daemon)
    child.start()
    theirs.close()
    release.wait()


def child_of(is_killed, is_daemon):
    release = context.Event()
    ours, theirs = context.Pipe(duplex=False)
    master = context.Process(target=run_master, args=(theirs, ours, release, is_daemon))
    master.start()
    theirs.close()
    number = ours.recv()
    if is_killed:
        master.kill()
    else:
        release.set()
    master.join()
    is_gone = ours.poll(1 if is_killed else 30)
    if not is_gone:
        os.kill(number, signal.SIGKILL)
    return "is terminated" if is_gone else "lives"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(child_of(False, True), child_of(True, True), child_of(True, False), sep=", ")
