//! Scheduling, and how many tasks at once: what the tutorials say.

use super::{Chapter, Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_003, in_004};
use crate::python::{EACH, ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter = Chapter {
    name: "scheduling",
    title: "Scheduling, and how many tasks at once",
    statements: &[STATEMENTS],
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "scheduling/parallel_needs_cores",
        places: &[in_000(3, 3)],
        says: "Tasks really run in parallel only on a processor with several cores.",
        evidence: &[Evidence::Shows("scheduling/parallel"), Evidence::Shows("scheduling/one_processor")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/more_tasks_than_cores",
        places: &[in_000(3, 3)],
        says: "There are many more tasks than cores, so the operating system lets many tasks run in turn on each core.",
        evidence: &[Evidence::Shows("scheduling/concurrent"), Evidence::Script("two_on_one_processor")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/switched_quickly",
        places: &[in_000(5, 5), in_001(550, 550), in_002(15, 15)],
        says: "On one core tasks are switched so quickly that they seem to run at the same time.",
        explanation: "In turns of a minute none is ever more than a minute ahead of another.",
        evidence: &[Evidence::Shows("scheduling/seems_parallel"), Evidence::Script("two_on_one_processor")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/both_is_seldom",
        places: &[in_000(12, 14), in_002(13, 13)],
        says: "Several processes with several threads in them are hardly used, because that is too complex.",
        truth: Truth::Refuted,
        explanation: "Whoever uses `multiprocessing` has both: a `Pool` has three threads in the process that makes \
                      it, a `Queue` one in each process that puts.",
        evidence: &[Evidence::Script("pool_has_threads")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/smallest_unit",
        places: &[in_000(17, 17)],
        says: "A thread is the smallest unit of execution, and a process consists of at least one.",
        truth: Truth::OnlyWhen("execution is what the operating system schedules"),
        explanation: "The system schedules threads. Within one thread an event loop runs many coroutines, which it \
                      schedules itself.",
        evidence: &[Evidence::Script("threads_are_scheduled"), Evidence::Script("coroutines_in_one_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/program_cannot_decide",
        places: &[in_000(17, 17)],
        says: "Scheduling is decided by the operating system alone; a program cannot decide when its processes and \
               threads run.",
        truth: Truth::Refuted,
        explanation: "A program says on which processors it runs (`os.sched_setaffinity`), asks for a priority \
                      (`os.nice`), and decides the order by waiting (`Event.wait`). It cannot make the system run it \
                      at once.",
        evidence: &[Evidence::Script("program_decides")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/system_interrupts",
        places: &[in_000(17, 17), in_001(306, 306), in_002(9, 9), in_004(238, 238)],
        says: "The operating system decides how long a thread runs at a time: it gives slices of time and interrupts.",
        explanation: "Two processes on one processor, neither of which gives it up, both go on.",
        evidence: &[Evidence::Script("two_on_one_processor"), Evidence::Shows("scheduling/round_robin")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/first_come",
        places: &[in_003(64, 64)],
        says: "First come, first served favours long jobs, and not short ones.",
        explanation: "Compared with round robin, if all come at once: no job of one turn ever waits less, and the \
                      longest never waits more.",
        evidence: &[Evidence::Shows("scheduling/first_come_favours_long")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/shortest_job_first",
        places: &[in_003(65, 65)],
        says: "Shortest job first lets short jobs go before long ones.",
        evidence: &[Evidence::Shows("scheduling/shorter_goes_first")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/in_proportion",
        places: &[in_003(66, 66)],
        says: "Round robin lets every process wait in the ready queue for a time in proportion to the service it gets.",
        truth: Truth::Refuted,
        explanation: "Jobs of 1, 3 and 9 ticks with a slice of 2 wait for 0, 3 and 4 ticks. What holds is a bound: \
                      for each turn a job waits at most for one turn of each other job.",
        evidence: &[Evidence::Contradicts("scheduling/not_in_proportion"), Evidence::Shows("scheduling/round_robin")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/multilevel_feedback",
        places: &[in_003(67, 67)],
        says: "The multilevel feedback queue is recognised as a good scheduling algorithm.",
        truth: Truth::OnlyWhen("all jobs go up to the first level again now and then"),
        explanation: "Who asks for little is answered after one turn of another, however many compute, once these \
                      have had their first turns. But without a boost a job that computes for long starves.",
        evidence: &[
            Evidence::Shows("scheduling/multilevel"),
            Evidence::Shows("scheduling/boost"),
            Evidence::Contradicts("scheduling/multilevel_early"),
            Evidence::Contradicts("scheduling/no_boost"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/parallel_and_concurrent",
        places: &[in_003(71, 73)],
        says: "Parallel means that several processes run at the same time, concurrent that they run in turn.",
        explanation: "On one processor there is only the second; on several there are both.",
        evidence: &[
            Evidence::Shows("scheduling/parallel"),
            Evidence::Shows("scheduling/one_processor"),
            Evidence::Shows("scheduling/concurrent"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/five_states",
        places: &[in_003(77, 77)],
        says: "The states of a process are created, ready, running, blocked and ended.",
        explanation: "Linux does not tell ready from running (`R`), and has an ended process as a zombie (`Z`) until \
                      it is waited for. What was blocked is ready before it runs.",
        evidence: &[Evidence::Shows("scheduling/states"), Evidence::Script("process_states")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/one_after_the_other",
        places: &[in_000(514, 514), in_001(546, 548), in_002(15, 15)],
        says: "In the batch model tasks are done one after the other: five pieces of homework of an hour take five \
               hours.",
        evidence: &[
            Evidence::Shows("scheduling/homework_one_after_the_other"),
            Evidence::Shows("scheduling/one_by_one"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/switching_costs",
        places: &[in_000(515, 515), in_001(552, 552)],
        says: "To switch to another process or thread the system saves what the old one needs and restores the new \
               one: that is quick, but takes time.",
        explanation: "About a microsecond on Linux. If it took ten seconds every minute, five hours of homework \
                      would take 5 hours and 50 minutes.",
        evidence: &[Evidence::Script("switching_costs"), Evidence::Shows("scheduling/homework_in_turn")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/mainly_switching",
        places: &[in_001(552, 552)],
        says: "With thousands of tasks the system may be busy with switching, and have little time left for the tasks.",
        modality: Modality::May,
        explanation: "It is so where every task is to have a turn within a fixed time, so that a turn becomes as \
                      short as a switch.",
        evidence: &[Evidence::Shows("scheduling/too_many_tasks")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/more_tasks_more_switching",
        places: &[in_001(542, 544), in_001(560, 560)],
        says: "The more processes, threads or tasks that compute, the more time goes into switching, and the lower \
               is the efficiency.",
        truth: Truth::OnlyWhen("turns become shorter as the tasks become more"),
        explanation: "With turns of a fixed length the share of the time that goes into switching is the same for \
                      any number of tasks.",
        evidence: &[
            Evidence::Shows("scheduling/turns_within_a_period"),
            Evidence::Contradicts("scheduling/turns_of_fixed_length"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/exhausted",
        places: &[in_000(515, 515), in_001(554, 554), in_002(15, 15)],
        says: "Beyond a limit multitasking uses up all resources of the system: efficiency drops sharply, and no \
               task is done well.",
        explanation: "Memory is the sharp limit: with one task more than fits into it, every turn begins with \
                      reading from the disk.",
        evidence: &[Evidence::Shows("scheduling/memory_suffices"), Evidence::Shows("scheduling/memory_exhausted")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/thousands_of_processes",
        places: &[in_001(536, 536)],
        says: "If thousands of processes run at the same time, the operating system has trouble even with scheduling \
               them.",
        truth: Truth::OnlyWhen("they want to compute: those that wait are not scheduled"),
        explanation: "A program computes as fast beside a thousand threads that wait as alone. Beside those that \
                      compute it gets its share.",
        evidence: &[Evidence::Script("thousand_that_wait")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/computing_uses_the_processor",
        places: &[in_000(520, 520), in_001(560, 560), in_002(16, 16)],
        says: "A task that computes uses the processor all the time, and depends on nothing but its power.",
        explanation: "So several of them are done no sooner together on one processor, and sooner on several.",
        evidence: &[
            Evidence::Shows("scheduling/computing_together"),
            Evidence::Shows("scheduling/computing_on_processors"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/as_many_as_cores",
        places: &[in_000(520, 520), in_001(560, 560)],
        says: "To use the processor best, there should be as many tasks that compute as there are cores.",
        truth: Truth::OnlyWhen("the work can be divided equally between them"),
        explanation: "With unequal parts one core has nothing to do at the end; more and smaller tasks are then done \
                      sooner.",
        evidence: &[
            Evidence::Shows("scheduling/as_many_as_processors"),
            Evidence::Contradicts("scheduling/as_many_as_processors_unequal"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/speed_of_the_language",
        places: &[in_001(562, 562)],
        says: "For a task that computes, the speed of the code is what matters.",
        evidence: &[Evidence::Shows("scheduling/language_for_computing")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/python_is_unfit",
        places: &[in_001(562, 562), in_002(16, 16)],
        says: "Scripting languages such as Python are slow and wholly unfit for computing: such tasks are best \
               written in C.",
        truth: Truth::OnlyWhen("the computing itself is done by Python code"),
        explanation: "A loop in Python is 100 times slower and more; but a program in Python that leaves the loop to a \
                      function in C, such as `zlib.adler32`, computes as fast as C.",
        evidence: &[Evidence::Script("computing_in_c")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "scheduling/scripts_are_not_compiled",
        places: &[in_000(526, 530)],
        says: "A script, as in Python, is interpreted and not compiled.",
        truth: Truth::Refuted,
        explanation: "CPython compiles a program to bytecode before it runs it, and interprets the bytecode.",
        evidence: &[Evidence::Script("compiled_to_bytecode")],
        ..Statement::DEFAULT
    },
];

/// A script that measures.
const fn measures(script: Script) -> Script {
    Script { measures: true, ..script }
}

const SCRIPTS: &[Script] = &[
    script_file!("two_on_one_processor", EACH, |_, _| &["both end"]),
    script_file!("pool_has_threads", EACH, |_, _| &["several processes and several threads"]),
    script_file!("threads_are_scheduled", ONCE, |_, _| &["S, R"]),
    script_file!("program_decides", ONCE, |_, _| &["processor, priority, order"]),
    script_file!("process_states", EACH, |_, _| &["created, R, S, Z, gone"]),
    script_file!("compiled_to_bytecode", ONCE, |_, _| &["bytecode"]),
    measures(script_file!("switching_costs", ONCE, |_, _| &["time"])),
    measures(script_file!("thousand_that_wait", ONCE, |_, _| &["only those that compute"])),
    measures(script_file!("computing_in_c", ONCE, |_, _| &["C, called from Python"])),
];
