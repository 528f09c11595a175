"""Of two tasks of a pool one fails. Prints how often `callback` and `error_callback` are called."""

import multiprocessing
import sys


def divide(number):
    return 100 // number


if __name__ == "__main__":
    calls = []
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        for number in (5, 0):
            pool.apply_async(
                divide,
                (number,),
                callback=lambda _: calls.append("callback"),
                error_callback=lambda _: calls.append("error_callback"),
            )
        pool.close()
        pool.join()
    print(", ".join(calls))
