"""A child asks for its parent's pid while the parent lives, and when it has ended. Prints the answers."""

import os
import time

answers, write_answer = os.pipe()
goes_on, let_go_on = os.pipe()
parent = os.fork()
if parent == 0:
    parent = os.getpid()
    if os.fork() != 0:
        # It lives until its child has asked.
        os.read(goes_on, 1)
        os._exit(0)
    first = os.getppid()
    os.write(let_go_on, b".")
    deadline = time.monotonic() + 10
    while os.getppid() == parent and time.monotonic() < deadline:
        time.sleep(0.001)
    second = os.getppid()
    answer = ["the parent's" if pid == parent else "another's" for pid in (first, second)]
    os.write(write_answer, ", ".join(answer).encode())
    os._exit(0)
os.waitpid(parent, 0)
os.close(write_answer)
print(os.read(answers, 100).decode())
