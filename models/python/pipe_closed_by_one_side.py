"""A child sends and closes its end; its parent receives on, or closes its end as well. Prints what it has received."""

import multiprocessing
import sys


def send_and_close(connection):
    for number in range(3):
        connection.send(number)
    connection.close()


def received(context, closes_too):
    parents_end, childs_end = context.Pipe()
    child = context.Process(target=send_and_close, args=(childs_end,))
    child.start()
    childs_end.close()
    child.join()
    numbers = []
    try:
        while True:
            if closes_too:
                parents_end.close()
            numbers.append(parents_end.recv())
    except (EOFError, OSError) as error:
        return f"{len(numbers)} and {type(error).__name__}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{received(context, False)}, {received(context, True)}")
