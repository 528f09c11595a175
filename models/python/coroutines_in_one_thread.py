"""Three coroutines take turns. Prints whether they do so on one thread, and in which order they go on."""

import asyncio
import threading

steps = []


async def count(name):
    for number in range(2):
        steps.append((name, number, threading.get_ident()))
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(count("a"), count("b"), count("c"))


if __name__ == "__main__":
    asyncio.run(main())
    threads = {thread for _, _, thread in steps}
    order = "".join(f"{name}{number}" for name, number, _ in steps)
    print(f"one thread, {order}" if threads == {threading.get_ident()} else "several threads")
