"""A child adds to a list that it is given, and to one that the program has. Prints whether its parent's lists are as
they were."""

import multiprocessing
import sys

program_has = [1]


def add(given, end):
    given.append(2)
    program_has.append(2)
    end.send((given, program_has))


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    given = [1]
    ours, theirs = context.Pipe()
    child = context.Process(target=add, args=(given, theirs))
    child.start()
    in_child = ours.recv()
    child.join()
    is_right = in_child == ([1, 2], [1, 2]) and given == program_has == [1]
    print("as they were" if is_right else "changed")
