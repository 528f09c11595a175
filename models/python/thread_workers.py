"""The main thread hands out tasks, and other threads do them. Prints whether all are done, each by a worker."""

import queue
import threading

tasks, results = queue.Queue(), queue.Queue()


def work():
    while True:
        n = tasks.get()
        if n is None:
            return
        results.put((n * n, threading.current_thread()))


workers = [threading.Thread(target=work) for _ in range(3)]
for worker in workers:
    worker.start()
for n in range(10):
    tasks.put(n)
answers = [results.get() for _ in range(10)]
for _ in workers:
    tasks.put(None)
for worker in workers:
    worker.join()
is_right = sorted(answer for answer, _ in answers) == [n * n for n in range(10)]
print("done by workers" if is_right and all(worker in workers for _, worker in answers) else "wrong")
