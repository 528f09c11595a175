"""A proxy is sent through a queue, and kept until it has arrived, or dropped at once. Prints what the receiver finds."""

import multiprocessing
import multiprocessing.managers
import sys


def receive(proxies, go_on, answers):
    go_on.wait()
    try:
        answers.put(proxies.get()[0])
    except (multiprocessing.managers.RemoteError, KeyError):
        answers.put("nothing")


def sent(context, manager, is_kept):
    proxies, answers, go_on = context.Queue(), context.Queue(), context.Event()
    receiver = context.Process(target=receive, args=(proxies, go_on, answers))
    receiver.start()
    proxy = manager.list([42])
    proxies.put(proxy)
    # The feeder has written it when the queue is closed and its thread joined.
    proxies.close()
    proxies.join_thread()
    if not is_kept:
        del proxy
    go_on.set()
    answer = answers.get()
    receiver.join()
    return answer


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Manager() as manager:
        print(f"{sent(context, manager, True)}, {sent(context, manager, False)}")
