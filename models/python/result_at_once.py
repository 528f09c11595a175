"""A stream is read that has something in it, and one that has nothing. Prints whether the reader gets it at once."""

import asyncio


async def when(data):
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reading = reader.read(1)
    try:
        # What an event loop does with a task: it goes on until it has to wait.
        reading.send(None)
    except StopIteration:
        return "at once"
    reading.close()
    return "later"


async def main():
    return await when(b"x"), await when(b"")


if __name__ == "__main__":
    print(", ".join(asyncio.run(main())))
