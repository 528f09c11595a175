"""A pool is closed, and is then given tasks. Prints what is raised, and whether what it was given before is done."""

import multiprocessing
import sys


def double(number):
    return 2 * number


def outcome(submit, *arguments):
    try:
        submit(double, *arguments)
        return "taken"
    except ValueError:
        return "ValueError"


if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        before = [pool.apply_async(double, (number,)) for number in range(20)]
        pool.close()
        outcomes = [outcome(pool.apply, (1,)), outcome(pool.apply_async, (1,))]
        outcomes += [outcome(pool.map, [1]), outcome(pool.map_async, [1])]
        pool.join()
        are_done = all(later.ready() for later in before)
        print(*sorted(set(outcomes)), "the others are done" if are_done else "the others are not done", sep=", ")
