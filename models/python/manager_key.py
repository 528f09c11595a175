"""A client with another key connects to a manager, and one with the key, through somebody who reads along. Prints how the
first one ends, and what is read of the second one's task and of the key."""

import multiprocessing
import queue
import socket
import sys
import threading
from multiprocessing.managers import BaseManager

KEY, TASK = b"a key that is long enough", b"send this letter"


class QueueManager(BaseManager):
    pass


def connected(address, key):
    manager = QueueManager(address=address, authkey=key)
    manager.connect()
    return manager


def pass_on(here, there, read):
    while True:
        data = here.recv(1 << 16)
        if not data:
            break
        read.append(data)
        there.sendall(data)
    there.shutdown(socket.SHUT_WR)


def listen(listener, address, read):
    while True:
        client = listener.accept()[0]
        try:
            server = socket.create_connection(address)
        except ConnectionRefusedError:  # the manager has ended
            client.close()
            continue
        for pair in [(client, server), (server, client)]:
            threading.Thread(target=pass_on, args=(*pair, read), daemon=True).start()


if __name__ == "__main__":
    QueueManager.register("get_task_queue", callable=queue.Queue)
    context = multiprocessing.get_context(sys.argv[1])
    with QueueManager(address=("127.0.0.1", 0), authkey=KEY, ctx=context) as manager:
        try:
            connected(manager.address, b"another key")
            answers = ["connected"]
        except multiprocessing.AuthenticationError:
            answers = ["AuthenticationError"]
        read, listener = [], socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=listen, args=(listener, manager.address, read), daemon=True).start()
        task = connected(listener.getsockname(), KEY).get_task_queue()
        task.put(TASK)
        assert task.get() == TASK
        read = b"".join(read)
        answers += [f"task {'read' if TASK in read else 'not read'}", f"key {'read' if KEY in read else 'not read'}"]
    print(", ".join(answers))
