"""A task waits for what another task does: by a call that blocks, and by `run_in_executor`. Prints whether it comes."""

import asyncio
import threading


async def wait_and_set(wait):
    event = threading.Event()

    async def set_it():
        event.set()

    came, _ = await asyncio.gather(wait(event), set_it())
    return "goes on" if came else "stops"


async def block(event):
    return event.wait(0.3)


async def leave_it_to_a_thread(event):
    return await asyncio.get_running_loop().run_in_executor(None, event.wait, 30)


async def main():
    return await wait_and_set(block), await wait_and_set(leave_it_to_a_thread)


if __name__ == "__main__":
    print(", ".join(asyncio.run(main())))
