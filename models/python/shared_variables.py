"""A thread assigns to a global variable and to a local one, of the same names as another one's. Prints which change."""

import threading

shared = "before"


def change():
    global shared
    shared = "changed"
    own = "changed"
    return own


def look(changed, found):
    own = "before"
    changed.wait()
    found.extend([shared, own])


changed, found = threading.Event(), []
looker = threading.Thread(target=look, args=(changed, found))
looker.start()
changer = threading.Thread(target=change)
changer.start()
changer.join()
changed.set()
looker.join()
print("global {}, local {}".format(*(("changed" if value == "changed" else "as it was") for value in found)))
