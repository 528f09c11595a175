"""Measures how much of a processor endless loops take: in threads, in processes, and hashing. Prints it."""

import hashlib
import multiprocessing
import sys
import threading
import time

SECONDS = 0.5


def loop(deadline):
    x = 0
    while time.monotonic() < deadline:
        for _ in range(1000):
            x = x ^ 1


def hash_all_the_time(deadline):
    while time.monotonic() < deadline:
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 10_000)


def loop_and_tell(deadline, sender):
    begin = time.process_time()
    loop(deadline)
    sender.send(time.process_time() - begin)


def of_threads(target, count):
    """The processor time that threads take, for each second."""
    begin = time.process_time()
    threads = [threading.Thread(target=target, args=(time.monotonic() + SECONDS,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.process_time() - begin) / SECONDS


def of_processes(context):
    receiver, sender = context.Pipe(duplex=False)
    deadline = time.monotonic() + SECONDS + 1
    processes = [context.Process(target=loop_and_tell, args=(deadline, sender)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return (receiver.recv() + receiver.recv()) / (SECONDS + 1)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    one, threads, hashing = of_threads(loop, 1), of_threads(loop, 2), of_threads(hash_all_the_time, 2)
    processes = of_processes(context)
    uses = "threads use one processor" if threads < 1.3 else "threads use several processors"
    print(f"{uses}: {one:.0%} one, {threads:.0%} two, {hashing:.0%} two that hash, {processes:.0%} two processes")
