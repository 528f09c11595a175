"""Two threads have the name of the main thread, and one is renamed. Prints whether each is still itself."""

import threading


def ask(told):
    told.append(threading.current_thread())


told = []
threads = [threading.Thread(target=ask, args=(told,), name="MainThread") for _ in range(2)]
for thread in threads:
    thread.start()
    thread.join()
threads[0].name = "renamed"
is_main = [thread is threading.main_thread() for thread in threads]
print("no meaning" if told == threads and told[0].name == "renamed" and not any(is_main) else "a meaning")
