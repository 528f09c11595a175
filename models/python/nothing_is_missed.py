"""A peer sends three times and closes, before the receiver looks. Prints what the receiver then reads."""

import socket
import threading


def send(port):
    with socket.create_connection(("127.0.0.1", port)) as peer:
        for part in (b"one ", b"two ", b"three"):
            peer.sendall(part)


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sender = threading.Thread(target=send, args=listener.getsockname()[1:])
        sender.start()
        connection = listener.accept()[0]
        sender.join()
        received = b""
        while True:
            part = connection.recv(100)
            if not part:
                break
            received += part
        connection.close()
    print("all, end" if received == b"one two three" else received)
