"""The tutorial's example of `Value` and `Array`. Prints what the parent sees of what its child has changed."""

import multiprocessing
import sys


def f(n, a):
    n.value = 3.1415927
    for i in range(len(a)):
        a[i] = -a[i]


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    num = context.Value("d", 0.0)
    arr = context.Array("i", range(10))
    p = context.Process(target=f, args=(num, arr))
    p.start()
    p.join()
    print(num.value, arr[:])
