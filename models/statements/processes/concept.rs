//! What a process is, and what it has of its own.

use crate::statements::{Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_003};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "processes/each_run_is_a_process",
        places: &[in_000(4, 4), in_002(8, 8), in_003(59, 59)],
        says: "Each run of a program is a process of its own: to start the same program twice is to start two \
            processes, which give different results for different data.",
        explanation: "The script runs one program twice at the same time: there are two pids and two results.",
        evidence: &[Evidence::Script("one_program_twice")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/definition",
        places: &[in_003(43, 49)],
        says: "A process is an instance of a program that is being executed, and the basic unit of dynamic execution.",
        truth: Truth::OutOfScope("a definition: there is nothing that it could contradict"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/unit_of_scheduling",
        places: &[in_003(47, 47), in_003(56, 56)],
        says: "A process is the unit to which resources are allocated, and also the unit that is scheduled and \
            executed.",
        truth: Truth::OnlyWhen("it has one thread: what the system schedules is the thread"),
        explanation: "Linux lists one unit of execution in `/proc/self/task` for a process of one thread, and two for \
            one of two threads. Resources do belong to the process.",
        evidence: &[Evidence::Script("tasks_of_the_system")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/come_and_go",
        places: &[in_003(54, 54)],
        says: "Processes are dynamic: they come into being and pass away.",
        explanation: "They are gone when their parent has waited for them, as `Process.join` does.",
        evidence: &[Evidence::Shows("process/waited_for"), Evidence::Script("process_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/concurrent",
        places: &[in_003(55, 55)],
        says: "Any process can run concurrently with other processes.",
        explanation: "Two processes meet at a `Barrier`, which opens only if both run.",
        evidence: &[Evidence::Script("at_the_same_time")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/unpredictable_pace",
        places: &[in_003(57, 57)],
        says: "Processes go on at their own unpredictable pace, and may be interrupted at any point.",
        modality: Modality::May,
        explanation: "Of two processes that were started one after the other either may do its work first.",
        evidence: &[Evidence::Shows("process/order_of_starting"), Evidence::Script("order_of_starting")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/three_parts",
        places: &[in_003(58, 58)],
        says: "A process consists of a program, data, and a process control block.",
        truth: Truth::OutOfScope(
            "a division of the textbooks: the control block is the system's, and nobody can ask for it",
        ),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/program_stays",
        places: &[in_003(59, 59)],
        says: "While a process runs its program cannot change.",
        truth: Truth::Refuted,
        explanation: "`os.execv` replaces the program of a process by another one; the pid stays the same. \
            `subprocess` rests on it.",
        evidence: &[Evidence::Script("exec_replaces")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/crash_of_one",
        places: &[in_000(503, 503), in_001(534, 534), in_002(22, 22)],
        says: "Several processes are stable: if a child process crashes, the main process and the other children are \
            not affected.",
        truth: Truth::OnlyWhen("it held nothing that the others need"),
        explanation: "The others go on with their own memory. A lock that it held stays held, and a queue that it was \
            reading stays locked, so that the others wait for ever.",
        evidence: &[
            Evidence::Shows("process/crash"),
            Evidence::Shows("process/terminated_after_release"),
            Evidence::Contradicts("process/terminated_with_a_lock"),
            Evidence::Script("crash_of_a_child"),
            Evidence::Script("ended_in_get"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/apache",
        places: &[in_000(503, 503), in_001(534, 534), in_002(22, 22)],
        says: "Apache was the first to use several processes in this way.",
        truth: Truth::OutOfScope("the history of a web server"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/master_dies",
        places: &[in_001(534, 534)],
        says: "If the main process dies, all processes die.",
        truth: Truth::Refuted,
        explanation: "The children of a killed process live on, with another parent; so do its daemons. One that \
            comes to its end by itself terminates its daemons and waits for its other children.",
        evidence: &[
            Evidence::Contradicts("process/daemon_of_a_killed_master"),
            Evidence::Contradicts("process/not_a_daemon"),
            Evidence::Script("daemon_of_a_killed_master"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/master_is_safe",
        places: &[in_001(534, 534)],
        says: "The master rarely dies, because it only hands out tasks.",
        truth: Truth::OutOfScope("a guess at a frequency"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/expensive",
        places: &[in_000(504, 504), in_001(536, 536)],
        says: "To create a process is expensive.",
        explanation: "Measured against a thread: to start and join a process takes tens of times as long by fork, and \
            hundreds of times by spawn.",
        evidence: &[Evidence::Script("start_costs")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/memory_cost",
        places: &[in_002(23, 23)],
        says: "Several processes cost very much processor time and memory.",
        explanation: "Measured against a thread: a process that does nothing has many times as much memory of its \
            own. By fork it is less than by spawn, because what neither changes is shared.",
        evidence: &[Evidence::Script("memory_costs"), Evidence::Script("start_costs")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/fork_is_cheaper",
        places: &[in_001(536, 536)],
        says: "To create a process by `fork` on Unix is acceptable; to create one on Windows costs a great deal.",
        explanation: "Measured on Linux: the method spawn, which is the one of Windows, takes more than ten times as \
            long as fork.",
        evidence: &[Evidence::Script("spawn_costs")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/number_is_limited",
        places: &[in_001(536, 536)],
        says: "The number of processes that the system can run at the same time is limited.",
        explanation: "When the limit is reached `os.fork` raises `BlockingIOError`. Also those count that have ended \
            and were not waited for.",
        modality: Modality::May,
        evidence: &[Evidence::Shows("process/zombies"), Evidence::Script("process_limit")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/master_and_workers",
        places: &[in_000(499, 499), in_001(528, 530), in_002(21, 21)],
        says: "A master and workers can be made of processes: the main process is the master, and the other processes \
            are the workers.",
        explanation: "So it is in the example: the main process starts the child and waits for it.",
        evidence: &[Evidence::Script("process_example")],
        ..Statement::DEFAULT
    },
];
