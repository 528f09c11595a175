"""A caller reads an answer that comes when it has done its own work, in four ways. Prints how far each gets.

The ways: synchronous and blocking, asynchronous and blocking, synchronous and not, asynchronous and not."""

import asyncio
import select
import socket
import threading

# How long the ways that block wait before they give up. They would wait for ever.
PATIENCE = 0.3


class Peer:
    """Answers when the caller has done all of its work."""

    def __init__(self):
        self.here, self.there = socket.socketpair()
        self.to_do = 3

    def work(self):
        self.to_do -= 1
        if self.to_do == 0:
            threading.Thread(target=self.there.sendall, args=(b"x",)).start()

    def close(self):
        self.here.close()
        self.there.close()


def synchronous_blocking(peer):
    peer.here.settimeout(PATIENCE)
    try:
        return peer.here.recv(1)
    except socket.timeout:
        return None


def asynchronous_blocking(peer):
    ready, _, _ = select.select([peer.here], [], [], PATIENCE)
    return peer.here.recv(1) if ready else None


def synchronous_non_blocking(peer):
    peer.here.setblocking(False)
    while True:
        try:
            return peer.here.recv(1)
        except BlockingIOError:
            if peer.to_do:
                peer.work()


def asynchronous_non_blocking(peer):
    async def work():
        while peer.to_do:
            peer.work()
            await asyncio.sleep(0)

    async def main():
        peer.here.setblocking(False)
        receive = asyncio.get_running_loop().sock_recv(peer.here, 1)
        answer, _ = await asyncio.gather(receive, work())
        return answer

    return asyncio.run(main())


def outcome(way):
    peer = Peer()
    answer = way(peer)
    peer.close()
    return "answered" if answer == b"x" and peer.to_do == 0 else "waits"


if __name__ == "__main__":
    ways = synchronous_blocking, asynchronous_blocking, synchronous_non_blocking, asynchronous_non_blocking
    print(", ".join(map(outcome, ways)))
