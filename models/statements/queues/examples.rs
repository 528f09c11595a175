//! Queues between processes in the examples of the tutorials: what they say of them.

use crate::statements::Evidence::{Contradicts, Script as Asks, Shows};
use crate::statements::{Statement, Truth, in_000, in_001, in_002, in_003, in_004};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "queues/between_processes",
        places: &[in_000(198, 198), in_001(191, 191), in_002(176, 176), in_004(130, 130)],
        says: "Processes exchange data by what the operating system provides; `multiprocessing` wraps it, and offers \
               `Queue` and `Pipe`.",
        evidence: &[Shows("queue/get_then_join"), Shows("pipe/duplex"), Asks("queue_made_of"), Asks("pipe_made_of")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/made_and_passed",
        places: &[in_000(222, 225), in_001(215, 218), in_002(199, 202), in_004(152, 155)],
        says: "The parent creates the `Queue` and passes it to its children as an argument: they then share it.",
        explanation: "A queue can only be passed when a process is started: to pickle it at any other time raises \
                      `RuntimeError`.",
        evidence: &[Asks("who_shares_a_queue")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/no_limit",
        places: &[in_000(223, 223), in_003(746, 746), in_003(912, 912)],
        says: "A `Queue` or `JoinableQueue` created without `maxsize` holds any number of items.",
        truth: Truth::OnlyWhen("it is a `queue.Queue`"),
        explanation: "A `multiprocessing.Queue` without a size holds `SEM_VALUE_MAX` items, 2,147,483,647 on Linux and \
                      32,767 on macOS: from then on `put` waits.",
        evidence: &[Asks("queue_bound")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/order",
        places: &[
            in_000(207, 211),
            in_000(217, 219),
            in_000(241, 248),
            in_001(200, 204),
            in_001(209, 212),
            in_002(184, 188),
            in_002(193, 196),
            in_002(214, 221),
            in_004(137, 141),
            in_004(146, 149),
            in_004(164, 171),
        ],
        says: "In the example one process writes A, B and C into a `Queue`, and another one reads them in this order.",
        evidence: &[Shows("queue/first_in_first_out"), Asks("reader_terminated")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/read_before_terminate",
        places: &[
            in_000(215, 219),
            in_000(233, 237),
            in_000(241, 248),
            in_001(208, 212),
            in_001(223, 226),
            in_002(192, 196),
            in_002(207, 221),
            in_004(145, 149),
            in_004(160, 171),
        ],
        says: "In the example the parent calls `pw.join()` and then `pr.terminate()`, and the reader has got all that \
               the writer has put.",
        truth: Truth::OnlyWhen("the reader is quick enough"),
        explanation: "`pw.join()` waits until the writer has put, not until the reader has read: what it has not read \
                      when it is terminated is lost. A sentinel and `pr.join()`, or a `JoinableQueue`, are right.",
        evidence: &[Shows("queue/reader_told"), Contradicts("queue/reader_terminated"), Asks("reader_terminated")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/reader_cannot_be_joined",
        places: &[in_000(236, 236), in_001(225, 225), in_002(209, 209)],
        says: "The process that reads loops for ever, so its end cannot be waited for.",
        explanation: "`join` waits for ever, whatever the writer does: a queue has no end that `get` would tell of.",
        evidence: &[Shows("queue/reader_joined"), Asks("reader_never_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/only_by_force",
        places: &[in_000(236, 236), in_001(225, 225), in_002(209, 209)],
        says: "The process that reads can only be ended by force, with `terminate`.",
        truth: Truth::OnlyWhen("it is told nothing: the writer puts no sentinel"),
        explanation: "A reader that leaves its loop at a sentinel ends by itself and is joined.",
        evidence: &[Asks("reader_never_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/for_processes",
        places: &[in_000(610, 611)],
        says: "`multiprocessing.Queue` is a queue for several processes, to exchange data between them.",
        evidence: &[Shows("queue/get_then_join"), Asks("who_shares_a_queue")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/first_in_first_out",
        places: &[in_000(612, 612)],
        says: "`queue.Queue` of the standard library is by default first in, first out.",
        explanation: "That is the order in which items are taken; with several consumers it need not be the order in \
                      which they are finished.",
        evidence: &[Shows("queue/first_in_first_out")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/queue_queue_for_processes",
        places: &[in_000(566, 572), in_002(436, 438), in_002(447, 447), in_002(467, 467), in_003(1272, 1273)],
        says: "The queue through which several processes communicate is created with `queue.Queue()`.",
        truth: Truth::OnlyWhen("a manager serves it to them"),
        explanation: "A `queue.Queue` is one for threads: passed to a child it is a copy under `fork`, and raises \
                      `TypeError` under `spawn`. Through the proxy of a manager several processes use it.",
        evidence: &[Asks("thread_queue_between_processes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/used_directly",
        places: &[in_001(638, 638), in_002(634, 634), in_003(1324, 1324)],
        says: "In a program of several processes on one machine the `Queue` that was created can be used directly.",
        truth: Truth::OnlyWhen("it is a `multiprocessing.Queue`"),
        explanation: "A `queue.Queue`, as in the example around this sentence, is copied by `fork`, so that nothing \
                      put by a child reaches its parent, and cannot be passed under `spawn`.",
        evidence: &[Asks("who_shares_a_queue"), Asks("thread_queue_between_processes")],
        ..Statement::DEFAULT
    },
];
