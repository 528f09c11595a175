//! The example with one sender and several receivers: what its comments say.

use crate::statements::Evidence::{Contradicts, Script as Asks, Shows};
use crate::statements::{Statement, Truth, in_003};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "queues/one_sender_several_receivers",
        places: &[in_003(859, 859), in_003(884, 896)],
        says: "In the example one process sends ten items through a `Queue(5)`, and two processes receive them.",
        truth: Truth::OnlyWhen("there is room at each `put_nowait` and an item at each `qsize`"),
        explanation: "None are received if the receivers come first, and five are lost if they come last.",
        evidence: &[Contradicts("queue/one_to_many"), Shows("queue/receivers_told"), Asks("one_to_many")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/sender_leaves_when_all_is_sent",
        places: &[in_003(866, 866)],
        says: "In the example the sender leaves its loop when all data has been sent.",
        truth: Truth::Refuted,
        explanation: "It leaves when it has tried each item once: what `put_nowait` refuses with `Full` is dropped.",
        evidence: &[Contradicts("queue/refused_and_dropped"), Asks("one_to_many")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/receivers_leave_when_all_is_received",
        places: &[in_003(875, 875)],
        says: "In the example a receiver leaves its loop `while q.qsize()` when all data has been received.",
        truth: Truth::Refuted,
        explanation: "It leaves as soon as `qsize` is 0 for a moment: before the first item, if it is quicker than the \
                      sender.",
        evidence: &[Contradicts("queue/receivers_leave_early"), Asks("one_to_many")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/queue_is_full",
        places: &[in_003(867, 871)],
        says: "In the example an exception at `put_nowait` means that the queue is full.",
        truth: Truth::OnlyWhen("the exception is `Full`"),
        explanation: "The handler catches every exception: after `close`, `put_nowait` raises `ValueError`, and the \
                      message is the same.",
        evidence: &[Shows("queue/put_nowait"), Asks("put_nowait"), Asks("bare_except")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/queue_is_empty",
        places: &[in_003(876, 880)],
        says: "In the example an exception at `get_nowait` means that the queue is empty.",
        truth: Truth::Refuted,
        explanation: "`get_nowait` raises `Empty` also while another process takes, since it does not wait for the \
                      lock, and while an item is on its way from the buffer of its sender.",
        evidence: &[Contradicts("queue/empty_after_put"), Asks("bare_except")],
        ..Statement::DEFAULT
    },
];
