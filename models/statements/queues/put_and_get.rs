//! The methods that put, take and count: what the tutorials say of them.

use crate::statements::Evidence::{Contradicts, Script as Asks, Shows};
use crate::statements::{Modality, Statement, Truth, in_003};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "queues/maxsize",
        places: &[in_003(746, 746), in_003(912, 912)],
        says: "`maxsize` is the largest number of items that a queue may hold.",
        evidence: &[Shows("queue/bounded"), Asks("put_nowait")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/get_waits",
        places: &[in_003(755, 755), in_003(777, 779)],
        says: "`Queue.get` returns an item; if the queue is empty it waits until there is one.",
        evidence: &[Shows("queue/get_what_was_put"), Shows("queue/bounded"), Asks("blocking")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/get_false",
        places: &[in_003(779, 780)],
        says: "With `block=False` `Queue.get` raises `Empty` instead of waiting.",
        evidence: &[Shows("queue/drained"), Asks("get_nowait")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/where_empty_is",
        places: &[in_003(780, 780), in_003(782, 782), in_003(793, 793)],
        says: "The exceptions of a `Queue` are `Queue.Empty` and `Queue.Full`, of the module `Queue`.",
        truth: Truth::Refuted,
        explanation: "The module is `queue` since Python 3.0; the class `multiprocessing.Queue` has no `Empty`. They \
                      are `queue.Empty` and `queue.Full` for queues of processes as well.",
        evidence: &[Asks("where_empty_is")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/get_timeout",
        places: &[in_003(781, 782)],
        says: "`Queue.get` with a timeout raises `Empty` if there is no item within that time.",
        evidence: &[Shows("queue/get_timeout"), Asks("get_nowait")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/get_nowait",
        places: &[in_003(756, 756), in_003(784, 786)],
        says: "`Queue.get_nowait()` is the same as `Queue.get(False)`.",
        evidence: &[Shows("queue/drained"), Asks("get_nowait")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/put_waits",
        places: &[in_003(757, 757), in_003(790, 791)],
        says: "`Queue.put` adds an item; if the queue is full it waits until there is room.",
        evidence: &[Shows("queue/bounded"), Asks("blocking")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/put_false_raises_empty",
        places: &[in_003(792, 793)],
        says: "With `block=False` `Queue.put` raises `Empty` if there is no room.",
        truth: Truth::Refuted,
        explanation: "It raises `queue.Full`: a handler of `Empty` does not catch it.",
        evidence: &[Contradicts("queue/full_not_caught"), Asks("put_nowait")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/put_timeout",
        places: &[in_003(794, 795)],
        says: "The timeout of `Queue.put` is how long it waits for room; then it raises `Full`.",
        evidence: &[Shows("queue/put_timeout"), Asks("put_nowait")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/put_nowait_is_get",
        places: &[in_003(797, 799)],
        says: "`Queue.put_nowait()` is the same as `Queue.get(False)`.",
        truth: Truth::Refuted,
        explanation: "`put_nowait(item)` is the same as `put(item, False)`. It takes an item, and raises `TypeError` \
                      without one.",
        evidence: &[Asks("put_nowait_is_put")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/both_block",
        places: &[in_003(755, 755), in_003(757, 757), in_003(850, 850)],
        says: "`Queue.put` and `Queue.get` are blocking methods.",
        truth: Truth::OnlyWhen("the queue is full, or empty, and `block` is left `True`"),
        explanation: "`put` into a `multiprocessing.Queue` that is not full only adds to a buffer, and returns at \
                      once, however long the item is.",
        evidence: &[Asks("blocking")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/nowait_does_not_block",
        places: &[in_003(756, 756), in_003(758, 758), in_003(851, 851)],
        says: "`put_nowait` and `get_nowait` do not block.",
        truth: Truth::OnlyWhen("no item is so long that it is written in pieces"),
        explanation: "`get_nowait` waits for the rest of an item of which the beginning is in the pipe: for ever, if \
                      the process that writes it is stopped or killed.",
        evidence: &[
            Shows("queue/get_nowait_of_a_short_item"),
            Contradicts("queue/get_nowait_of_half_an_item"),
            Asks("get_nowait_waits"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/nowait_needs_a_handler",
        places: &[in_003(851, 851)],
        says: "Since `put_nowait` and `get_nowait` do not wait, the exceptions that they raise have to be handled.",
        evidence: &[
            Shows("queue/put_nowait"),
            Shows("queue/drained"),
            Shows("queue/full_not_caught"),
            Asks("put_nowait"),
            Asks("get_nowait"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/qsize_is_right",
        places: &[in_003(759, 759), in_003(803, 803)],
        says: "`Queue.qsize` returns the right number of items that are in the queue.",
        truth: Truth::OnlyWhen("nobody puts or takes meanwhile"),
        explanation: "In a `multiprocessing.Queue` it counts as well what is still in the buffer of a process, which \
                      nobody can get yet.",
        evidence: &[Shows("queue/drained"), Contradicts("queue/drained_by_size"), Asks("qsize_and_empty")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/qsize_is_unreliable",
        places: &[in_003(804, 806)],
        says: "The result of `qsize` is not reliable: between getting it and using it items may have been added or \
               removed.",
        modality: Modality::May,
        explanation: "`get_nowait` after `qsize` has returned 1 raises `Empty` if another worker was quicker.",
        evidence: &[Shows("queue/drained_by_size")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/qsize_not_implemented",
        places: &[in_003(807, 807)],
        says: "On some systems `qsize` raises `NotImplementedError`.",
        truth: Truth::OutOfScope("it is so on macOS, which has no `sem_getvalue`; CPython is asked on Linux"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/empty",
        places: &[in_003(760, 760), in_003(811, 811)],
        says: "`Queue.empty` returns `True` if the queue is empty at that moment, and so tells whether it is.",
        truth: Truth::OnlyWhen("all that was put has been written into the pipe"),
        explanation: "Right after `put` it may return `True` while `qsize` returns 1: the item is still in the buffer \
                      of the process that has put it.",
        evidence: &[Contradicts("queue/empty_after_put"), Asks("qsize_and_empty")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/empty_is_unreliable",
        places: &[in_003(812, 814)],
        says: "The result of `empty` is not reliable if others add items: between getting it and using it items may \
               have been added.",
        modality: Modality::May,
        explanation: "A worker that leaves when `empty` returns `True` leaves tasks undone; one that calls `get` when \
                      it returned `False` may wait for ever, if another one took the last item.",
        evidence: &[Shows("queue/left_when_empty"), Shows("queue/drained_unless_empty")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/full",
        places: &[in_003(761, 761), in_003(817, 817)],
        says: "`Queue.full` tells whether the queue is full: it returns `True` if it is.",
        evidence: &[Asks("full")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/full_is_unreliable",
        places: &[in_003(818, 818)],
        says: "The result of `full` may be unreliable because of other threads.",
        modality: Modality::May,
        evidence: &[Shows("queue/put_unless_full")],
        ..Statement::DEFAULT
    },
];
