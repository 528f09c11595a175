"""The main thread, a `Thread`, and a thread that `_thread` has started ask `current_thread()`. Prints who is told."""

import _thread
import threading


def ask(told, done):
    told.append(threading.current_thread())
    done.release()


told, done = [], threading.Semaphore(0)
ask(told, done)
thread = threading.Thread(target=ask, args=(told, done), name="LoopThread")
thread.start()
thread.join()
done.acquire()
done.acquire()
_thread.start_new_thread(ask, (told, done))
done.acquire()
main, loop, foreign = told
are_instances = main is threading.main_thread() and loop is thread and isinstance(foreign, threading.Thread)
print(f"{main.name}, {loop.name}, {foreign.name.split('-')[0]}: {'instances' if are_instances else 'others'}")
