"""Five tasks sleep, with `asyncio.sleep` and with `time.sleep`. Prints how many of them sleep at once."""

import asyncio
import time

asleep = 0
most = 0


async def nap(blocks):
    global asleep, most
    asleep += 1
    most = max(most, asleep)
    if blocks:
        time.sleep(0.01)
    else:
        await asyncio.sleep(0.05)
    asleep -= 1


async def main(blocks):
    global most
    most = 0
    await asyncio.gather(*(nap(blocks) for _ in range(5)))
    return most


if __name__ == "__main__":
    print(f"{asyncio.run(main(False))}, {asyncio.run(main(True))}")
