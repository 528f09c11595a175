//! Generated programs: the wrong twin of each object is falsified, by the smallest program that can show it;
//! the right one passes, with every kind of answer seen.

mod objects;

use objects::bounded::{Bounded, Mistake};
use objects::chase_lev::ChaseLev;
use objects::counter::Counter;
use objects::michael_scott::MichaelScott;
use objects::treiber::Treiber;
use proptest::prelude::*;
use selvedge::engine::{Sampler, SamplerKind};
use selvedge::failure::{Failure, FailureKind};
use selvedge::program::Program;
use selvedge::spec::*;
use selvedge::{Linearizable, LinearizableReport, Subject, linearizable, render};

/// Asserts that a check finds a history that is not linearizable, by a program of so many operations, which
/// are as few as can show it; returns the report.
fn assert_falsified<T, S>(check: Linearizable<T, S>, operations: usize) -> LinearizableReport<T::Operation>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = check.persists(false).programs(256).run();
    let Some(hunted) = &report.failure else { panic!("{}", render::linearizable(&report)) };
    assert_eq!(hunted.counterexample.failure.kind(), FailureKind::NotLinearizable);
    assert_eq!(hunted.program.operations().count(), operations, "{}", render::linearizable(&report));
    report
}

/// Asserts that a check finds nothing, sees all kinds of answers, and comes to the end of most programs.
fn assert_right<T, S>(check: Linearizable<T, S>)
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = check.persists(false).programs(24).check();
    assert_eq!(report.coverage.missing, [], "{}", render::linearizable(&report));
    assert!(report.coverage.exhausted * 2 > report.coverage.programs, "{}", render::linearizable(&report));
}

#[test]
fn a_counter() {
    let check = || linearizable(Counter::<false>::default).spec(CounterSpec::new());
    let report = assert_falsified(check(), 2);
    // Both add, and both were the first.
    let Some(hunted) = report.failure else { unreachable!() };
    let Failure::NotLinearizable(inconsistency) = &hunted.counterexample.failure else { unreachable!() };
    assert!(inconsistency.history.calls().iter().all(|call| call.result().is_some_and(|result| result == "0")));
    assert_eq!(hunted.counterexample.trace.preemptions(), 1);
    let token = hunted.counterexample.token.clone().unwrap().to_string();
    let replayed = check().replay(&hunted.program, &token).unwrap();
    assert_eq!(replayed.counterexample.as_ref(), Some(&hunted.counterexample));
    assert_right(linearizable(Counter::<true>::default).spec(CounterSpec::new()));
}

#[test]
fn a_treiber_stack() {
    assert_falsified(linearizable(Treiber::<false>::default).spec(LifoSpec::unbounded()).prefix_and_suffix(2, 1), 4);
    let few = linearizable(Treiber::<true>::default).spec(LifoSpec::unbounded()).threads(2).operations(2);
    assert_right(few);
}

#[test]
fn a_michael_scott_queue() {
    assert_falsified(linearizable(MichaelScott::<false>::default).spec(FifoSpec::unbounded()), 3);
    let few = linearizable(MichaelScott::<true>::default).spec(FifoSpec::unbounded()).threads(2).operations(2);
    assert_right(few);
}

#[test]
fn a_bounded_queue() {
    let new = |mistake| move || Bounded::new(1, mistake);
    assert_falsified(linearizable(new(Mistake::ChecksThenActs)).spec(FifoSpec::bounded(1)), 2);
    assert_right(linearizable(new(Mistake::None)).spec(FifoSpec::bounded(1)).threads(2).operations(2));
}

/// That operations wait is right as long as they have to, whatever the schedule.
#[test]
fn a_queue_that_waits() {
    let new = |mistake| move || Bounded::new(1, mistake);
    let waiting = QueueOperation::<u8>::waiting;
    let report =
        assert_falsified(linearizable(new(Mistake::WakesNobody)).spec_with(FifoSpec::bounded(1), waiting()), 2);
    let Some(hunted) = report.failure else { unreachable!() };
    let Failure::NotLinearizable(inconsistency) = hunted.counterexample.failure else { unreachable!() };
    assert!(inconsistency.history.is_stuck());
    let right = linearizable(new(Mistake::None)).spec_with(FifoSpec::bounded(1), waiting());
    let report = right.threads(3).operations(2).prefix_and_suffix(0, 0).persists(false).programs(24).check();
    let waits = |answer: &(String, String)| answer.1 == "waits";
    assert!(report.coverage.answers.keys().any(waits), "{}", render::linearizable(&report));
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
    let wrong = linearizable(ChaseLev::<false>::default).spec_with(DequeSpec::new(), operations());
    assert_falsified(wrong.only(has_one_owner), 3);
    let right = linearizable(ChaseLev::<true>::default).spec_with(DequeSpec::new(), operations());
    assert_right(right.threads(2).operations(2).only(has_one_owner));
}

/// A program that failed is run first the next time, whatever else would be drawn.
#[test]
fn a_failure_is_remembered() {
    let file = std::path::Path::new("tests/linearizable.proptest-regressions");
    let _ = std::fs::remove_file(file);
    let check = |programs, seed| {
        let check = linearizable(Counter::<false>::default).spec(CounterSpec::new()).seed(seed);
        check.threads(2).operations(1).prefix_and_suffix(0, 0).programs(programs).run()
    };
    assert!(check(0, 1).failure.is_none());
    let is_found = check(256, 1).failure.is_some();
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let is_remembered = check(0, 2).failure.is_some();
    let _ = std::fs::remove_file(file);
    assert!(is_found && is_remembered, "{text}");
}

/// Every engine can run the programs.
#[test]
fn the_lost_update_on_other_engines() {
    let check = || linearizable(Counter::<false>::default).spec(CounterSpec::new());
    assert_falsified(check().engine(Sampler(SamplerKind::Portfolio)), 2);
    assert_falsified(check().engine(selvedge::engine::ShuttlePct::default()), 2);
    assert_falsified(check().engine(selvedge::engine::Enumerate), 2);
    assert_falsified(check().engine(selvedge::engine::Loom::default()), 2);
}
