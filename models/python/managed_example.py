"""The tutorial's example of a `Manager`, with its lock. Prints whether the result is as it is printed there."""

import multiprocessing
import sys


def func1(shareList, shareValue, shareDict, lock):
    with lock:
        shareValue.value += 1
        shareDict[1] = "1"
        shareDict[2] = "2"
        for i in range(len(shareList)):
            shareList[i] += 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Manager() as manager:
        list1 = manager.list([1, 2, 3, 4, 5])
        value1 = manager.Value("i", 1)
        dict1 = manager.dict()
        lock1 = manager.Lock()
        proc = [context.Process(target=func1, args=(list1, value1, dict1, lock1)) for i in range(20)]
        for p in proc:
            p.start()
        for p in proc:
            p.join()
        array1 = manager.Array("i", range(10))
        results = [str(list1), str(value1), str(dict1), str(array1)]
    printed = ["[21, 22, 23, 24, 25]", "Value('i', 21)", "{1: '1', 2: '2'}", "array('i', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])"]
    print("as printed" if results == printed else f"otherwise: {results}")
