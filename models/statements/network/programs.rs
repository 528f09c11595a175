//! The tutorials' master and worker: who is started first, how long they wait, keys, addresses, and remarks on Windows.

use super::super::{Evidence, Statement, Truth, in_000, in_001, in_002, in_003, in_004};
use Evidence::{Contradicts, Script, Shows};

/// What the tutorials say of their master and worker.
pub(super) const PROGRAMS: &[Statement] = &[
    Statement {
        name: "network/master_first",
        places: &[
            in_000(658, 658),
            in_001(682, 682),
            in_002(458, 459),
            in_002(469, 469),
            in_002(587, 587),
            in_003(1330, 1330),
        ],
        says: "The master has to be started first, and then the worker.",
        explanation: "`connect()` does not wait: it raises `ConnectionRefusedError` if nobody listens.",
        evidence: &[
            Shows("master_worker/master_first"),
            Shows("master_worker/worker_first"),
            Script("connection_refused"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/worker_in_time",
        places: &[in_002(459, 459)],
        says: "The worker has to be started before the master's waiting time for results is over.",
        explanation: "Otherwise `result.get(timeout=..)` raises `queue.Empty`; the result is there later, but nobody \
                      asks again.",
        evidence: &[Script("master_gives_up")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/master_gets_all_results",
        places: &[
            in_000(598, 602),
            in_000(748, 751),
            in_001(626, 629),
            in_001(697, 697),
            in_002(640, 640),
            in_003(1331, 1331),
            in_004(340, 343),
        ],
        says: "The master gets the ten results of its ten tasks with `for i in range(10): r = \
               result.get(timeout=10)`.",
        truth: Truth::OnlyWhen("each result comes in time and no worker gives up or dies"),
        explanation: "Otherwise `get` raises `queue.Empty`, which 000, 001 and 004 do not catch: the master ends \
                      without the results. With tasks left undone it waits in vain.",
        evidence: &[
            Shows("master_worker/tutorial"),
            Contradicts("master_worker/master_gives_up"),
            Contradicts("master_worker/worker_dies"),
            Script("master_gives_up"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/both_empty_in_the_end",
        places: &[in_002(454, 454), in_002(475, 475), in_002(522, 530)],
        says: "In the end all tasks are done, all results are taken, and both queues are empty.",
        truth: Truth::OnlyWhen("no wait of the master or of a worker is too short"),
        explanation: "With `except queue.Empty` around its loop the master ends in order, and without the results \
                      that come later.",
        evidence: &[
            Shows("master_worker/tutorial"),
            Contradicts("master_worker/master_catches_empty"),
            Script("tutorial_master_and_worker"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/worker_rounds",
        places: &[in_000(642, 649), in_000(789, 796), in_001(666, 673), in_002(570, 579)],
        says: "The worker does the ten tasks in the ten rounds of `for i in range(10)`, each with \
               `task.get(timeout=1)`.",
        truth: Truth::OnlyWhen("no `get` is in vain"),
        explanation: "A round in which no task comes within a second is over as well. A worker that connects before \
                      the tasks are put may leave some undone.",
        evidence: &[Shows("master_worker/tutorial"), Contradicts("master_worker/worker_before_tasks")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/get_waits_a_second",
        places: &[in_002(527, 527), in_002(575, 575)],
        says: "`task.get(timeout=1)` waits for a second each time, and then takes a task; so does \
               `result.get(timeout=5)`.",
        truth: Truth::Refuted,
        explanation: "It returns as soon as there is an item; the timeout is how long it waits at most.",
        evidence: &[Script("master_gives_up")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/until_all_are_done",
        places: &[in_002(454, 454)],
        says: "The worker goes on until all tasks are done.",
        truth: Truth::OnlyWhen("there are no more tasks than it has rounds"),
        explanation: "It makes ten rounds, whatever is left in the queue.",
        evidence: &[Shows("master_worker/tutorial"), Contradicts("master_worker/more_tasks_than_rounds")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/worker_closes_first",
        places: &[in_000(652, 653), in_000(799, 800), in_001(676, 677), in_002(454, 454), in_002(583, 584)],
        says: "The worker ends first, with `worker exit.`, and then the server is closed.",
        truth: Truth::OnlyWhen("the master waits for the workers before it calls `shutdown()`"),
        explanation: "It calls `shutdown()` as soon as it has the last result. A worker that waits for another task \
                      then, or for the answer to its last `put`, ends with `EOFError` or `ConnectionResetError`.",
        evidence: &[
            Shows("master_worker/shutdown_after_workers"),
            Contradicts("master_worker/shutdown_at_once"),
            Script("shutdown_while_waiting"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/results_after_the_worker",
        places: &[in_001(713, 713), in_003(1333, 1333)],
        says: "When the worker has ended, the master goes on printing results.",
        explanation: "They are kept by the server, and not by who has put them.",
        evidence: &[Script("three_parties")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/except_capital_queue",
        places: &[in_000(650, 651), in_000(797, 798), in_001(674, 675)],
        says: "When there is no task, `except Queue.Empty:` has the worker print that the queue is empty, and go on.",
        truth: Truth::Refuted,
        explanation: "Only `queue` is imported: the first `get(timeout=1)` in vain ends the worker with `NameError`.",
        evidence: &[Contradicts("master_worker/names_no_queue"), Script("worker_as_printed")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/except_queue",
        places: &[in_002(580, 581)],
        says: "When there is no task, `except queue.Empty:` has the worker print that the queue is empty, and go on.",
        evidence: &[Shows("master_worker/catches_queue_empty"), Script("worker_as_printed")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/results_in_order",
        places: &[in_001(684, 724), in_002(594, 632)],
        says: "The results come in the order in which the tasks were put.",
        truth: Truth::OnlyWhen("one worker does them all"),
        explanation: "With two workers the second may be faster with its task.",
        evidence: &[
            Shows("master_worker/tutorial"),
            Contradicts("master_worker/order_of_several"),
            Script("tutorial_master_and_worker"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/results_wait",
        places: &[in_001(697, 697), in_002(637, 637), in_002(640, 640), in_003(1331, 1331)],
        says: "The master waits in `result.get` until the workers have computed something.",
        explanation: "For as long as the timeout says.",
        evidence: &[Shows("master_worker/late_result"), Script("master_gives_up")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/must_shut_down",
        places: &[in_002(532, 533)],
        says: "The server has to be closed with `shutdown()` in the end, or there is an error about a pipe that was \
               not closed.",
        truth: Truth::Refuted,
        explanation: "A manager that was started is shut down when its program ends, also with an exception; nothing \
                      is said.",
        evidence: &[Script("no_shutdown")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/port_and_key_agree",
        places: &[
            in_000(632, 632),
            in_000(779, 779),
            in_001(659, 659),
            in_002(561, 561),
            in_003(1737, 1737),
            in_003(1835, 1835),
        ],
        says: "The port and the key of the worker have to be exactly those of the master.",
        evidence: &[Script("connection_refused"), Script("manager_key")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/address_of_the_master",
        places: &[in_000(629, 629), in_000(776, 776), in_001(680, 680), in_003(1329, 1329)],
        says: "The worker connects over the network, so it has to name the address of the master's machine.",
        evidence: &[Script("connection_refused")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/wrong_key",
        places: &[in_001(734, 734), in_002(650, 650), in_003(1344, 1344)],
        says: "A worker whose `authkey` differs from the master's cannot connect.",
        explanation: "`connect()` raises `AuthenticationError`.",
        evidence: &[Shows("master_worker/wrong_key"), Script("manager_key")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/key_protects",
        places: &[in_001(734, 734), in_002(650, 650), in_003(1343, 1343)],
        says: "The `authkey` makes sure that two machines communicate as they should, and that no other one \
               interferes with evil intent.",
        truth: Truth::OnlyWhen("the others do not know the key and cannot read or change what is sent"),
        explanation: "The key is shown at the beginning of a connection, and nothing is encrypted: who reads along \
                      reads every task. Who has the key can end the server.",
        evidence: &[Shows("master_worker/wrong_key"), Script("manager_key"), Script("three_parties")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/key_is_bytes",
        places: &[in_000(583, 583), in_002(506, 506)],
        says: "The key has to be written as `b'abc'`; with `'abc'` there is an error.",
        explanation: "`BaseManager` raises `TypeError`.",
        evidence: &[Script("key_must_be_bytes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/port_conflict",
        places: &[in_000(689, 691)],
        says: "`OSError: [WinError 10049]`, the requested address is not valid in its context, means that the port \
               is in use.",
        truth: Truth::Refuted,
        explanation: "It is `EADDRNOTAVAIL`: the address is none of this machine's. A port in use is `EADDRINUSE` \
                      (10048). On Windows it was the address, not the new port, that helped: nobody can connect to \
                      0.0.0.0 there.",
        evidence: &[Script("addresses")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/empty_address_fails",
        places: &[in_000(730, 730)],
        says: "On Windows an empty address in `QueueManager(address=('', 5000))` leads to `WinError 10049`.",
        truth: Truth::OutOfScope(
            "on Windows alone nobody can connect to 0.0.0.0, which the empty address stands \
            for",
        ),
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/empty_address_is_local",
        places: &[in_002(505, 505)],
        says: "Under Linux and Mac the address of a manager may be empty, and is the local machine by default.",
        truth: Truth::Refuted,
        explanation: "It may be empty, but then the server listens at all interfaces, 0.0.0.0, and other machines \
                      can connect.",
        evidence: &[Script("addresses")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/no_lambda_on_windows",
        places: &[in_000(666, 666), in_000(711, 711), in_002(465, 465), in_002(498, 498), in_003(1684, 1684)],
        says: "Under Windows the `callable` of `register` cannot be a lambda: a function has to be defined for it.",
        explanation: "`start()` pickles what is registered under the method `spawn`, and a lambda cannot be pickled. \
                      It has nothing to do with the version of Windows.",
        evidence: &[Script("lambda_callable")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/lambda_on_linux_and_mac",
        places: &[in_000(578, 580), in_002(488, 488), in_002(498, 498), in_003(1443, 1444), in_004(324, 326)],
        says: "Under Linux and Mac the `callable` of `register` may be a lambda.",
        truth: Truth::OnlyWhen("processes are started by `fork`"),
        explanation: "On a Mac they are started by `spawn` since Python 3.8, and the lambda cannot be pickled.",
        evidence: &[Script("lambda_callable")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/lambda_of_python_2",
        places: &[in_003(1446, 1446), in_003(1776, 1776), in_003(1782, 1782)],
        says: "A function instead of a lambda avoids a problem of `pickle` in Python 2.7, which Python 3 does not \
               have.",
        truth: Truth::Refuted,
        explanation: "`pickle` of Python 3 cannot serialise a lambda either: `start()` fails under `spawn`.",
        evidence: &[Script("lambda_callable")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/freeze_support_mends_it",
        places: &[in_000(684, 687), in_000(700, 700), in_000(758, 758)],
        says: "The `RuntimeError` that speaks of `freeze_support()` is mended by importing it and calling it at the \
               end of the program.",
        truth: Truth::Refuted,
        explanation: "What is missing is `if __name__ == '__main__':`. With `freeze_support()` alone the error \
                      stays, before or after the start.",
        evidence: &[Script("freeze_support_is_no_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/freeze_support_is_needed",
        places: &[in_002(537, 537), in_003(1289, 1289), in_003(1715, 1715)],
        says: "Python has bugs with managers: only with `freeze_support()` in the main program can the server be \
               started and connected to.",
        truth: Truth::Refuted,
        explanation: "It does nothing unless the program was frozen to an executable; managers work without it under \
                      `fork` and `spawn`.",
        evidence: &[Script("tutorial_master_and_worker")],
        ..Statement::DEFAULT
    },
];
