"""The tutorial's chat server: a child serves a connection, and ends. Prints whether the client sees that while the parent has its
copy of the connection, and when it has closed it."""

import multiprocessing
import socket
import sys


def talk(conn):
    conn.sendall(conn.recv(1024).upper())


def end_seen(client, seconds):
    client.settimeout(seconds)
    try:
        return "ends" if client.recv(1024) == b"" else "goes on"
    except socket.timeout:
        return "waits"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        conn = server.accept()[0]
    child = context.Process(target=talk, args=(conn,))
    child.start()
    client.sendall(b"hello")
    answers = [client.recv(1024).decode()]
    child.join()
    answers.append(end_seen(client, 0.5))
    conn.close()
    answers.append(end_seen(client, 10))
    print(", ".join(answers))
