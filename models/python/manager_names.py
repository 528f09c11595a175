"""A client registers the name of the server, one that the server does not have, and none. Prints how each call ends."""

import multiprocessing
import queue
import sys
from multiprocessing.managers import BaseManager, RemoteError


class Server(BaseManager):
    pass


class Client(BaseManager):
    pass


if __name__ == "__main__":
    Server.register("get_task_queue", callable=queue.Queue)
    Client.register("get_task_queue")
    Client.register("get_result_queue")
    with Server(address=("127.0.0.1", 0), authkey=b"abc", ctx=multiprocessing.get_context(sys.argv[1])) as server:
        client = Client(address=server.address, authkey=b"abc")
        client.connect()
        client.get_task_queue()
        answers = ["a queue"]
        try:
            client.get_result_queue()
        except RemoteError as error:
            answers.append("KeyError" if "KeyError" in str(error) else str(error))
        try:
            client.get_other_queue()
        except AttributeError:
            answers.append("AttributeError")
    print(", ".join(answers))
