"""A master has a daemon, and ends by itself, or is killed. Prints what becomes of the daemon in each case."""

import multiprocessing
import os
import signal
import time

context = multiprocessing.get_context("fork")


def serve(lives):
    # Nobody but this process has this end: that it is closed means that the process is gone.
    lives.send(os.getpid())
    time.sleep(60)


def run_master():
    theirs, ours = ends
    ours.close()
    daemon = context.Process(target=serve, args=(theirs,), daemon=True)
    daemon.start()
    theirs.close()
    release.wait()


def daemon_of(is_killed):
    global ends
    ours, theirs = context.Pipe(duplex=False)
    ends = theirs, ours
    master = context.Process(target=run_master)
    master.start()
    theirs.close()
    number = ours.recv()
    if is_killed:
        master.kill()
    else:
        release.set()
    master.join()
    release.clear()
    is_gone = ours.poll(2 if is_killed else 30)
    if not is_gone:
        os.kill(number, signal.SIGKILL)
    return "is terminated" if is_gone else "lives"


release = context.Event()
print(f"{daemon_of(False)}, {daemon_of(True)}")
