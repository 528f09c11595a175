"""A process is started and waited for. Prints where it runs, and whether its object says that it is alive before and
after."""

import multiprocessing
import os
import sys


def run(ours, greeting, number):
    ours.send((os.getpid(), os.getppid(), (greeting, number)))
    ours.recv()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe()
    process = context.Process(target=run, args=(theirs, "hello", 12))
    process.start()
    pid, parent, arguments = ours.recv()
    is_child = pid == process.pid != os.getpid() and parent == os.getpid() and arguments == ("hello", 12)
    before = process.is_alive()
    ours.send("end")
    process.join()
    words = {True: "alive", False: "not alive"}
    print("a child of this process" if is_child else "elsewhere", words[before], words[process.is_alive()], sep=", ")
