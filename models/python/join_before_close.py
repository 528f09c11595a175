"""Joins a pool that was not closed, one that was closed, and one that was terminated. Prints what is raised."""

import multiprocessing
import sys


def outcome(prepare):
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        prepare(pool)
        try:
            pool.join()
            return "nothing"
        except ValueError:
            return "ValueError"


if __name__ == "__main__":
    ways = (lambda pool: None, lambda pool: pool.close(), lambda pool: pool.terminate())
    print(", ".join(outcome(way) for way in ways))
