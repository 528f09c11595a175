"""The producer and the consumer of a tutorial, without its pauses and its output. Prints whether the consumer ends."""

import multiprocessing
import sys

products = list(range(10))


def producer(pipe):
    for product in products:
        pipe.send(product)


def consumer(pipe):
    while True:
        try:
            pipe.recv()
        except EOFError:
            break


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    pipe = context.Pipe(duplex=False)

    process_producer = context.Process(target=producer, args=(pipe[1],))
    process_consumer = context.Process(target=consumer, args=(pipe[0],))

    process_producer.start()
    process_consumer.start()

    pipe[0].close()
    pipe[1].close()

    process_producer.join()
    process_consumer.join(timeout=2)
    print("waits" if process_consumer.is_alive() else "ends")
    process_consumer.terminate()
    process_consumer.join()
