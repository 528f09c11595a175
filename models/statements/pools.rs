//! Pools of processes: what the tutorials say.

use super::{Chapter, Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_003, in_004};
use crate::python::{EACH, Script, Start, Version, script_file};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "pools", title: "Pools of processes", statements: &[STATEMENTS], scripts: SCRIPTS };

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "pools/many_at_once",
        places: &[in_000(52, 53), in_001(78, 78), in_002(74, 74), in_003(1176, 1176), in_004(49, 49)],
        says: "`Pool` creates a given number of child processes for its user.",
        explanation: "`Pool(4)` has four children as soon as it has been made.",
        evidence: &[Evidence::Shows("pool/workers_reused"), Evidence::Script("pool_size")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/processes_on_demand",
        places: &[in_003(1176, 1176)],
        says: "When a task is submitted and the pool is not full, a process is created for it; if it is full, the \
            task waits until a process ends, and then a new one is created.",
        truth: Truth::Refuted,
        explanation: "All processes start with the pool, before there is a task, and the same ones do all tasks: a \
            task waits until a process is free, not until one ends. Only with `maxtasksperchild=1` is there a new one \
            for each.",
        evidence: &[Evidence::Contradicts("pool/process_for_each_task"), Evidence::Script("pool_workers")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/threads",
        places: &[in_003(1171, 1172), in_003(1214, 1214), in_003(1241, 1241)],
        says: "`Pool.apply` and `Pool.map` are uses of multithreading.",
        truth: Truth::Refuted,
        explanation: "The tasks are done by other processes: `os.getpid` in a task returns none of the caller's. \
            `multiprocessing.pool.ThreadPool` is the one with threads.",
        evidence: &[Evidence::Script("pool_workers")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/fifth_task_waits",
        places: &[in_000(99, 99), in_001(122, 122), in_002(116, 116)],
        says: "Of five tasks in `Pool(4)` the first four are done at once, and the last waits until one of them is \
            done.",
        evidence: &[Evidence::Shows("pool/at_most"), Evidence::Script("pool_waits")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/process_of_the_fifth",
        places: &[in_000(88, 91), in_001(108, 111), in_002(102, 105), in_004(77, 79)],
        says: "In the output the fifth task is run by the process whose task was done first, with the same pid.",
        explanation: "Which process that is differs from run to run; it is always one of the four.",
        evidence: &[Evidence::Shows("pool/workers_reused"), Evidence::Script("pool_waits")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/default_size",
        places: &[in_000(99, 99), in_001(130, 130), in_002(116, 116), in_004(88, 88)],
        says: "The default size of a `Pool` is the number of processor cores.",
        truth: Truth::OnlyWhen(
            "logical processors are counted as cores, and, since Python 3.13, the program may use all of them",
        ),
        explanation: "`Pool()` takes `os.cpu_count()`; since 3.13 it takes `os.process_cpu_count()`, which counts \
            only those that the program may use.",
        evidence: &[Evidence::Script("pool_size")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/waits_because_of_cores",
        places: &[in_000(99, 99), in_002(116, 116)],
        says: "In the example the fifth task waits because the default size of a `Pool` is the number of cores, which \
            is four.",
        truth: Truth::Refuted,
        explanation: "It waits because the example says `Pool(4)`. That has four processes where the system says that \
            there are seven processors, too.",
        evidence: &[Evidence::Script("pool_size"), Evidence::Script("pool_waits")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/default_size_is_four",
        places: &[in_001(122, 122)],
        says: "The fifth task waits because the default size of the `Pool` has been set to four.",
        truth: Truth::Refuted,
        explanation: "Four is what the example asks for; the default size is the number of processors.",
        evidence: &[Evidence::Script("pool_size")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/nine_tasks_on_eight_cores",
        places: &[in_001(130, 130)],
        says: "With eight cores one has to submit at least nine tasks to see the waiting.",
        truth: Truth::OnlyWhen(
            "the pool is made by `Pool()`: with `Pool(4)`, as in the example, the fifth task waits everywhere",
        ),
        explanation: "A pool does as many tasks at once as it has processes, whatever the number of cores: `Pool(4)` \
            four, `Pool(5)` five, also on one core. Only the default depends on the cores.",
        evidence: &[Evidence::Shows("pool/at_most"), Evidence::Script("pool_waits"), Evidence::Script("pool_size")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/five_at_once",
        places: &[in_000(99, 99), in_001(122, 128), in_002(116, 116)],
        says: "The limit is one of `Pool` and not of the operating system: with `Pool(5)` five processes run at the \
            same time.",
        evidence: &[Evidence::Shows("pool/at_most"), Evidence::Script("pool_waits")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/nothing_after_close",
        places: &[
            in_000(77, 77),
            in_001(120, 120),
            in_002(114, 114),
            in_003(1184, 1184),
            in_003(1197, 1197),
            in_003(1239, 1239),
            in_004(88, 88),
        ],
        says: "After `Pool.close` nothing can be added to the pool any more.",
        explanation: "`apply`, `apply_async`, `map` and `map_async` raise `ValueError: Pool not running`; what was \
            submitted before is done.",
        evidence: &[Evidence::Shows("pool/submit_after_close"), Evidence::Script("submit_after_close")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/processes_are_added",
        places: &[in_000(77, 77), in_001(120, 120), in_002(114, 114), in_003(1239, 1239), in_004(88, 88)],
        says: "What can be added to a pool until `close` are processes.",
        truth: Truth::Refuted,
        explanation: "Tasks are added. The processes are there from the start, and adding a task adds none.",
        evidence: &[Evidence::Contradicts("pool/process_for_each_task"), Evidence::Script("pool_workers")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/close_before_join",
        places: &[in_000(78, 78), in_001(120, 120), in_002(114, 114)],
        says: "`Pool.close` has to be called before `Pool.join`.",
        truth: Truth::OnlyWhen("the pool is not terminated instead"),
        explanation: "Without either `join` raises `ValueError`; after `terminate` it returns as well.",
        evidence: &[Evidence::Shows("pool/join_before_close"), Evidence::Script("join_before_close")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/close_or_terminate_before_join",
        places: &[in_003(1238, 1238)],
        says: "Before `Pool.join`, `close` or `terminate` has to be called; else it is an error.",
        explanation: "`ValueError: Pool is still running`.",
        evidence: &[Evidence::Shows("pool/join_before_close"), Evidence::Script("join_before_close")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/join_waits",
        places: &[
            in_000(78, 79),
            in_001(120, 120),
            in_002(114, 114),
            in_003(1186, 1186),
            in_003(1199, 1199),
            in_003(1239, 1239),
        ],
        says: "`Pool.join` waits until all child processes are through with their work and have ended.",
        evidence: &[
            Evidence::Shows("pool/close_and_join"),
            Evidence::Shows("pool/closed_in_a_task"),
            Evidence::Script("pool_join_waits"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/example_is_done",
        places: &[in_000(59, 97), in_001(80, 116), in_002(76, 110), in_003(1216, 1235), in_004(52, 85)],
        says: "The example with `apply_async`, `close` and `join` prints that it waits while the tasks run, and that \
            all are done when they are.",
        explanation: "`apply_async` does not wait, and `join` does.",
        evidence: &[
            Evidence::Shows("pool/apply_async_returns"),
            Evidence::Shows("pool/close_and_join"),
            Evidence::Script("apply_and_map"),
            Evidence::Script("pool_join_waits"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/apply_blocks",
        places: &[in_003(1182, 1182), in_003(1195, 1195), in_003(1229, 1229)],
        says: "`Pool.apply` blocks until the task is done.",
        explanation: "A task that waits for its caller's next step is never done.",
        evidence: &[Evidence::Shows("pool/apply_waits"), Evidence::Script("apply_and_map")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/apply_async_does_not_block",
        places: &[in_003(1183, 1183), in_003(1196, 1196), in_003(1230, 1230)],
        says: "`Pool.apply_async` does not block.",
        evidence: &[Evidence::Shows("pool/apply_async_returns"), Evidence::Script("apply_and_map")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/callback",
        places: &[in_003(1183, 1183), in_003(1196, 1196)],
        says: "`apply_async` has an argument `callback`.",
        explanation: "It is called with what the task returns, and not if the task raises: that is for \
            `error_callback`.",
        evidence: &[Evidence::Shows("pool/callback"), Evidence::Script("callbacks")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/terminate",
        places: &[in_003(1185, 1185), in_003(1198, 1198)],
        says: "`Pool.terminate` ends the working processes, and tasks that are not done are not done any more.",
        evidence: &[Evidence::Shows("pool/terminated"), Evidence::Script("pool_terminate")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/async_result",
        places: &[in_003(1201, 1201)],
        says: "`apply_async` and `map_async` return an `AsyncResult`.",
        explanation: "`map_async` returns a `MapResult`, which is derived from it.",
        evidence: &[Evidence::Script("async_result")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/get_waits",
        places: &[in_003(1202, 1202)],
        says: "`AsyncResult.get` returns the result, and waits until it arrives if need be.",
        truth: Truth::OnlyWhen("the process that does the task lives until it is done"),
        explanation: "If it is killed the pool starts another one, and the task is lost: `get` waits for ever. \
            `concurrent.futures.ProcessPoolExecutor` raises `BrokenProcessPool` instead.",
        evidence: &[
            Evidence::Shows("pool/failure"),
            Evidence::Contradicts("pool/worker_dies"),
            Evidence::Script("worker_dies"),
            Evidence::Script("worker_dies_and_is_missed"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/get_timeout",
        places: &[in_003(1202, 1202)],
        says: "`AsyncResult.get(timeout)` raises an exception if the result does not arrive in time.",
        explanation: "`multiprocessing.TimeoutError`. The task goes on.",
        evidence: &[Evidence::Shows("pool/get_timeout"), Evidence::Script("async_result")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/exception_is_raised_again",
        places: &[in_003(1203, 1203)],
        says: "If the task raises an exception, `AsyncResult.get` raises it again.",
        evidence: &[
            Evidence::Shows("pool/failure"),
            Evidence::Script("async_result"),
            Evidence::Script("pool_results"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/ready",
        places: &[in_003(1204, 1204)],
        says: "`AsyncResult.ready` returns True when the task is done.",
        evidence: &[Evidence::Shows("pool/wait"), Evidence::Script("async_result")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/successful",
        places: &[in_003(1205, 1205)],
        says: "`AsyncResult.successful` returns True if the task is done and has raised nothing.",
        evidence: &[
            Evidence::Shows("pool/successful"),
            Evidence::Script("async_result"),
            Evidence::Script("pool_results"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/successful_too_early",
        places: &[in_003(1205, 1205)],
        says: "`AsyncResult.successful`, called before the result is ready, raises an exception.",
        modality: Modality::May,
        explanation: "`ValueError` since Python 3.7, `AssertionError` before. A call right after `apply_async` may \
            come too early.",
        evidence: &[Evidence::Shows("pool/successful_too_early"), Evidence::Script("async_result")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/wait",
        places: &[in_003(1206, 1206)],
        says: "`AsyncResult.wait(timeout)` waits until the result is there.",
        explanation: "At most for the given time; `ready` tells whether it is.",
        evidence: &[Evidence::Shows("pool/wait"), Evidence::Script("async_result")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/terminate_of_a_result",
        places: &[in_003(1207, 1207)],
        says: "`AsyncResult.terminate` ends all working processes at once.",
        truth: Truth::Refuted,
        explanation: "There is no such method: `terminate` is one of `Pool`.",
        evidence: &[Evidence::Script("async_result")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/forgotten",
        places: &[in_003(1207, 1207)],
        says: "If nobody refers to the pool any more, `terminate` is called automatically.",
        truth: Truth::OnlyWhen("no result is outstanding: a task that is not done keeps its pool alive"),
        explanation: "The processes of an idle pool end when it is collected. Those of a pool in the middle of a task \
            live on.",
        evidence: &[Evidence::Script("pool_forgotten")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/map_example",
        places: &[in_003(1243, 1256)],
        says: "The example with `map` prints for each number which process has it, and returns the squares.",
        truth: Truth::Refuted,
        explanation: "The task calls `os.getpid` in a program that does not import `os`: `map` raises `NameError`.",
        evidence: &[Evidence::Script("map_without_import")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/map_blocks",
        places: &[in_003(1254, 1254)],
        says: "`Pool.map` blocks until all tasks are done.",
        evidence: &[Evidence::Shows("pool/map_waits"), Evidence::Script("apply_and_map")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/map_async_does_not_block",
        places: &[in_003(1255, 1255)],
        says: "`Pool.map_async` does not block.",
        evidence: &[Evidence::Shows("pool/map_async_returns"), Evidence::Script("apply_and_map")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/map_async_in_its_place",
        places: &[in_003(1252, 1255)],
        says: "In the example `map` can be replaced by `map_async`, without more.",
        truth: Truth::OnlyWhen("the program then waits, by `get`, or by `close` and `join`"),
        explanation: "The program ends right after it, and its end terminates the pool: nothing is done. With `map` \
            all is done, because that waits.",
        evidence: &[
            Evidence::Shows("pool/map_waits"),
            Evidence::Contradicts("pool/not_joined"),
            Evidence::Script("map_at_the_end"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pools/map_takes_iterators",
        places: &[in_003(1258, 1258)],
        says: "The argument of `map` and `map_async` has to be an iterator.",
        truth: Truth::Refuted,
        explanation: "Any iterable will do: a list, a range as in the example, or an iterator.",
        evidence: &[Evidence::Script("map_arguments")],
        ..Statement::DEFAULT
    },
];

const SCRIPTS: &[Script] = &[
    script_file!("pool_size", EACH, default_size),
    script_file!("pool_waits", EACH, |_, _| &["4 at once by 4, 5 at once by 5"]),
    script_file!("pool_workers", EACH, |_, _| &["start with the pool, the same do all, a new one for each"]),
    script_file!("submit_after_close", EACH, |_, _| &["ValueError, the others are done"]),
    script_file!("join_before_close", EACH, |_, _| &["ValueError, nothing, nothing"]),
    script_file!("pool_join_waits", EACH, |_, _| &["waits, all is done and all have ended"]),
    script_file!("apply_and_map", EACH, |_, _| {
        &["apply waits, apply_async does not wait, map waits, map_async does not wait"]
    }),
    script_file!("callbacks", EACH, |_, _| &["callback, error_callback"]),
    script_file!("pool_terminate", EACH, |_, _| &["the workers have ended, nothing is done"]),
    script_file!("async_result", EACH, |_, _| &["as said, no terminate"]),
    script_file!("pool_results", EACH, |_, _| &["right"]),
    script_file!("worker_dies", EACH, |_, _| &["waits, done"]),
    script_file!("worker_dies_and_is_missed", EACH, |_, _| &["known"]),
    script_file!("pool_forgotten", EACH, |_, _| &["is terminated, lives"]),
    script_file!("map_without_import", EACH, |_, _| &["NameError"]),
    script_file!("map_at_the_end", EACH, |_, _| &["map does all, map_async does nothing"]),
    script_file!("map_arguments", EACH, |_, _| &["list taken, range taken, iterator taken, number TypeError"]),
];

/// Where `Pool()` takes the number of its processes from.
fn default_size(version: Version, _: Start) -> &'static [&'static str] {
    if (version.major, version.minor) >= (3, 13) { &["4, os.process_cpu_count"] } else { &["4, os.cpu_count"] }
}
