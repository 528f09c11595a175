"""The producer and the consumer of a tutorial with a `JoinableQueue`, without its pauses. Prints how many are eaten
when the program comes to its end, and what the first is called when it is made and when it is eaten."""

import multiprocessing
import sys


def consumer(q, eaten):
    while True:
        food = q.get()
        eaten.send(food)
        q.task_done()


def producer(q, food, made):
    for i in range(10):
        made.send(food + str(i + 1))
        q.put(food + str(i))


def received(connection):
    while connection.poll():
        yield connection.recv()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    q = context.JoinableQueue()
    messages_made, made = context.Pipe(duplex=False)
    messages_eaten, eaten = context.Pipe(duplex=False)
    proc_con = context.Process(target=consumer, args=(q, eaten))
    proc_prod = context.Process(target=producer, args=(q, "", made))
    proc_con.daemon = True
    proc_con.start()
    proc_prod.start()
    proc_prod.join()
    q.join()
    all_made, all_eaten = list(received(messages_made)), list(received(messages_eaten))
    print(f"{len(all_eaten)} eaten, {all_made[0]} made and {all_eaten[0]} eaten first")
