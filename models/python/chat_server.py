"""The tutorial's chat server as it stands but for the port, and with the start method set. Prints what a client is answered, or
the error of the server's child."""

import os
import signal
import socket
import subprocess
import sys
import tempfile

SERVER = """
from socket import *
from multiprocessing import Process, set_start_method

server = socket(AF_INET,SOCK_STREAM)
server.setsockopt(SOL_SOCKET,SO_REUSEADDR,1)
server.bind(('127.0.0.1',PORT))
server.listen(5)

def talk(conn,client_addr):
    while True:
        try:
            msg=conn.recv(1024)
            if not msg:break
            conn.send(msg.upper())
        except Exception:
            break

if __name__ == '__main__':
    set_start_method('METHOD')
    print('listens', flush=True)
    while True:
        conn,client_addr=server.accept()
        p = Process(target=talk,args=(conn,client_addr))
        p.start()
"""


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def answer(port, errors):
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(0.1)
        client.sendall(b"hello")
        for _ in range(200):
            try:
                return client.recv(1024).decode()
            except socket.timeout:
                errors.seek(0)
                if b"Address already in use" in errors.read():
                    return "EADDRINUSE"
    return "nothing"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
        path, port = os.path.join(folder, "server.py"), free_port()
        with open(path, "w") as file:
            file.write(SERVER.replace("PORT", str(port)).replace("METHOD", sys.argv[1]))
        command = [sys.executable, path]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, start_new_session=True)
        try:
            server.stdout.readline()
            print(answer(port, errors))
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
