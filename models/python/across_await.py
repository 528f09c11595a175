"""Two tasks of one event loop read, await, and write. Prints whether the balance is right."""

import asyncio

balance = 0


async def add(amount):
    global balance
    read = balance
    await asyncio.sleep(0)
    balance = read + amount


async def main():
    await asyncio.gather(add(5), add(8))


if __name__ == "__main__":
    asyncio.run(main())
    print("right" if balance == 13 else "wrong")
