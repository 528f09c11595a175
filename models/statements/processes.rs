//! Processes: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{EACH, ONCE, Script, Start, script_file};

mod concept;
mod creation;
mod ending;
mod fork;
mod freeze_support;
mod object;

pub(super) const CHAPTER: Chapter =
    Chapter { name: "processes", title: "Processes", statements: PARTS, scripts: SCRIPTS };

const PARTS: &[&[Statement]] = &[
    concept::STATEMENTS,
    fork::STATEMENTS,
    object::STATEMENTS,
    creation::STATEMENTS,
    freeze_support::STATEMENTS,
    ending::STATEMENTS,
];

const SCRIPTS: &[Script] = &[
    script_file!("one_program_twice", ONCE, |_, _| &["2 processes, 2 results"]),
    script_file!("exec_replaces", ONCE, |_, _| &["another program in the same process"]),
    script_file!("tasks_of_the_system", ONCE, |_, _| &["1 for one thread, 2 for two"]),
    script_file!("at_the_same_time", EACH, |_, _| &["both run"]),
    script_file!("fork_returns_twice", ONCE, |_, _| &["0 and a copy in the child, its pid in the parent"]),
    script_file!("fork_unflushed", ONCE, |_, _| &["twice"]),
    script_file!("fork_of_a_held_lock", EACH, |_, start| match start {
        Start::Fork => &["takes it, waits"],
        Start::Spawn => &["takes it, takes it"],
    }),
    script_file!("getppid_of_an_orphan", ONCE, |_, _| &["the parent's, another's"]),
    script_file!("child_for_each_task", ONCE, |_, _| &["3 children, all done"]),
    script_file!("pid_of_threads", ONCE, |_, _| &["1 pid, 2 threads"]),
    script_file!("own_memory", EACH, |_, _| &["as they were"]),
    script_file!("process_example", EACH, |_, _| &["a child of this process, alive, not alive"]),
    script_file!("process_arguments", EACH, |_, _| &["a group is refused, the others arrive"]),
    script_file!("process_attributes", EACH, |_, _| &["as said"]),
    script_file!("authkey", EACH, |_, _| &["32 bytes, the same in the child, connects, AuthenticationError"]),
    script_file!("start_and_run", EACH, |_, _| &["in a child and joined, in the caller and AssertionError"]),
    script_file!("subclass_of_process", EACH, |_, _| &["TypeError, two work, no run works"]),
    script_file!("join_with_timeout", EACH, |_, _| &["None, alive, None"]),
    script_file!("order_of_starting", EACH, |_, _| &["started second, started first"]),
    script_file!("what_a_child_begins_with", EACH, |_, start| match start {
        Start::Fork => &["a copy of its parent"],
        Start::Spawn => &["a new program"],
    }),
    script_file!("unpicklable_argument", EACH, |_, start| match start {
        Start::Fork => &["works"],
        Start::Spawn => &["cannot be pickled"],
    }),
    script_file!("unpicklable_global", EACH, |_, _| &["starts"]),
    script_file!("main_guard", EACH, |_, start| match start {
        Start::Fork => &["works after 1, works after 1"],
        Start::Spawn => &["RuntimeError after 2, works after 2"],
    }),
    script_file!("interactive", EACH, |_, start| match start {
        Start::Fork => &["works, works"],
        Start::Spawn => &["fails, works"],
    }),
    script_file!("freeze_support", EACH, |_, start| match start {
        Start::Fork => &["works, works"],
        Start::Spawn => &["RuntimeError, works"],
    }),
    script_file!("freeze_support_does_nothing", ONCE, |_, _| &["nothing, as said"]),
    script_file!("freeze_support_before_3_8", ONCE, |_, _| &["older", "no older Python here"]),
    script_file!("terminate_takes_time", EACH, |_, _| &["alive before, alive just after, not alive when joined"]),
    script_file!("terminate_ignored", EACH, |_, _| &["ends and ends by SIGTERM, goes on and ends by SIGKILL"]),
    script_file!("child_of_a_terminated", EACH, |_, _| &["its child lives with another parent"]),
    script_file!("terminated_with_a_lock", EACH, |_, _| &["can be taken, stays held"]),
    script_file!("ended_in_get", EACH, |_, _| &["got it, waits"]),
    script_file!("daemon_rules", EACH, |_, _| &["False, AssertionError, AssertionError, starts it"]),
    script_file!("daemon_of_a_killed_master", EACH, |_, _| &["is terminated, lives, lives"]),
    script_file!("crash_of_a_child", EACH, |_, _| &["-11, 1, the others go on"]),
    script_file!("process_limit", ONCE, |_, _| &["BlockingIOError"]),
    Script { measures: true, ..script_file!("start_costs", EACH, |_, _| &["dearer"]) },
    Script { measures: true, ..script_file!("memory_costs", EACH, |_, _| &["more"]) },
    Script { measures: true, ..script_file!("spawn_costs", ONCE, |_, _| &["dearer"]) },
];
