"""One thread serves a slow client and a quick one, with `selectors` and without. Prints what becomes of the quick one.

The slow client connects first, and sends nothing before the quick one has its answer."""

import selectors
import socket
import threading


def ask(port, letter, may_connect, connected, may_send, has_answer, answers):
    may_connect.wait()
    try:
        with socket.create_connection(("127.0.0.1", port)) as client:
            connected.set()
            may_send.wait()
            client.sendall(letter)
            answers.append(client.recv(1))
    except OSError:
        # The server is gone.
        pass
    has_answer.set()


def serve_the_ready(listener):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    served = 0
    while served < 2:
        for key, _ in selector.select():
            if key.fileobj is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
            else:
                key.fileobj.sendall(key.fileobj.recv(1).upper())
                selector.unregister(key.fileobj)
                key.fileobj.close()
                served += 1
    selector.close()


def serve_one_after_the_other(listener):
    for _ in range(2):
        with listener.accept()[0] as connection:
            # A real one would wait for ever.
            connection.settimeout(0.5)
            connection.sendall(connection.recv(1).upper())


def quick_is_served(serve):
    now, slow_connected, quick_has_answer, answers = threading.Event(), threading.Event(), threading.Event(), []
    now.set()
    gave_up = False
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        slow = (port, b"a", now, slow_connected, quick_has_answer, threading.Event(), answers)
        quick = (port, b"b", slow_connected, threading.Event(), now, quick_has_answer, answers)
        clients = [threading.Thread(target=ask, args=of) for of in (slow, quick)]
        for client in clients:
            client.start()
        try:
            serve(listener)
        except socket.timeout:
            gave_up = True
            # Whoever waits for a server that has given up is let go.
            listener.settimeout(5)
            listener.accept()[0].close()
    for client in clients:
        client.join()
    return "waits" if gave_up else "served" if answers == [b"B", b"A"] else str(answers)


if __name__ == "__main__":
    print(f"{quick_is_served(serve_the_ready)}, {quick_is_served(serve_one_after_the_other)}")
