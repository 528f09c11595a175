"""A queue is joined before its producer puts anything, and after the producer was joined. Prints how many tasks are
done then."""

import multiprocessing
import sys


def put(tasks, may_put):
    may_put.wait()
    for task in range(3):
        tasks.put(task)


def work(tasks, done):
    while True:
        tasks.get()
        with done.get_lock():
            done.value += 1
        tasks.task_done()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    tasks, may_put, done = context.JoinableQueue(), context.Event(), context.Value("i", 0)
    consumer = context.Process(target=work, args=(tasks, done), daemon=True)
    producer = context.Process(target=put, args=(tasks, may_put))
    consumer.start()
    producer.start()
    tasks.join()
    before = done.value
    may_put.set()
    producer.join()
    tasks.join()
    print(f"{before}, {done.value}")
