//! Threads: what the tutorials say.

use super::{Chapter, Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_004};
use crate::python::{EACH, ONCE, Script, Start, Version, script_file};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "threads", title: "Threads", statements: &[STATEMENTS], scripts: SCRIPTS };

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "threads/three_ways",
        places: &[in_000(9, 12), in_001(239, 239), in_002(10, 13)],
        says: "Several tasks can be done by several processes with one thread each, by one process with several \
            threads, or by several processes with several threads each.",
        explanation: "The script counts: two processes of two threads report two and four.",
        evidence: &[Evidence::Script("three_ways")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/at_least_one",
        places: &[
            in_000(5, 5),
            in_000(7, 7),
            in_000(17, 17),
            in_000(291, 291),
            in_001(241, 241),
            in_001(273, 273),
            in_002(9, 9),
            in_004(206, 206),
        ],
        says: "Every process has at least one thread, the main thread, which is there from the start; more can be \
            started.",
        explanation: "`/proc/self/task` lists one thread of a program that has started none.",
        evidence: &[Evidence::Script("native_threads")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/scheduled_by_the_system",
        places: &[in_001(306, 306), in_002(9, 9), in_004(238, 238)],
        says: "The operating system decides which thread runs when: threads that have been started may run in any \
            order.",
        modality: Modality::May,
        explanation: "Three threads that are started one after the other run in each of the six orders.",
        evidence: &[Evidence::Shows("thread/start_order")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/random_instances",
        places: &[in_000(55, 57)],
        says: "`random.random()` returns a number between 0 and 1; `random.Random()` makes an instance, as is usual \
            with several threads.",
        explanation: "`random.random` is a method of one hidden instance that all threads share; an instance of one's \
            own has a state of its own.",
        evidence: &[Evidence::Script("random_instances")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/real_threads",
        places: &[in_000(255, 255), in_001(243, 243), in_002(227, 227)],
        says: "Threads of Python are real POSIX threads of the operating system, and not simulated ones.",
        explanation: "Each has a `threading.get_native_id()` of its own, which `/proc/self/task` lists.",
        evidence: &[Evidence::Script("native_threads")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/two_modules",
        places: &[in_000(256, 256), in_001(245, 245), in_002(231, 235)],
        says: "The standard library has two modules: `_thread` is the low-level one, and `threading` the high-level \
            one that is made on top of it.",
        explanation: "`Thread.start` calls a function of `_thread`.",
        evidence: &[Evidence::Script("threading_module")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/start",
        places: &[in_000(258, 258), in_001(247, 247), in_002(237, 237), in_004(175, 175)],
        says: "To start a thread, one makes a `Thread` with a function and calls `start`, which runs the function in \
            the new thread.",
        evidence: &[Evidence::Shows("thread/join"), Evidence::Script("loop_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/loop_example",
        places: &[in_000(261, 287), in_001(249, 271), in_002(241, 271), in_004(177, 203)],
        says: "The example prints that the main thread is running, then all lines of `LoopThread`, and last, because \
            of `t.join()`, that the main thread has ended.",
        evidence: &[Evidence::Shows("thread/loop"), Evidence::Script("loop_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/current_thread",
        places: &[in_000(290, 290), in_001(273, 273)],
        says: "`threading.current_thread()` always returns the instance of the thread that calls it.",
        explanation: "A thread that `_thread` has started gets an instance as well, called `Dummy-1`.",
        evidence: &[Evidence::Shows("thread/current"), Evidence::Script("current_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/current_is_main_thread",
        places: &[in_002(239, 239)],
        says: "`threading.current_thread()` always returns the instance `MainThread`.",
        truth: Truth::Refuted,
        explanation: "It returns the instance of the thread that calls it: in `LoopThread` that one, as the output of \
            the same example says.",
        evidence: &[Evidence::Script("current_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/main_thread_name",
        places: &[in_000(273, 273), in_000(291, 291), in_001(273, 273), in_004(206, 206)],
        says: "The instance of the main thread is called `MainThread`.",
        evidence: &[Evidence::Script("current_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/name_at_creation",
        places: &[in_000(291, 291), in_001(273, 273), in_002(239, 239), in_004(206, 206)],
        says: "A child thread gets its name where it is made, as `LoopThread` in the example.",
        explanation: "`Thread(name=..)` gives it; `Thread.name` can be assigned to later, too.",
        evidence: &[Evidence::Script("loop_thread"), Evidence::Script("name_has_no_meaning")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/name_has_no_meaning",
        places: &[in_001(273, 273), in_002(239, 239)],
        says: "The name of a thread is only for printing, and has no other meaning.",
        explanation: "Two threads may have one name, also `MainThread`, and are themselves all the same.",
        evidence: &[Evidence::Script("name_has_no_meaning")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/default_names",
        places: &[in_001(273, 273)],
        says: "Threads without a name are called `Thread-1`, `Thread-2` and so on.",
        truth: Truth::OnlyWhen("the thread has no `target`, or the Python is older than 3.10"),
        explanation: "Since 3.10 the name of the target is added: `Thread-3 (loop)`. The script makes threads of both \
            kinds.",
        evidence: &[Evidence::Shows("thread/names"), Evidence::Script("thread_names")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/copies_in_processes",
        places: &[in_000(296, 296), in_001(277, 277), in_002(274, 274)],
        says: "With several processes each has its own copy of a variable, and they do not affect each other.",
        evidence: &[Evidence::Shows("balance/per_process"), Evidence::Script("own_memory")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/shared_variables",
        places: &[in_000(297, 297), in_001(277, 277), in_002(274, 274), in_004(238, 238)],
        says: "With several threads all variables are shared by all threads, and any thread can change any variable.",
        truth: Truth::OnlyWhen(
            "the variable is a global one, or belongs to an object that the other thread has: \
            local variables and the attributes of a `threading.local` are a thread's own",
        ),
        explanation: "The script assigns to a global variable and to a local one of the same name as another thread's.",
        evidence: &[Evidence::Shows("balance/in_threads"), Evidence::Script("shared_variables")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/shared_resources",
        places: &[in_000(507, 507), in_001(538, 538), in_002(229, 229), in_004(209, 209)],
        says: "The threads of a process share its resources: its memory, its files, its environment.",
        evidence: &[Evidence::Script("shared_resources")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/master_and_workers",
        places: &[in_001(532, 532), in_002(229, 229)],
        says: "A master and workers can be made of threads: the main thread is the master, and the other threads are \
            the workers.",
        evidence: &[Evidence::Script("thread_workers")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/fault_ends_the_process",
        places: &[in_001(538, 538)],
        says: "If the code of one thread commits a fault, the operating system ends the whole process.",
        explanation: "The message that is quoted is that of Windows; on POSIX the process is killed by SIGSEGV. An \
            exception is no such fault.",
        evidence: &[Evidence::Script("thread_crash")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/crash_may_end_the_process",
        places: &[in_001(538, 538), in_002(229, 229)],
        says: "If any thread crashes, that may take down the whole process, because all threads share its memory.",
        modality: Modality::May,
        explanation: "It does if the thread crashes natively; a Python exception ends only the thread that raises it.",
        evidence: &[Evidence::Shows("process/crash_of_a_thread"), Evidence::Script("thread_crash")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/one_dead_all_lost",
        places: &[in_000(507, 507)],
        says: "If one thread dies, all is lost, because all threads share the memory of the process.",
        truth: Truth::OnlyWhen(
            "the thread dies by a fault such as a read at address 0: an exception that nobody \
            catches ends that thread only",
        ),
        explanation: "The script has a thread of each kind: the first process is killed by SIGSEGV, the second one \
            goes on (`thread/failure_of_one` shows why).",
        evidence: &[Evidence::Script("thread_crash")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/a_little_faster",
        places: &[in_001(538, 538), in_002(229, 229)],
        says: "Several threads are usually a little faster than several processes, but not by much.",
        truth: Truth::Refuted,
        explanation: "To start and join them, threads are faster by far: 20 to 200 times under fork on Linux, \
            thousands of times under spawn. To compute in Python they are slower on several cores, because two \
            threads never run at the same time and two processes do.",
        evidence: &[Evidence::Script("threads_or_processes"), Evidence::Script("meet_in_a_loop")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/faster_on_windows",
        places: &[in_000(508, 508), in_001(540, 540)],
        says: "On Windows threads are more efficient than processes, which is why IIS uses threads; IIS is less \
            stable than Apache.",
        truth: Truth::OutOfScope("about Windows and its web server"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/hybrid_servers",
        places: &[in_000(510, 510), in_001(540, 540)],
        says: "IIS and Apache now mix several processes with several threads.",
        truth: Truth::OutOfScope("the history of two web servers"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/one_machine",
        places: &[in_000(549, 549), in_001(578, 578)],
        says: "Processes can be spread over several machines, but threads at most over the processors of one machine.",
        explanation: "All threads of a program have one process, as the script sees; that of several machines is the \
            chapter on managers.",
        evidence: &[Evidence::Script("native_threads")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "threads/prefer_processes",
        places: &[in_000(547, 548), in_001(578, 578)],
        says: "Of processes and threads one should prefer processes, because they are more stable.",
        truth: Truth::OutOfScope(
            "advice; what crashes do is said by threads/one_dead_all_lost and the chapter on \
            processes",
        ),
        ..Statement::DEFAULT
    },
];

const SCRIPTS: &[Script] = &[
    script_file!("three_ways", EACH, |_, _| &["2 of 2, 1 of 2, 2 of 4"]),
    script_file!("native_threads", ONCE, |_, _| &["1 at first, each of the system, in one process"]),
    script_file!("random_instances", ONCE, |_, _| &["right"]),
    script_file!("threading_module", ONCE, |_, _| &["_thread"]),
    script_file!("loop_thread", ONCE, |_, _| &["as printed"]),
    script_file!("current_thread", ONCE, |_, _| &["MainThread, LoopThread, Dummy"]),
    script_file!("name_has_no_meaning", ONCE, |_, _| &["no meaning"]),
    script_file!("thread_names", ONCE, default_names),
    script_file!("shared_variables", ONCE, |_, _| &["global changed, local as it was"]),
    script_file!("shared_resources", ONCE, |_, _| &["shared"]),
    script_file!("thread_workers", ONCE, |_, _| &["done by workers"]),
    script_file!("thread_crash", EACH, |_, _| &["crash killed, exception goes on"]),
    Script { measures: true, ..script_file!("threads_or_processes", EACH, |_, _| &["much faster"]) },
];

/// What two threads without a target are called, and one with.
fn default_names(version: Version, _: Start) -> &'static [&'static str] {
    let names_the_target = (version.major, version.minor) >= (3, 10);
    if names_the_target { &["Thread-1, Thread-2, Thread-3 (loop)"] } else { &["Thread-1, Thread-2, Thread-3"] }
}
