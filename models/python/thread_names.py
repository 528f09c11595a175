"""Makes threads without a name: two without a target, and one with. Prints what they are called."""

import threading


def loop():
    pass


print(", ".join(thread.name for thread in (threading.Thread(), threading.Thread(), threading.Thread(target=loop))))
