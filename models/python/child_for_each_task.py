"""A process gets three tasks, and forks a child for each. Prints how many processes did them, and whether all are done."""

import os

answers, write_answer = os.pipe()
parent = os.getpid()
for task in range(3):
    if os.fork() == 0:
        os.write(write_answer, f"{os.getpid()} {task * task}\n".encode())
        os._exit(0)
for _ in range(3):
    os.wait()
os.close(write_answer)
lines = [line.split() for line in os.read(answers, 1000).decode().splitlines()]
pids, results = {int(pid) for pid, _ in lines}, sorted(int(result) for _, result in lines)
print(f"{len(pids - {parent})} children", "all done" if results == [0, 1, 4] else results, sep=", ")
