//! Queues that are joined: what the tutorials say of them.

use crate::statements::Evidence::{Contradicts, Script as Asks, Shows};
use crate::statements::{Statement, Truth, in_003};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "queues/joinable_is_a_queue",
        places: &[in_003(915, 915)],
        says: "A `JoinableQueue` has the methods of a `Queue`, and `task_done` and `join`.",
        evidence: &[Asks("joinable_queue")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/task_done",
        places: &[in_003(921, 921), in_003(935, 935)],
        says: "`task_done` says that an item that `get` has returned is processed.",
        explanation: "Nobody checks it: it says so for any one item that was put.",
        evidence: &[Shows("queue/join"), Shows("queue/task_done_once_each"), Asks("join_waits_for_task_done")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/task_done_too_often",
        places: &[in_003(936, 936)],
        says: "`task_done` raises `ValueError` if it is called more often than items were removed from the queue.",
        truth: Truth::OnlyWhen("it is also more often than items were put"),
        explanation: "It counts what was put: with two items put and one removed a second `task_done` is accepted, and \
                      `join` may return too early.",
        evidence: &[Shows("queue/task_done_too_often"), Contradicts("queue/task_done_for_another"), Asks("task_done")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/join",
        places: &[in_003(922, 922), in_003(940, 940)],
        says: "`JoinableQueue.join` blocks the caller until all items of the queue are processed.",
        evidence: &[Shows("queue/join"), Shows("queue/join_after_producer"), Asks("join_waits_for_task_done")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/join_counts_task_done",
        places: &[in_003(922, 922), in_003(941, 941), in_003(975, 975)],
        says: "`JoinableQueue.join` waits until `task_done` has been called for each item that was put.",
        evidence: &[Shows("queue/join"), Shows("queue/task_done_missing"), Asks("join_waits_for_task_done")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/tells_the_system",
        places: &[in_003(925, 925)],
        says: "`task_done` tells the operating system that a `get` is finished, and `join` tells it that the queue is \
               taken empty.",
        truth: Truth::Refuted,
        explanation: "Neither tells the system anything about items: `task_done` lowers a count that processes share, \
                      and `join` waits until it is 0. A queue may be empty long before.",
        evidence: &[Contradicts("queue/join_when_empty"), Asks("join_waits_for_task_done")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/consumer_is_a_daemon",
        places: &[in_003(970, 970)],
        says: "In the example the consumer has to be a daemon: else it runs for ever, and `q.join()` does not help.",
        explanation: "A program joins its children that are no daemons when it ends.",
        evidence: &[Shows("queue/consumer_joined"), Asks("consumer_not_daemon")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/do_not_join_the_consumer",
        places: &[in_003(973, 973)],
        says: "In the example the consumer must not be joined: the program would run for ever.",
        evidence: &[Shows("queue/consumer_joined"), Asks("reader_never_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/example_of_joining",
        places: &[in_003(953, 975)],
        says: "In the example the consumer has eaten all that the producer has made when `q.join()` returns, and the \
               program ends.",
        evidence: &[Shows("queue/join_after_producer"), Asks("joinable_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/made_and_put",
        places: &[in_003(963, 964)],
        says: "In the example the message of the producer names what it puts.",
        truth: Truth::Refuted,
        explanation: "It counts from 1 in the message and from 0 in what it puts: what is made as number 1 is eaten as \
                      number 0.",
        evidence: &[Asks("joinable_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/join_the_producer_first",
        places: &[in_003(974, 974)],
        says: "In the example the producer is joined before the queue, since it has to put all of its data first.",
        explanation: "`q.join()` before that returns as soon as what was put so far is done: at once, if nothing was \
                      put.",
        evidence: &[Shows("queue/join_after_producer"), Asks("join_before_put")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "queues/join_waits_for_later_items",
        places: &[in_003(975, 975)],
        says: "`q.join()` in the example waits for all data of the producer, because as many `task_done` come as there \
               are items.",
        truth: Truth::OnlyWhen("the producer has put all before"),
        explanation: "`join` knows only of what was put so far.",
        evidence: &[
            Shows("queue/join_after_producer"),
            Contradicts("queue/join_before_all_is_put"),
            Asks("join_before_put"),
        ],
        ..Statement::DEFAULT
    },
];
