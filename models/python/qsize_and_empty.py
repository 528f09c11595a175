"""An item is put while another process writes, and so cannot be written yet; then it can. Prints size and emptiness
each time."""

import multiprocessing
import sys


def answer(items):
    return f"{items.qsize()} and {'empty' if items.empty() else 'not empty'}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    before = answer(items)
    with items._wlock:
        items.put("item")
        on_its_way = answer(items)
    items._reader.poll(None)
    print(f"{before}, {on_its_way}, {answer(items)}")
    items.get()
