//! Why processes on several machines, and where their queues are.

use super::super::{Evidence, Statement, Truth, in_000, in_001, in_002, in_003};
use Evidence::{Contradicts, Script, Shows};

/// What the tutorials say of queues that processes on several machines share.
pub(super) const SPREAD: &[Statement] = &[
    Statement {
        name: "network/processes_on_several_machines",
        places: &[
            in_000(549, 549),
            in_000(551, 551),
            in_001(578, 578),
            in_001(580, 580),
            in_002(440, 440),
            in_003(1264, 1264),
        ],
        says: "Processes can be spread over several machines: `multiprocessing.managers` has them communicate over a \
               network.",
        explanation: "The master and its workers share nothing but connections.",
        evidence: &[Shows("master_worker/network"), Script("tutorial_master_and_worker")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/threads_on_one_machine",
        places: &[in_000(549, 549), in_001(578, 578)],
        says: "Threads can be spread over the processors of one machine at most.",
        truth: Truth::OutOfScope(
            "the threads of a process share its memory by definition, so there is nothing to \
            be asked",
        ),
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/prefer_processes",
        places: &[in_000(547, 548), in_001(578, 578)],
        says: "Of `Thread` and `Process` the second is to be preferred, because processes are more stable.",
        truth: Truth::OutOfScope(
            "it is advice; what becomes of the others when a thread or a process fails is in \
            the chapters on those",
        ),
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/scheduler",
        places: &[in_001(580, 580), in_002(441, 441), in_003(1264, 1264)],
        says: "One process can be a scheduler, which hands tasks to several others over the network.",
        explanation: "Each task is done by one of the workers, and its result comes back.",
        evidence: &[Shows("master_worker/several_workers")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/no_network_details",
        places: &[in_001(580, 580)],
        says: "Since `managers` wraps the network well, distributed programs are written without knowing its \
               details.",
        truth: Truth::OnlyWhen("no connection is lost and no side ends early"),
        explanation: "A lost connection, a message that comes twice or a master that is started again lose or repeat \
                      tasks, and a call then raises `EOFError` or `ConnectionResetError`.",
        evidence: &[
            Shows("master_worker/network"),
            Contradicts("master_worker/network_fails"),
            Script("shutdown_while_waiting"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/queue_goes_on_serving",
        places: &[
            in_000(553, 553),
            in_000(555, 555),
            in_001(582, 582),
            in_001(584, 584),
            in_002(445, 445),
            in_003(1266, 1266),
        ],
        says: "A program whose processes share a `Queue` on one machine can go on using that `Queue` when they are \
               spread over machines: `managers` exposes it to the network.",
        explanation: "A `multiprocessing.Queue` can be registered with a manager as well as a `queue.Queue`.",
        evidence: &[Script("multiprocessing_queue_served")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/crawler",
        places: &[in_002(442, 444), in_003(1266, 1266)],
        says: "One process can put links into a queue, and another one on another machine take them out and fetch \
               what they lead to.",
        explanation: "The script has a sender and a receiver that know the address of the server only.",
        evidence: &[Script("three_parties")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/either_side_puts",
        places: &[in_003(1310, 1310)],
        says: "One side hands out the tasks and the other side does them; the one that hands them out need not be \
               the server.",
        evidence: &[Script("three_parties")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/steps",
        places: &[in_000(558, 561), in_001(586, 586), in_002(437, 437), in_002(447, 453), in_003(1268, 1313)],
        says: "A distributed program makes a `Queue`, registers it with `register`, makes the manager with an \
               address and an `authkey`, starts it, and gets the queue from it for `put` and `get`.",
        evidence: &[Script("tutorial_master_and_worker")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/same_machine",
        places: &[in_000(657, 657), in_001(640, 640), in_002(634, 634)],
        says: "Master and worker can also run on one machine, each as a program of its own.",
        evidence: &[Script("worker_as_printed"), Script("tutorial_master_and_worker")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/several_workers",
        places: &[in_000(803, 803), in_001(726, 726), in_002(642, 642), in_003(1760, 1760)],
        says: "If several workers are started, the tasks are spread over all of them.",
        explanation: "All results come. But a worker that has rounds left when the master calls `shutdown` ends with \
                      an exception: see `network/worker_closes_first`.",
        evidence: &[Shows("master_worker/several_workers")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/mail_queue",
        places: &[in_000(803, 803), in_001(726, 726), in_002(642, 642)],
        says: "With a worker that sends mail instead of multiplying, the example is a queue of mail that is sent \
               asynchronously.",
        truth: Truth::OnlyWhen("no worker dies between its `get` and its `put`"),
        explanation: "A mail that a worker has taken and not yet sent is lost with it.",
        evidence: &[Shows("master_worker/several_workers"), Contradicts("master_worker/worker_dies")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/small_tasks",
        places: &[in_000(810, 810)],
        says: "The description of a task should be small: not a log file of hundreds of megabytes, but its path, so \
               that the worker reads it from a shared disk.",
        explanation: "A proxy sends whole what is put, to the server and from there to the worker.",
        evidence: &[Script("large_task"), Script("manager_key")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/queue_in_masters_process",
        places: &[in_000(805, 806), in_001(728, 728), in_002(644, 644), in_003(1336, 1338)],
        says: "The `Queue` is kept in the process of `task_master.py`.",
        truth: Truth::OnlyWhen("the program serves it with `get_server().serve_forever()`"),
        explanation: "These programs call `manager.start()`, which makes a process for the server; the queue is in \
                      that one.",
        evidence: &[Script("queue_lives_in")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/worker_makes_no_queue",
        places: &[
            in_000(624, 624),
            in_000(805, 805),
            in_001(652, 652),
            in_001(728, 728),
            in_002(552, 554),
            in_002(644, 644),
            in_003(1277, 1280),
            in_003(1337, 1337),
            in_003(1831, 1831),
        ],
        says: "A worker makes no queue: it calls `register` with the name only, and the server with the `callable` \
               as well.",
        evidence: &[Script("manager_names")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/both_make_the_queues",
        places: &[in_002(471, 471)],
        says: "Master and worker have both made the same two queues.",
        truth: Truth::Refuted,
        explanation: "There is one of each, in the server's process; master and workers have proxies.",
        evidence: &[Script("queue_lives_in")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/same_queue",
        places: &[in_002(566, 566)],
        says: "What a worker gets from `m.get_task_queue()` is the same queue as the master's.",
        explanation: "Both proxies stand for the one queue in the server.",
        evidence: &[Shows("master_worker/tutorial"), Script("tutorial_master_and_worker")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/queue_is_passed",
        places: &[in_002(646, 646)],
        says: "The `Queue` object is passed over the network from the other process.",
        truth: Truth::Refuted,
        explanation: "What is passed is a proxy, which sends each call to the server; the queue stays there.",
        evidence: &[Script("queue_lives_in"), Script("put_directly")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/round_trip",
        places: &[in_002(453, 453), in_002(472, 474), in_003(1631, 1631)],
        says: "The master puts a number into the task queue; a worker takes it, and puts its square into the result \
               queue, from which the master takes that.",
        evidence: &[Shows("master_worker/tutorial"), Script("tutorial_master_and_worker")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/get_makes_a_queue",
        places: &[in_002(451, 451), in_002(511, 512)],
        says: "`manager.get_task_queue()` makes an instance of `Queue`.",
        truth: Truth::Refuted,
        explanation: "It returns a proxy for the one in the server. Each call returns another proxy for the same \
                      queue.",
        evidence: &[Script("queue_lives_in"), Script("put_directly")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/put_directly",
        places: &[
            in_000(589, 589),
            in_000(738, 738),
            in_001(638, 638),
            in_002(634, 634),
            in_003(1325, 1326),
            in_003(1631, 1631),
        ],
        says: "On several machines tasks must not be put into the original `task_queue`, past the `QueueManager`, \
               but through what `manager.get_task_queue()` returns.",
        truth: Truth::OnlyWhen("the manager was started with `start()`"),
        explanation: "Then the server has a queue of its own, made by `fork` or by importing the program, and no \
                      worker gets what is put into the original. A program that serves by `get_server()` serves the \
                      original.",
        evidence: &[
            Shows("master_worker/put_directly"),
            Shows("master_worker/put_through_the_server"),
            Shows("master_worker/put_beside_get_server"),
            Script("put_directly"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/one_machine_directly",
        places: &[in_001(638, 638), in_002(634, 634), in_003(1324, 1324)],
        says: "For several processes on one machine a `Queue` can be used as it was made.",
        truth: Truth::OnlyWhen("it is a `multiprocessing.Queue`"),
        explanation: "Of a `queue.Queue` a child has a copy under `fork`, and under `spawn` it cannot be handed to \
                      one.",
        evidence: &[Script("two_kinds_of_queue")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/local_queue_uploads",
        places: &[in_002(452, 452), in_003(1635, 1635), in_003(1647, 1647), in_003(1651, 1651)],
        says: "The network queue is an image of a local one: tasks are put into the local queue, and are uploaded by \
               themselves.",
        truth: Truth::Refuted,
        explanation: "There is no local queue on the way: `put` of a proxy is a call of the server, which has \
                      returned when the item is there. The program's own `task_queue` stays empty.",
        evidence: &[Script("put_directly")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/multiprocessing_queue",
        places: &[in_000(611, 611)],
        says: "`multiprocessing.Queue` is for communication between processes.",
        evidence: &[Script("two_kinds_of_queue")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/queue_queue",
        places: &[in_000(612, 612)],
        says: "`queue.Queue` is the one of the standard library, first in, first out.",
        evidence: &[Script("two_kinds_of_queue")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/queue_module_for_processes",
        places: &[in_002(438, 438), in_002(467, 467), in_002(636, 636)],
        says: "`queue.Queue` is used for communication between several processes.",
        truth: Truth::OnlyWhen("a manager serves it"),
        explanation: "By itself it is for the threads of one process.",
        evidence: &[Script("two_kinds_of_queue"), Script("tutorial_master_and_worker")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/names_of_queues",
        places: &[in_000(806, 806), in_001(732, 732), in_002(640, 640), in_002(646, 646), in_003(1340, 1341)],
        says: "A `QueueManager` manages more than one `Queue`, so each needs a name for its interface, as \
               `get_task_queue`.",
        explanation: "Where both names lead to one queue, results are tasks again.",
        evidence: &[
            Shows("master_worker/results_apart"),
            Shows("master_worker/results_are_tasks"),
            Script("manager_names"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/names_agree",
        places: &[in_002(554, 554), in_002(646, 646)],
        says: "The names that a worker registers have to be the same as the master's.",
        explanation: "For another name the server raises `KeyError`.",
        evidence: &[Script("manager_names")],
        ..Statement::DEFAULT
    },
];
