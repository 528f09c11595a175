//! How processes end: `terminate`, daemons, and what becomes of children and locks.

use crate::statements::{Evidence, Modality, Statement, Truth, in_003};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "processes/terminate",
        places: &[in_003(135, 135), in_003(169, 169)],
        says: "`Process.terminate` ends the process by force.",
        truth: Truth::OnlyWhen("the process neither handles nor ignores SIGTERM, which `terminate` sends"),
        explanation: "One that ignores it goes on. `Process.kill` sends SIGKILL, which cannot be ignored.",
        evidence: &[Evidence::Script("terminate_ignored")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/terminate_takes_time",
        places: &[in_003(211, 211)],
        says: "`terminate` does not end the process at once: `is_alive` tells whether it lives still.",
        modality: Modality::May,
        explanation: "`terminate` returns when the signal is sent. Just after it `is_alive` may return True; after \
            `join` it returns False.",
        evidence: &[Evidence::Shows("process/alive_after_terminate"), Evidence::Script("terminate_takes_time")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/terminate_then_join",
        places: &[in_003(212, 213)],
        says: "To close a child, call first `terminate` and then `join`: `join` waits until it has really ended.",
        evidence: &[Evidence::Shows("process/terminate_and_join"), Evidence::Script("terminate_takes_time")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/children_become_zombies",
        places: &[in_003(171, 171)],
        says: "If a process that has children is terminated, its children become zombies.",
        truth: Truth::Refuted,
        explanation: "They become orphans: they run on, and another process, often the process 1, becomes their \
            parent and waits for them. A zombie is a process that has itself ended and was not waited for.",
        evidence: &[
            Evidence::Contradicts("process/orphan_taken_for_a_zombie"),
            Evidence::Script("child_of_a_terminated"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/terminated_with_a_lock",
        places: &[in_003(172, 172)],
        says: "If a process holds a lock when it is terminated, the lock is not released, and a deadlock follows.",
        explanation: "In every execution whoever acquires the lock waits for ever. A lock that was released before is \
            free.",
        evidence: &[
            Evidence::Shows("process/terminated_while_it_holds_a_lock"),
            Evidence::Script("terminated_with_a_lock"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/daemon_default",
        places: &[in_003(140, 140), in_003(181, 181)],
        says: "`Process.daemon` is False by default.",
        explanation: "A process inherits it from the one that makes it, and a daemon may start none.",
        evidence: &[Evidence::Script("daemon_rules"), Evidence::Script("process_attributes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/daemon_ends_with_its_parent",
        places: &[in_003(183, 183), in_003(268, 299)],
        says: "When the parent of a process with `daemon = True` ends, the process ends with it.",
        truth: Truth::OnlyWhen("the parent comes to an end of its own: if it is killed, nobody terminates its daemons"),
        explanation: "`multiprocessing` terminates the daemons in the parent's last steps, which a killed parent does \
            not take, nor one that calls `os._exit`. In the example the parent ends by itself.",
        evidence: &[
            Evidence::Shows("process/daemon"),
            Evidence::Contradicts("process/daemon_of_a_killed_master"),
            Evidence::Script("daemon_of_a_killed_master"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/daemon_before_start",
        places: &[in_003(184, 184)],
        says: "`daemon` has to be set before `start`.",
        explanation: "After that the assignment raises `AssertionError`.",
        evidence: &[Evidence::Script("daemon_rules")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/daemon_has_no_children",
        places: &[in_003(184, 184)],
        says: "A process with `daemon = True` cannot create processes.",
        explanation: "`start` in it raises `AssertionError`, because its children would be left behind when it is \
            terminated. `os.fork` and `subprocess` are not refused.",
        evidence: &[Evidence::Script("daemon_rules")],
        ..Statement::DEFAULT
    },
];
