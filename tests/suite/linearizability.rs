//! The checker of histories against its naive twin, on random histories of every reference specification;
//! and what it says of histories from the literature.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use selvedge::history::{Call, Completion, History};
use selvedge::linearizability::{
    Bound, Consistency, Effort, Linearizability, check, check_in_turns, check_within, naively,
};
use selvedge::spec::*;

/// How many histories of each specification are compared.
const HISTORIES: u64 = 6_000;

/// Returns a random history of up to seven operations by up to three processes. It begins as one that is
/// linearizable, because results drawn at random seldom are; some results are then replaced.
fn random_history<S: SequentialSpec>(
    spec: &S,
    random: &mut StdRng,
    operation: &dyn Fn(&mut StdRng) -> S::Operation,
    result: &dyn Fn(&mut StdRng) -> S::Result,
) -> History<S::Operation, S::Result> {
    let mut state = spec.initial();
    let mut calls = Vec::new();
    let (mut time, mut free) = (0, [0_u64; 3]);
    for _ in 0..random.random_range(1..8) {
        let process = random.random_range(0..3_usize);
        let asked = operation(random);
        time = free[process].max(time) + random.random_range(0..3);
        let called_at = free[process].max(time.saturating_sub(random.random_range(0..6)));
        let end = time + random.random_range(0..6);
        free[process] = end + 1;
        let completion = match spec.apply(&mut state, &asked) {
            _ if random.random_range(0..12) == 0 => Completion::Cancelled { at: end },
            None => Completion::Pending,
            Some(_) if random.random_range(0..10) == 0 => Completion::Pending,
            Some(_) if random.random_range(0..5) == 0 => Completion::Returned { at: end, result: result(random) },
            Some(own) => Completion::Returned { at: end, result: own },
        };
        if completion == Completion::Pending {
            free[process] += 1_000;
        }
        calls.push(Call { process: process as u32, operation: asked, called_at, completion });
    }
    let history = History::new(calls).unwrap();
    if random.random_range(0..4) == 0 { history.stuck() } else { history }
}

/// Compares the checker with its naive twin, and returns how many histories were linearizable.
fn compare<S: SequentialSpec>(
    spec: &S,
    operation: &dyn Fn(&mut StdRng) -> S::Operation,
    result: &dyn Fn(&mut StdRng) -> S::Result,
) -> u64 {
    let mut random = StdRng::seed_from_u64(7);
    let mut right = 0;
    for number in 0..HISTORIES {
        let history = random_history(spec, &mut random, operation, result);
        for consistency in [Consistency::Linearizable, Consistency::Sequential, Consistency::Quiescent] {
            let found = check_within(spec, &history, consistency, Effort::default());
            let expected = naively(spec, &history, consistency);
            assert_eq!(found.is_linearizable(), expected, "history {number}: {consistency:?}\n{history:#?}\n{found:?}");
            right += u64::from(expected && consistency == Consistency::Linearizable);
            if consistency == Consistency::Linearizable {
                // Parts that stop at every configuration, and go on.
                let in_turns = check_in_turns(spec, &history, Effort::default(), 1, 2);
                match expected {
                    true => assert_eq!(in_turns, found, "history {number}: {history:#?}"),
                    false => assert!(matches!(in_turns, Linearizability::NotLinearizable(_)), "{in_turns:?}"),
                }
            }
            match found {
                Linearizability::Linearizable(order) => assert_explains(spec, &history, consistency, &order),
                Linearizability::NotLinearizable(explanation) => {
                    let is_whole = history.calls().iter().all(|call| spec.part(&call.operation).is_none());
                    if let (Some(culprit), true) = (explanation.operation, is_whole) {
                        assert_first_wrong(spec, &history, consistency, culprit);
                    }
                }
                Linearizability::Inconclusive { .. } => panic!("seven operations are few"),
            }
        }
    }
    right
}

/// Asserts that what had happened before an operation returned can be explained, and no longer with it.
fn assert_first_wrong<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    consistency: Consistency,
    culprit: usize,
) {
    assert!(history.calls()[culprit].ended_at().is_some(), "{history:#?}");
    if consistency != Consistency::Linearizable || history.is_stuck() {
        return;
    }
    let returned_at = history.calls()[culprit].ended_at().unwrap();
    let until = |is_known: &dyn Fn(u64) -> bool| {
        let calls = history.calls().iter().filter(|call| call.called_at <= returned_at).map(|call| {
            let is_known = call.ended_at().is_some_and(is_known);
            let completion = if is_known { call.completion.clone() } else { Completion::Pending };
            Call { completion, ..call.clone() }
        });
        naively(spec, &History::new(calls.collect()).unwrap(), consistency)
    };
    assert!(until(&|end| end < returned_at), "{culprit}: {history:#?}");
    assert!(!until(&|end| end <= returned_at), "{culprit}: {history:#?}");
}

/// Asserts that an order is one: it has every operation that ended once, in an order that times allow, and
/// its results are right.
fn assert_explains<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    consistency: Consistency,
    order: &[usize],
) {
    let calls = history.calls();
    let mut states = vec![spec.initial()];
    for (index, &place) in order.iter().enumerate() {
        assert!(!order[..index].contains(&place));
        let call = &calls[place];
        if consistency == Consistency::Linearizable {
            assert!(order[index..].iter().all(|&later| !calls[later].precedes(call)), "{order:?} {history:#?}");
        }
        let mut next = Vec::new();
        for state in &states {
            match spec.step(state, &call.operation, call.result()) {
                Next::Refused => {}
                Next::Same => next.push(state.clone()),
                Next::To(to) => next.push(to),
                Next::AnyOf(all) => next.extend(all),
            }
            if matches!(call.completion, Completion::Cancelled { .. }) {
                next.push(state.clone());
            }
        }
        assert!(!next.is_empty(), "{order:?} {history:#?}");
        states = next;
    }
    let is_there = |place: usize| order.contains(&place) || calls[place].completion == Completion::Pending;
    assert!((0..calls.len()).all(is_there), "{order:?} {history:#?}");
}

fn small(random: &mut StdRng) -> u8 {
    random.random_range(0..3)
}

fn queue_operation(random: &mut StdRng) -> QueueOperation<u8> {
    match random.random_range(0..5) {
        0 => QueueOperation::Push(small(random)),
        1 => QueueOperation::TryPush(small(random)),
        2 => QueueOperation::Pop,
        3 => QueueOperation::TryPop,
        _ => QueueOperation::Length,
    }
}

fn queue_result(random: &mut StdRng) -> QueueResult<u8> {
    match random.random_range(0..5) {
        0 => QueueResult::Pushed,
        1 => QueueResult::Full,
        2 => QueueResult::Empty,
        3 => QueueResult::Length(random.random_range(0..3)),
        _ => QueueResult::Popped(small(random)),
    }
}

/// Some of each kind, or the comparison says little.
fn assert_mixed(right: u64) {
    assert!(right > HISTORIES / 4 && right < HISTORIES * 19 / 20, "{right} of {HISTORIES} are linearizable");
}

#[test]
fn registers_agree_with_the_naive_twin() {
    let operation = |random: &mut StdRng| match random.random_range(0..3) {
        0 => RegisterOperation::Read,
        1 => RegisterOperation::Write(small(random)),
        _ => RegisterOperation::CompareAndSet(small(random), small(random)),
    };
    let result = |random: &mut StdRng| match random.random_range(0..3) {
        0 => RegisterResult::Value(small(random)),
        1 => RegisterResult::Written,
        _ => RegisterResult::Swapped(random.random()),
    };
    assert_mixed(compare(&RegisterSpec::new(0), &operation, &result));
}

#[test]
fn queues_agree_with_the_naive_twin() {
    assert_mixed(compare(&FifoSpec::bounded(2), &queue_operation, &queue_result));
    assert_mixed(compare(&FifoSpec::unbounded(), &queue_operation, &queue_result));
    assert_mixed(compare(&LifoSpec::bounded(2), &queue_operation, &queue_result));
    assert_mixed(compare(&PrioritySpec::unbounded(), &queue_operation, &queue_result));
}

#[test]
fn locks_and_semaphores_agree_with_the_naive_twin() {
    use {LockOperation as Do, LockResult as Answer};
    let operation = |random: &mut StdRng| [Do::Lock, Do::TryLock, Do::Unlock][random.random_range(0..3)];
    let answers = [Answer::Locked, Answer::WouldBlock, Answer::Unlocked, Answer::NotHeld];
    assert_mixed(compare(&MutexSpec, &operation, &|random| answers[random.random_range(0..4)]));
    use {SemaphoreOperation as Ask, SemaphoreResult as Given};
    let operation = |random: &mut StdRng| [Ask::Acquire, Ask::TryAcquire, Ask::Release][random.random_range(0..3)];
    let answers = [Given::Acquired, Given::WouldBlock, Given::Released, Given::TooMany];
    assert_mixed(compare(&SemaphoreSpec::bounded(1), &operation, &|random| answers[random.random_range(0..4)]));
}

#[test]
fn objects_with_parts_agree_with_the_naive_twin() {
    let operation = |random: &mut StdRng| match random.random_range(0..3) {
        0 => SetOperation::Insert(small(random)),
        1 => SetOperation::Remove(small(random)),
        _ => SetOperation::Contains(small(random)),
    };
    assert_mixed(compare(&SetSpec::new(), &operation, &|random| random.random()));
    let operation = |random: &mut StdRng| match random.random_range(0..4) {
        0 => MapOperation::Insert(small(random), small(random)),
        1 => MapOperation::InsertIfAbsent(small(random), small(random)),
        2 => MapOperation::Remove(small(random)),
        _ => MapOperation::Get(small(random)),
    };
    let result = |random: &mut StdRng| if random.random() { Some(small(random)) } else { None };
    assert_mixed(compare(&MapSpec::new(), &operation, &result));
}

#[test]
fn the_other_specifications_agree_with_the_naive_twin() {
    let operation = |random: &mut StdRng| match random.random_range(0..2) {
        0 => CounterOperation::Add(random.random_range(1..3)),
        _ => CounterOperation::Get,
    };
    assert_mixed(compare(&CounterSpec::new(), &operation, &|random| random.random_range(0..4)));
    let operation = |random: &mut StdRng| match random.random_range(0..4) {
        0 => DequeOperation::PushFront(small(random)),
        1 => DequeOperation::PushBack(small(random)),
        2 => DequeOperation::PopFront,
        _ => DequeOperation::PopBack,
    };
    assert_mixed(compare(&DequeSpec::new(), &operation, &queue_result));
    let operation = |random: &mut StdRng| match random.random_range(0..4) {
        0 => JoinableOperation::Put(small(random)),
        1 => JoinableOperation::Get,
        2 => JoinableOperation::TaskDone,
        _ => JoinableOperation::Join,
    };
    let result = |random: &mut StdRng| match random.random_range(0..3) {
        0 => JoinableResult::Done,
        1 => JoinableResult::TooMany,
        _ => JoinableResult::Task(small(random)),
    };
    assert_mixed(compare(&JoinableSpec::new(), &operation, &result));
    let operation = |random: &mut StdRng| match random.random_range(0..2) {
        0 => BarrierOperation::Arrive,
        _ => BarrierOperation::Depart(random.random_range(0..2)),
    };
    let result = |random: &mut StdRng| match random.random_range(0..2) {
        0 => BarrierResult::Departed,
        _ => BarrierResult::Arrived(random.random_range(0..2), random.random()),
    };
    assert_mixed(compare(&BarrierSpec::new(2), &operation, &result));
}

fn returned<O, R>(process: u32, operation: O, called_at: u64, at: u64, result: R) -> Call<O, R> {
    Call { process, operation, called_at, completion: Completion::Returned { at, result } }
}

/// A value that was never written, and everything that can be said about it.
#[test]
fn an_explanation_names_the_operation_that_fits_nowhere() {
    use {QueueOperation as Do, QueueResult as Answer};
    let history = History::new(vec![
        returned(0, Do::Push(1), 0, 1, Answer::Pushed),
        returned(1, Do::Push(2), 2, 3, Answer::Pushed),
        returned(0, Do::Pop, 4, 7, Answer::Popped(2)),
        returned(1, Do::Pop, 5, 6, Answer::Popped(1)),
        returned(0, Do::Pop, 8, 9, Answer::Popped(1)),
        returned(1, Do::TryPop, 10, 11, Answer::Empty),
    ]);
    let found = check(&FifoSpec::unbounded(), &history.unwrap());
    let Linearizability::NotLinearizable(explanation) = found else { panic!("{found:?}") };
    assert_eq!(explanation.operation, Some(4));
    let [contradiction] = &explanation.contradictions[..] else { panic!("{explanation:?}") };
    assert_eq!(contradiction.order, [0, 1, 3, 2]);
    assert_eq!(contradiction.state, "[]");
    assert_eq!(contradiction.expected, None);
}

/// What Lamport's condition allows and that of Herlihy and Wing does not: to read what is out of date.
#[test]
fn sequential_consistency_is_weaker() {
    use {RegisterOperation as Do, RegisterResult as Answer};
    let history = History::new(vec![
        returned(0, Do::Write(1), 0, 1, Answer::Written),
        returned(1, Do::Read, 2, 3, Answer::Value(0)),
    ])
    .unwrap();
    let spec = RegisterSpec::new(0);
    assert!(!check(&spec, &history).is_linearizable());
    let within = |consistency| check_within(&spec, &history, consistency, Effort::default()).is_linearizable();
    assert!(within(Consistency::Sequential));
    assert!(!within(Consistency::Quiescent));
}

/// A `pop` that waits at an empty queue is right, one that waits beside a value is not.
#[test]
fn waiting_in_vain_has_to_be_right() {
    use {QueueOperation as Do, QueueResult as Answer};
    let pending = |process, operation, called_at| Call::<Do<u8>, Answer<u8>> {
        process,
        operation,
        called_at,
        completion: Completion::Pending,
    };
    let waits = History::new(vec![pending(0, Do::Pop, 0)]).unwrap();
    assert!(check(&FifoSpec::unbounded(), &waits.clone().stuck()).is_linearizable());
    let push = returned(1, Do::Push(1), 1, 2, Answer::Pushed);
    let wakes_nobody = History::new(vec![pending(0, Do::Pop, 0), push]).unwrap();
    assert!(check(&FifoSpec::unbounded(), &wakes_nobody).is_linearizable());
    assert!(!check(&FifoSpec::unbounded(), &wakes_nobody.stuck()).is_linearizable());
}

#[test]
fn effort_that_does_not_suffice_is_no_verdict() {
    let calls = (0..12).map(|process| returned(process, QueueOperation::Push(process), 0, 100, QueueResult::Pushed));
    let wrong = returned(12, QueueOperation::TryPop, 200, 300, QueueResult::Popped(77));
    let history = History::new(calls.chain([wrong]).collect()).unwrap();
    let effort = Effort { configurations: Some(1_000), ..Effort::default() };
    let found = check_within(&FifoSpec::unbounded(), &history, Consistency::Linearizable, effort);
    assert_eq!(found, Linearizability::Inconclusive { configurations: 1_000, bound: Bound::Configurations });
}
