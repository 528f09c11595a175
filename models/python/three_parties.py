"""A server that serves a queue for ever, a sender, and a receiver, which is started after the sender has ended, or before it.
Prints what the receiver gets, whether the server goes on when both have ended, and after a client with the key has asked it to
shut down."""

import multiprocessing
import queue
import sys
from multiprocessing.connection import Client
from multiprocessing.managers import BaseManager, dispatch

que = queue.Queue()


def get_queue():
    return que


class QueueManager(BaseManager):
    pass


def serve(address):
    QueueManager.register("get_queue", callable=get_queue)
    server = QueueManager(address=("127.0.0.1", 0), authkey=b"abc").get_server()
    address.send(server.address)
    server.serve_forever()


def connected(address):
    QueueManager.register("get_queue")
    manager = QueueManager(address=address, authkey=b"abc")
    manager.connect()
    return manager.get_queue()


def send(address):
    connected(address).put("hello")


def receive(address, received):
    queue = connected(address)
    received.send("connected")
    received.send(queue.get())


def process(target, *arguments):
    started = context.Process(target=target, args=arguments)
    started.start()
    return started


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    addresses, address = context.Pipe(duplex=False)
    server = process(serve, address)
    address, answers = addresses.recv(), []
    for sender_first in [True, False]:
        received, sender = context.Pipe(duplex=False)
        if sender_first:
            process(send, address).join()
        receiver = process(receive, address, sender)
        received.recv()
        if not sender_first:
            process(send, address).join()
        answers.append(received.recv())
        receiver.join()
    answers.append("serves" if server.is_alive() else "has ended")
    with Client(address, authkey=b"abc") as client:
        dispatch(client, None, "shutdown")
    server.join()
    answers.append("serves" if server.is_alive() else "has ended")
    print(", ".join(answers))
