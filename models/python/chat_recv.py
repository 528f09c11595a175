"""Two messages are sent before the server calls `recv(1024)`, and then one of 2,000 bytes. Prints what `recv` returns."""

import socket


def received(messages, total):
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        conn = server.accept()[0]
    with client, conn:
        for message in messages:
            client.sendall(message)
        # Waits until all has come, and leaves it there.
        while len(conn.recv(total, socket.MSG_PEEK)) < total:
            pass
        return conn.recv(1024)


if __name__ == "__main__":
    print(f"{received([b'hello', b'world'], 10).decode()}, {len(received([b'x' * 2000], 2000))} bytes")
