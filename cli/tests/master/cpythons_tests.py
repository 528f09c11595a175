"""Runs CPython's own tests of queues on queues that our master keeps, through CPython's own proxies: those of
`queue.Queue`, and those of `multiprocessing`'s queues, in which time is checked too if `timed` is said."""

import multiprocessing.managers
import os
import queue
import sys
import tempfile
import unittest

try:
    import test._test_multiprocessing
    import test.test_queue
except ImportError:
    print("the package `test` is not installed")
    sys.exit(0)

multiprocessing.set_start_method("fork", force=True)
multiprocessing.current_process().authkey = b"abc"
manager = multiprocessing.managers.SyncManager(address=("127.0.0.1", int(sys.argv[1])), authkey=b"abc")
manager.connect()


def make_queue(maxsize=0):
    made = manager.Queue(maxsize)
    # The test looks up by this name in which order items are to come, and how many there is room for.
    type(made).__name__ = "Queue"
    made.maxsize = maxsize
    return made


class ManagedQueueTest(test.test_queue.BaseQueueTestMixin, unittest.TestCase):
    queue = queue

    def setUp(self):
        super().setUp()
        self.type2test = make_queue

    def _callTestMethod(self, method):
        try:
            super()._callTestMethod(method)
        except AttributeError as error:
            if "unfinished_tasks" in str(error) or "is_shutdown" in str(error):
                self.skipTest("it looks at what only a queue of one's own has")
            raise


class MultiprocessingQueueTest(test._test_multiprocessing._TestQueue, unittest.TestCase):
    TYPE = "manager"
    Process = multiprocessing.Process
    current_process = staticmethod(multiprocessing.current_process)
    Queue = staticmethod(lambda maxsize=0: manager.Queue(maxsize))
    JoinableQueue = staticmethod(lambda maxsize=0: manager.JoinableQueue(maxsize))
    Event = staticmethod(multiprocessing.Event)


test._test_multiprocessing.CHECK_TIMINGS = sys.argv[2] == "timed"
# Some make a folder where they are.
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)
load = unittest.defaultTestLoader.loadTestsFromTestCase
suite = unittest.TestSuite(map(load, [ManagedQueueTest, MultiprocessingQueueTest]))
result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
print(f"{result.testsRun} tests, {len(result.failures) + len(result.errors)} of them failed", flush=True)
os.chdir("/")
folder.cleanup()
# Since 3.13 a test that is skipped half-way leaves threads that wait for its queue; also with a manager of CPython's.
os._exit(0)
