//! The queues of the catalogue against their specifications, by generated programs: those that are right are
//! linearizable, and their twins are not, by the smallest program that can show it.

use crate::common::programs;
use proptest::prelude::*;
use selvedge::engine::Budget;
use selvedge::failure::FailureKind;
use selvedge::program::Program;
use selvedge::spec::*;
use selvedge::{Linearizable, Subject, linearizable};
use selvedge_models::process::life_cycle::{Handle, LifeCycleSpec, Request};
use selvedge_models::queue::blocking::{self, Order};
use selvedge_models::queue::chase_lev::{Deque, Stolen};
use selvedge_models::queue::joinable::JoinableQueue;
use selvedge_models::queue::{Tried, michael_scott, ring, treiber, vyukov};

/// Executions are what counts: a machine that is slow may take its time.
fn budget() -> Budget {
    Budget { executions: Some(6_000), time: Some(std::time::Duration::from_secs(60)), ..Budget::default() }
}

/// Asserts that programs are found that show it to be wrong, and that the smallest has so many operations.
fn assert_falsified<T, S>(check: Linearizable<T, S>, operations: usize)
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = check.budget(budget()).persists(false).programs(256).run();
    let Some(hunted) = &report.failure else { panic!("{report}") };
    assert_eq!(hunted.counterexample.failure.kind(), FailureKind::NotLinearizable, "{report}");
    assert_eq!(hunted.program.operations().count(), operations, "{report}");
}

/// Asserts that nothing is found, that all kinds of answers were seen, and most programs explored to the end.
fn assert_right<T, S>(check: Linearizable<T, S>)
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = check.budget(budget()).persists(false).programs(programs()).threads(2).operations(2).check();
    assert_eq!(report.coverage.missing, [], "{report}");
    assert!(report.coverage.exhausted * 2 > report.coverage.programs, "{report}");
}

type Asked = QueueOperation<u8>;

/// What can be asked of a queue that nobody waits for.
fn trying() -> impl Strategy<Value = Asked> {
    prop_oneof![(1..4_u8).prop_map(Asked::TryPush), Just(Asked::TryPop)]
}

/// Programs in which one thread pushes and one pops, as a ring for two needs it; before and after there are none.
fn has_one_of_each(program: &Program<Asked>) -> bool {
    let threads =
        |is_meant: fn(&Asked) -> bool| program.threads.iter().filter(|thread| thread.iter().any(is_meant)).count();
    threads(|asked| matches!(asked, Asked::TryPush(_))) < 2 && threads(|asked| matches!(asked, Asked::TryPop)) < 2
}

#[test]
fn queues_that_are_waited_for() {
    let new = |order: Order| move || blocking::Queue::new(1, order);
    assert_right(linearizable(new(blocking::first_in)).spec(FifoSpec::bounded(1)));
    let new = |order: Order| move || blocking::Queue::new(0, order);
    assert_right(linearizable(new(blocking::first_in)).spec_with(FifoSpec::unbounded(), trying()));
    let new = |order: Order| move || blocking::Queue::new(2, order);
    assert_right(linearizable(new(blocking::last_in)).spec(LifoSpec::bounded(2)));
    assert_right(linearizable(new(blocking::lowest)).spec(PrioritySpec::bounded(2)));
    // That they wait is right as long as they have to.
    let waiting = linearizable(|| blocking::Queue::new(1, blocking::first_in));
    let waiting = waiting.spec_with(FifoSpec::bounded(1), Asked::waiting()).prefix_and_suffix(0, 0);
    let report = waiting.budget(budget()).persists(false).programs(programs()).check();
    assert!(report.coverage.answers.keys().any(|(_, answer)| answer == "waits"), "{report}");
}

#[test]
fn queues_that_are_waited_for_and_the_twins_are_caught() {
    let with = |push: fn(&blocking::Queue, u8) -> bool| {
        let pop = |queue: &blocking::Queue| queue.get_nowait().ok();
        move || Tried { queue: blocking::Queue::new(1, blocking::first_in), push, pop }
    };
    let in_two_steps = with(|queue, item| queue.put_nowait_in_two_steps(item).is_ok());
    assert_falsified(linearizable(in_two_steps).spec_with(FifoSpec::bounded(1), trying()), 2);
    assert_right(
        linearizable(with(|queue, item| queue.put_nowait(item).is_ok())).spec_with(FifoSpec::bounded(1), trying()),
    );
}

#[test]
fn joinable_queues() {
    let operations = prop_oneof![
        3 => (1..4_u8).prop_map(JoinableOperation::Put),
        2 => Just(JoinableOperation::Get),
        2 => Just(JoinableOperation::TaskDone),
        1 => Just(JoinableOperation::Join),
    ];
    let check = linearizable(JoinableQueue::default).spec_with(JoinableSpec::new(), operations);
    let report = check.budget(budget()).persists(false).programs(programs()).threads(2).operations(2).check();
    assert!(report.coverage.answers.keys().any(|(_, answer)| answer == "TooMany"), "{report}");
}

#[test]
fn a_ring_for_two() {
    let with =
        |push: fn(&ring::Ring, u8) -> bool| move || Tried { queue: ring::Ring::default(), push, pop: ring::Ring::pop };
    let check = |push| {
        let check = linearizable(with(push)).spec_with(FifoSpec::bounded(ring::ROOM), trying());
        check.only(has_one_of_each).threads(2).prefix_and_suffix(0, 0)
    };
    let report = check(ring::Ring::push).operations(4).budget(budget()).persists(false).programs(48).check();
    assert_eq!(report.coverage.missing, [], "{report}");
    assert_falsified(check(ring::Ring::push_one_too_many).operations(4), 3);
}

#[test]
fn a_ring_for_many() {
    type Pop = fn(&vyukov::Ring) -> Option<u8>;
    let with = |pop: Pop| move || Tried { queue: vyukov::Ring::default(), push: vyukov::Ring::push, pop };
    let check = |pop| linearizable(with(pop)).spec_with(FifoSpec::bounded(vyukov::ROOM), trying());
    assert_right(check(vyukov::Ring::pop));
    // As it was published: one push is on its way, another has returned, and still there is said to be nothing.
    assert_falsified(check(vyukov::Ring::pop_next_or_nothing), 3);
}

#[test]
fn a_michael_scott_queue() {
    type Push = fn(&michael_scott::Queue, u8) -> bool;
    type Pop = fn(&michael_scott::Queue) -> Option<u8>;
    let with = |push: Push, pop: Pop| move || Tried { queue: michael_scott::Queue::default(), push, pop };
    let check = |push, pop| linearizable(with(push, pop)).spec_with(FifoSpec::unbounded(), trying());
    assert_right(check(michael_scott::Queue::push, michael_scott::Queue::pop));
    assert_falsified(check(michael_scott::Queue::push_tail_first, michael_scott::Queue::pop), 3);
    assert_falsified(check(michael_scott::Queue::push, michael_scott::Queue::pop_without_looking), 3);
}

#[test]
fn a_treiber_stack() {
    type Push = fn(&treiber::Stack, u8) -> bool;
    type Pop = fn(&treiber::Stack) -> Option<u8>;
    let with = |push: Push, pop: Pop| move || Tried { queue: treiber::Stack::default(), push, pop };
    let check = |push, pop| linearizable(with(push, pop)).spec_with(LifoSpec::unbounded(), trying());
    assert_right(check(treiber::Stack::push, treiber::Stack::pop));
    assert_falsified(check(treiber::Stack::push_uncounted, treiber::Stack::pop_uncounted).prefix_and_suffix(2, 1), 4);
}

/// Only one thread owns a work-stealing deque.
fn has_one_owner(program: &Program<DequeOperation<u8>>) -> bool {
    let is_own = |operation: &DequeOperation<u8>| !matches!(operation, DequeOperation::PopFront);
    program.threads.iter().filter(|thread| thread.iter().any(is_own)).count() < 2
}

#[test]
fn a_work_stealing_deque() {
    let operations = || {
        prop_oneof![
            (1..4_u8).prop_map(DequeOperation::PushBack),
            Just(DequeOperation::PopBack),
            Just(DequeOperation::PopFront),
        ]
    };
    let check = |pop: fn(&Deque) -> Option<u8>| {
        let new = move || Stolen { deque: Deque::default(), pop };
        linearizable(new).spec_with(DequeSpec::new(), operations()).only(has_one_owner)
    };
    assert_right(check(Deque::pop));
    assert_falsified(check(Deque::pop_unasked), 3);
}

/// What is asked of a process, by whoever, is answered as if one asked after the other.
#[test]
fn the_life_of_a_process() {
    let requests = || {
        prop_oneof![
            3 => Just(Request::Start),
            3 => (0..3_u8).prop_map(Request::Finish),
            1 => Just(Request::Terminate),
            2 => Just(Request::Join),
            1 => Just(Request::IsAlive),
            2 => Just(Request::ExitCode),
            1 => Just(Request::SetDaemon),
            1 => Just(Request::Close),
        ]
    };
    let check = linearizable(Handle::default).spec_with(LifeCycleSpec, requests());
    let report = check.budget(budget()).persists(false).programs(64).threads(2).operations(2).check();
    for answer in ["Done", "IsAlive", "ExitCode", "Wrong", "waits"] {
        assert!(report.coverage.answers.keys().any(|(_, said)| said == answer), "{}: {:?}", answer, report.coverage);
    }
    let twin = linearizable(|| TwoSteps(Handle::default())).spec_with(LifeCycleSpec, requests());
    assert_falsified(twin.threads(2).operations(1), 2);
}

/// The twin that looks and then does.
struct TwoSteps(Handle);

impl Subject for TwoSteps {
    type Operation = Request;
    type Result = selvedge_models::process::life_cycle::Answer;

    fn call(&self, request: &Request) -> Self::Result {
        self.0.ask_in_two_steps(*request)
    }
}
