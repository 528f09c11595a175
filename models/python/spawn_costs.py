"""Measures how much longer it takes to start a process by `spawn` and wait for it than by `fork`."""

import multiprocessing
import time


def seconds(method, count):
    begin = time.perf_counter()
    for _ in range(count):
        process = multiprocessing.get_context(method).Process(target=nothing)
        process.start()
        process.join()
    return (time.perf_counter() - begin) / count


def nothing():
    pass


if __name__ == "__main__":
    ratio = seconds("spawn", 10) / seconds("fork", 50)
    print(f"{'dearer' if ratio > 2 else 'as cheap'}: {ratio:.0f} times")
