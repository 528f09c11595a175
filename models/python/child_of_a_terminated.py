"""A process that has a child is terminated. Prints what becomes of the child."""

import multiprocessing
import os
import sys
import time


def serve(end):
    while end.recv() == "parent":
        end.send(os.getppid())


def run(end):
    child = multiprocessing.get_context(sys.argv[1]).Process(target=serve, args=(end,))
    child.start()
    end.send(child.pid)
    end.close()
    time.sleep(60)


def state(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe()
    process = context.Process(target=run, args=(theirs,))
    process.start()
    theirs.close()
    child = ours.recv()
    ours.send("parent")
    before = ours.recv()
    process.terminate()
    process.join()
    ours.send("parent")
    after = ours.recv()
    kind = "a zombie" if state(child) == "Z" else "lives"
    ours.send("end")
    print("its child", kind, "with another parent" if before == process.pid != after else "with the same parent")
