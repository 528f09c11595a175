"""Measures how much memory of its own a process has that does nothing, and how much a thread adds."""

import multiprocessing
import sys
import threading


def private():
    """The kilobytes that only this process has."""
    with open("/proc/self/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private"))


def run(end):
    end.send(private())


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe()
    child = context.Process(target=run, args=(theirs,))
    child.start()
    process = ours.recv()
    child.join()
    release, before = threading.Event(), private()
    threads = [threading.Thread(target=release.wait) for _ in range(50)]
    for thread in threads:
        thread.start()
    each = max((private() - before) / len(threads), 1)
    release.set()
    for thread in threads:
        thread.join()
    print(f"{'more' if process > 5 * each else 'as much'}: {process} and {each:.0f} kilobytes, by {sys.argv[1]}")
