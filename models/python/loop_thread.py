"""The example of a thread that counts to five, without its pauses. Prints whether the lines are as printed there."""

import threading

lines = []


def loop():
    lines.append("thread %s is running..." % threading.current_thread().name)
    n = 0
    while n < 5:
        n = n + 1
        lines.append("thread %s >>> %s" % (threading.current_thread().name, n))
    lines.append("thread %s ended." % threading.current_thread().name)


lines.append("thread %s is running..." % threading.current_thread().name)
t = threading.Thread(target=loop, name="LoopThread")
t.start()
t.join()
lines.append("thread %s ended." % threading.current_thread().name)
printed = ["thread MainThread is running...", "thread LoopThread is running..."]
printed += ["thread LoopThread >>> %d" % n for n in range(1, 6)]
printed += ["thread LoopThread ended.", "thread MainThread ended."]
print("as printed" if lines == printed else "otherwise: " + ", ".join(lines))
