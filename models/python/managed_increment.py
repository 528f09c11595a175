"""Two processes add 1 to a managed `Value`, and to what is in a managed `dict` and a managed `Array`, one after the other between
the other's read and write. Prints what is there in the end: 2 if nothing was lost."""

import multiprocessing
import sys

KINDS = {
    "Value": (lambda manager: manager.Value("i", 0), "value"),
    "dict": (lambda manager: manager.dict({0: 0}), 0),
    "Array": (lambda manager: manager.Array("i", [0]), 0),
}


def read(shared, key):
    return shared.value if key == "value" else shared[key]


def write(shared, key, number):
    if key == "value":
        shared.value = number
    else:
        shared[key] = number


def add(shared, key, barrier):
    # `shared.value += 1` is these two calls of the server, and nothing keeps them together.
    number = read(shared, key)
    barrier.wait()
    write(shared, key, number + 1)


def added(make, key):
    shared, barrier = make(manager), context.Barrier(2)
    processes = [context.Process(target=add, args=(shared, key, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return read(shared, key)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Manager() as manager:
        print(", ".join(str(added(make, key)) for make, key in KINDS.values()))
