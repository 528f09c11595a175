"""A process is created, runs, is blocked, and ends. Prints the states in which the system has it."""

import multiprocessing
import sys
import time


def run(connection):
    connection.send("ready")
    while not connection.poll(0):
        pass
    connection.recv()
    # It is blocked until somebody sends.
    connection.recv()


def state(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]


def comes_into(pid, wanted):
    deadline = time.monotonic() + 4
    while state(pid) != wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    return state(pid)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe()
    process = context.Process(target=run, args=(there,))
    states = ["created" if process.pid is None else "started"]
    process.start()
    here.recv()
    states.append(comes_into(process.pid, "R"))
    here.send("wait")
    states.append(comes_into(process.pid, "S"))
    here.send("end")
    states.append(comes_into(process.pid, "Z"))
    process.join()
    states.append("gone" if process.exitcode == 0 else process.exitcode)
    print(", ".join(states))
