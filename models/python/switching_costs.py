"""Two processes hand a byte to and fro, on one processor. Prints that a switch takes time, and how much."""

import os
import time

ROUNDS = 20_000


def take_turns(read, write, begins):
    for _ in range(ROUNDS):
        if begins:
            os.write(write, b"x")
        os.read(read, 1)
        if not begins:
            os.write(write, b"x")


if __name__ == "__main__":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from_parent, from_child = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        take_turns(from_parent[0], from_child[1], begins=False)
        os._exit(0)
    begin = time.perf_counter()
    take_turns(from_child[0], from_parent[1], begins=True)
    switch = (time.perf_counter() - begin) / (2 * ROUNDS)
    os.waitpid(child, 0)
    answer = "time" if switch > 1e-7 else "none"
    print(f"{answer}: {1e6 * switch:.1f} microseconds a switch, with a byte through a pipe")
