//! How a queue of processes is closed, joined and built: what the tutorials say of it.

use crate::statements::Evidence::{Contradicts, Script as Asks, Shows};
use crate::statements::{Statement, Truth, in_003};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "queues/close_forbids_putting",
        places: &[in_003(762, 762), in_003(822, 822)],
        says: "`Queue.close` closes the queue, so that no more data can be put into it.",
        truth: Truth::OnlyWhen("it is the same process that puts"),
        explanation: "`put` and `get` raise `ValueError` in the process that has called `close`. Other processes put \
                      and get as before.",
        evidence: &[
            Shows("queue/put_after_close"),
            Contradicts("queue/put_by_another_after_close"),
            Asks("close_of_a_queue"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/close_writes_what_was_put",
        places: &[in_003(823, 823)],
        says: "After `Queue.close` the background thread goes on writing what was put and is not written yet.",
        evidence: &[Shows("queue/join_thread"), Asks("close_leaves_the_feeder")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/thread_ends_with_close",
        places: &[in_003(824, 824)],
        says: "The background thread is closed as soon as `Queue.close` returns.",
        truth: Truth::Refuted,
        explanation: "`close` returns at once, and the thread ends when it has written all: never, if the pipe is full \
                      and nobody reads.",
        evidence: &[Contradicts("queue/feeder_after_close"), Asks("close_leaves_the_feeder")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/close_when_collected",
        places: &[in_003(825, 825)],
        says: "If the queue is garbage collected, it is closed automatically.",
        explanation: "Its background thread then ends, as after `close`.",
        evidence: &[Asks("queue_collected")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/close_is_no_signal",
        places: &[in_003(826, 826)],
        says: "`Queue.close` gives those who take from the queue no sign of the end of the data, and no exception.",
        explanation: "All processes that have the queue have both ends of its pipe, so `get` never comes to an end of \
                      file. A sentinel tells consumers.",
        evidence: &[Shows("queue/get_after_close"), Asks("close_tells_nobody")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/get_stays_blocked",
        places: &[in_003(827, 828)],
        says: "If a consumer waits in `get`, closing the queue in the producer does not make `get` return an error.",
        evidence: &[Shows("queue/get_after_close"), Shows("queue/sentinel"), Asks("close_tells_nobody")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/cancel_join_thread",
        places: &[in_003(763, 763), in_003(832, 832)],
        says: "After `Queue.cancel_join_thread` the background thread is not joined when the process ends.",
        explanation: "What is not written by then is lost.",
        evidence: &[Shows("queue/cancelled_and_joined"), Asks("who_waits_at_exit")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/cancel_keeps_join_thread_from_waiting",
        places: &[in_003(833, 833)],
        says: "`cancel_join_thread` keeps `join_thread` from blocking.",
        evidence: &[Asks("cancel_join_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/join_thread",
        places: &[in_003(764, 764), in_003(837, 837)],
        says: "`Queue.join_thread` joins the background thread of the queue.",
        explanation: "It may only be called after `close`.",
        evidence: &[Shows("queue/join_thread"), Asks("cancel_join_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/join_thread_waits_for_consumers",
        places: &[in_003(838, 839)],
        says: "`Queue.join_thread`, after `close`, waits until all items of the queue are consumed.",
        truth: Truth::Refuted,
        explanation: "It waits until all that this process has put is written into the pipe, which may be before \
                      anything is taken. `JoinableQueue.join` waits for consumers.",
        evidence: &[Contradicts("queue/join_thread_before_taken"), Asks("join_thread_returns_first")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/join_thread_at_exit",
        places: &[in_003(840, 840)],
        says: "By default `join_thread` is called by all processes that did not create the queue, when they end.",
        truth: Truth::OnlyWhen("they have put something"),
        explanation: "A process that has put nothing has no thread to join. The process that created the queue waits \
                      just so if it has put something. Therefore a parent takes what a child has put before it joins \
                      the child.",
        evidence: &[
            Shows("queue/join_then_get"),
            Shows("queue/get_then_join"),
            Asks("who_waits_at_exit"),
            Asks("join_then_get"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/cancel_forbids_it",
        places: &[in_003(841, 841)],
        says: "`cancel_join_thread` switches off that a process calls `join_thread` when it ends.",
        evidence: &[Shows("queue/cancelled_and_joined"), Asks("who_waits_at_exit")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/pipe_and_locks",
        places: &[in_003(849, 849)],
        says: "A `multiprocessing.Queue` is built of a pipe and locks.",
        explanation: "And of a semaphore for its size, and in each process that puts of a buffer and a thread.",
        evidence: &[Shows("pipe/received_with_a_lock"), Asks("queue_made_of")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/not_the_same",
        places: &[in_003(852, 852)],
        says: "The `Queue` objects of two processes are not the same one.",
        explanation: "Each has a buffer, a thread, and a mark whether it is closed; they share a pipe, locks and a \
                      semaphore.",
        evidence: &[Shows("queue/get_after_close"), Asks("close_of_a_queue"), Asks("sent_copy")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/pickled",
        places: &[in_003(852, 852)],
        says: "What is put is pickled and passed to the queue of the other process, which so gets what was put.",
        truth: Truth::OnlyWhen("nobody changes it before the background thread pickles it"),
        explanation: "`put` does not pickle; the background thread does, later. A change after `put` may be sent; and \
                      what cannot be pickled is dropped there, with a message, when `put` has long returned.",
        evidence: &[
            Shows("queue/put_a_copy"),
            Contradicts("queue/changed_after_put"),
            Asks("sent_copy"),
            Asks("changed_after_put"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/for_relatives",
        places: &[in_003(853, 853)],
        says: "A `Queue` is for parent and child, or for children of one parent.",
        explanation: "For grandchildren as well: for every process to which it is passed when it is started.",
        evidence: &[Asks("who_shares_a_queue")],
        ..Statement::DEFAULT
    },
];
