"""Results of a pool. Prints the order of `map`, what a failure raises, and what it is to ask too early."""

import multiprocessing


def double(number):
    return 2 * number


def divide(number):
    return 100 // number


context = multiprocessing.get_context("fork")
release = context.Event()


def wait(_):
    release.wait()


answers = []
with context.Pool(2) as pool:
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
