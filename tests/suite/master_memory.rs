//! What a master keeps takes no more memory than it may, and what is refused for that is not lost.

use std::time::Duration;

use selvedge_models::master_worker::memory::Memory;
use selvedge_models::master_worker::queue::{Answer, Leased, Patience, Queue, Request};
use selvedge_models::master_worker::wire::value::Value;
use selvedge_models::master_worker::worker::{Name, Next, Worker};

const NOW: Duration = Duration::ZERO;

/// A worker whose result there is no memory for has it still.
#[test]
fn a_result_that_there_is_no_memory_for_is_offered_again() {
    let mut worker = Worker::new(None, Patience::Endless);
    worker.answered(Answer::Item(Value::Int(3)));
    worker.worked(Value::Int(9));
    let put = Next::Ask(Name::Results, Request::Put(Value::Int(9)), Patience::Endless);
    assert_eq!(worker.next(), put);
    worker.answered(Answer::Full);
    assert_eq!(worker.next(), put);
    worker.answered(Answer::Done);
    assert_eq!(worker.next(), Next::Ask(Name::Tasks, Request::Get, Patience::Endless));
}

/// Items are counted as they are kept, for all queues together, and let go of when nobody has them any more.
#[test]
fn items_that_there_is_no_memory_for_are_refused() {
    let memory = Memory::new(2_000);
    let [mut queue, mut other] = [1, 0].map(Queue::new);
    [&mut queue, &mut other].into_iter().for_each(|queue| queue.count_in(&memory));
    let list = || Value::List(vec![Value::List(Vec::new()); 20]);
    let put = |queue: &mut Queue, client| queue.ask(client, Request::Put(list()), Patience::Endless, NOW);
    assert!(list().bytes() > 600, "{}", list().bytes());
    assert_eq!(put(&mut queue, 1), Some(Answer::Done));
    // One that waits for room has its item in memory too.
    assert_eq!(put(&mut queue, 2), None);
    assert_eq!(memory.held_bytes(), 2 * list().bytes());
    assert_eq!(other.ask(3, Request::Put(Value::Int(1)), Patience::None, NOW), Some(Answer::Done));
    let held = memory.held_bytes();
    assert_eq!(put(&mut other, 3), Some(Answer::Full), "also if it would wait, and there is room in the queue");
    assert_eq!(queue.ask(4, Request::PutOnce(1, list()), Patience::Endless, NOW), Some(Answer::Full));
    queue.forget(2);
    assert_eq!(memory.held_bytes(), held - list().bytes());
    let lease = queue.ask(5, Request::Lease(Duration::from_secs(1)), Patience::None, NOW);
    let Some(Answer::Leased(Leased { ticket, .. })) = lease else { panic!("{lease:?}") };
    assert_eq!(memory.held_bytes(), held - list().bytes(), "on a lease it is kept");
    assert_eq!(queue.ask(5, Request::Acknowledge(ticket), Patience::None, NOW), Some(Answer::Done));
    drop(other);
    assert_eq!(memory.held_bytes(), 0);
    // What stood there before is counted too, and a queue that is shut down says that it is.
    queue.add(list());
    let less = Memory::new(100);
    queue.count_in(&less);
    assert_eq!((memory.held_bytes(), less.held_bytes()), (0, list().bytes()));
    queue.ask(6, Request::Shutdown(false), Patience::None, NOW);
    assert_eq!(put(&mut queue, 6), Some(Answer::ShutDown));
}
