"""Sends 2,000 numbers to a child, which answers each, through a pipe and through two queues. Prints how much faster
the pipe is."""

import multiprocessing
import sys
import time

ROUNDS = 2_000


def answer_by_pipe(connection):
    for _ in range(ROUNDS):
        connection.send(connection.recv())


def answer_by_queue(requests, answers):
    for _ in range(ROUNDS):
        answers.put(requests.get())


def seconds(child, put, get):
    child.start()
    put(0)
    get()
    begin = time.perf_counter()
    for number in range(1, ROUNDS):
        put(number)
        get()
    taken = time.perf_counter() - begin
    child.join()
    return taken


def by_pipe(context):
    here, there = context.Pipe()
    return seconds(context.Process(target=answer_by_pipe, args=(there,)), here.send, here.recv)


def by_queue(context):
    requests, answers = context.Queue(), context.Queue()
    return seconds(context.Process(target=answer_by_queue, args=(requests, answers)), requests.put, answers.get)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    # In turn, so that what else the machine does meets both; the least is what it takes undisturbed.
    both = [(by_pipe(context), by_queue(context)) for _ in range(8)]
    pipe, queue = (min(times) for times in zip(*both))
    print(f"{'faster' if queue > pipe else 'slower'}: {queue / pipe:.1f} times")
