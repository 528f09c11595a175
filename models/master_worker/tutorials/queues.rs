//! Which process has the queues: the one that `manager.start()` makes has copies of the master's, and serves those.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, thread};

use super::{Exception, Served, Timeout};
use crate::scenario::{Expectation, Scenario, only};

/// How a manager serves the queue of the program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Serving {
    /// `manager.start()`: in another process, which has a copy of the queue, made by `fork` or by importing the
    /// program.
    Start,
    /// `manager.get_server().serve_forever()`: in this process.
    GetServer,
}

/// A program puts a task into its own `queue.Queue`, or through the proxy that `get_task_queue()` returns. Returns
/// what a worker gets, which waits for a task.
fn put(serving: Serving, through_the_proxy: bool) -> Result<u32, Exception> {
    let (own, copy) = (Served::default(), Served::default());
    let served = if serving == Serving::Start { &copy } else { &own };
    thread::scope(|scope| {
        let worker = scope.spawn(|| served.get(Timeout::None));
        if through_the_proxy { served } else { &own }.put(7)?;
        worker.join().unwrap()
    })
}

/// The scenarios of where the queues are.
pub(in super::super) const QUEUES: &[Scenario] = &[
    Scenario {
        name: "master_worker/put_through_the_server",
        summary: "after `manager.start()` a master puts a task through the proxy that `get_task_queue()` returns",
        shows: "A worker gets what the master puts through the proxy that `manager.get_task_queue()` returns.",
        run: |_| Outcome::of(&put(Serving::Start, true)),
        right: |_| only(Ok::<_, Exception>(7)),
        possible: |_| only(Ok::<_, Exception>(7)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/put_beside_get_server",
        summary: "a program puts a task into its own queue, which it serves itself by `get_server()`",
        shows: "With `get_server().serve_forever()` the queue that is served is the program's own: what is put into \
                that directly reaches the workers.",
        run: |_| Outcome::of(&put(Serving::GetServer, false)),
        right: |_| only(Ok::<_, Exception>(7)),
        possible: |_| only(Ok::<_, Exception>(7)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/put_directly",
        summary: "after `manager.start()` a master puts a task into its own queue",
        shows: "After `manager.start()` the server's process has a queue of its own: no worker gets what the master \
                puts into `task_queue` directly.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["master_worker/put_through_the_server", "master_worker/put_beside_get_server"],
        run: |_| Outcome::of(&put(Serving::Start, false)),
        right: |_| only(Ok::<_, Exception>(7)),
        ..Scenario::DEFAULT
    },
];
