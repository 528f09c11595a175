"""What the arguments of `BaseManager.register` do: prints one word for each."""

import multiprocessing
import sys
from multiprocessing.managers import BaseManager, BaseProxy, RemoteError


class Box:
    size = 1

    def __init__(self):
        self.items = []

    def put(self, item):
        self.items.append(item)

    def all(self):
        return self.items

    def _hidden(self):
        return "hidden"


class PutProxy(BaseProxy):
    _exposed_ = ("put",)


class Manager(BaseManager):
    pass


Manager.register("Box", callable=Box)
Manager.register("PutOnly", callable=Box, exposed=["put"])
Manager.register("Narrow", callable=Box, proxytype=PutProxy)
Manager.register("items", callable=list, exposed=["append", "__len__"])
Manager.register("Inner", callable=Box, method_to_typeid={"all": "list"})
Manager.register("list", callable=list, exposed=["append", "__len__"], create_method=False)
Manager.register("called", callable=Box())


def methods(proxy):
    return "/".join(name for name in ["put", "all", "_hidden", "size"] if hasattr(proxy, name))


def ended(call):
    try:
        call()
        return "done"
    except (TypeError, AttributeError, RemoteError) as error:
        return "TypeError" if "TypeError" in str(error) else type(error).__name__


if __name__ == "__main__":
    with Manager(address=("127.0.0.1", 0), authkey=b"abc", ctx=multiprocessing.get_context(sys.argv[1])) as manager:
        box, inner, narrow = manager.Box(), manager.Inner(), manager.Narrow()
        box.all().append(1)
        answers = [
            ended(lambda: Manager.register(1, callable=Box)),
            methods(box),
            methods(manager.PutOnly()),
            "copy" if box.all() == [] else "the object",
            "proxy" if isinstance(inner.all(), BaseProxy) else "copy",
            "proxy" if isinstance(box, BaseProxy) else "the object",
            ended(lambda: manager.list()),
            ended(lambda: manager.called()),
            "used" if narrow._callmethod("put", (1,)) is None and ended(lambda: narrow._callmethod("all")) != "done" else "",
        ]
    print(", ".join(answers))
