"""Results of a pool. Prints the order of `map`, what a failure raises, and what it is to ask too early."""

import multiprocessing
import sys


def double(number):
    return 2 * number


def divide(number):
    return 100 // number


def keep(release):
    keep.release = release


def wait(_):
    keep.release.wait()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    release = context.Event()
    answers = []
    with context.Pool(2, keep, (release,)) as pool:
        answers.append(pool.map(double, [1, 2, 3]) == [2, 4, 6])
        try:
            pool.apply(divide, (0,))
        except ZeroDivisionError:
            answers.append(True)
        later = pool.apply_async(wait, (0,))
        try:
            later.successful()
        except ValueError:
            answers.append(True)
        release.set()
        later.get()
        answers.append(later.successful())
    print("right" if answers == [True] * 4 else "wrong")
