"""A call is left to another thread. Prints in which ways the caller is told that it is done."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


def ways():
    may_end = threading.Event()
    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(may_end.wait, 30)
        told = []
        future.add_done_callback(lambda done: told.append("callback"))
        before = future.done()
        may_end.set()
        future.result()
        if not before and future.done():
            yield "state"

        async def main():
            return await asyncio.wrap_future(executor.submit(int, "42"))

        if asyncio.run(main()) == 42:
            yield "notification"
    yield from told


if __name__ == "__main__":
    print(", ".join(ways()))
