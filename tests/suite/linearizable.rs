//! Generated programs: the wrong twin of each object is falsified, by the smallest program that can show it;
//! the right one passes, with every kind of answer seen.

use crate::common::programs;
use crate::objects::bounded::{Bounded, Mistake};
use crate::objects::counter::Counter;
use selvedge::engine::{Budget, Sampler, SamplerKind};
use selvedge::failure::{Failure, FailureKind};
use selvedge::program::Program;
use selvedge::spec::*;
use selvedge::{Linearizable, LinearizableReport, Subject, linearizable};

/// Executions are what counts: a machine that is slow may take its time.
fn budget() -> Budget {
    Budget { executions: Some(6_000), time: Some(std::time::Duration::from_secs(60)), ..Budget::default() }
}

/// Asserts that a check finds a history that is not linearizable, by a program of so many operations, which
/// are as few as can show it; returns the report.
fn assert_falsified<T, S>(check: Linearizable<T, S>, operations: usize) -> LinearizableReport<T::Operation>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = check.budget(budget()).persists(false).programs(256).run();
    let Some(hunted) = &report.failure else { panic!("{report}") };
    assert_eq!(hunted.counterexample.failure.kind(), FailureKind::NotLinearizable);
    assert_eq!(hunted.program.operations().count(), operations, "{report}");
    report
}

/// Asserts that a check finds nothing, sees all kinds of answers, and comes to the end of most programs.
fn assert_right<T, S>(check: Linearizable<T, S>)
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = check.budget(budget()).persists(false).programs(programs()).check();
    assert_eq!(report.coverage.missing, [], "{report}");
    assert!(report.coverage.exhausted * 2 > report.coverage.programs, "{report}");
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
    let report = right.threads(3).operations(2).prefix_and_suffix(0, 0).persists(false).programs(programs()).check();
    let waits = |answer: &(String, String)| answer.1 == "waits";
    assert!(report.coverage.answers.keys().any(waits), "{report}");
}

/// A program that failed is run first the next time, whatever else would be drawn.
#[test]
fn a_failure_is_remembered() {
    let file = std::path::Path::new("suite/linearizable.proptest-regressions");
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

/// A register whose writes nobody ever reads.
#[derive(Default)]
struct Torn {
    written: selvedge::sync::atomic::AtomicU8,
    read: selvedge::sync::atomic::AtomicU8,
}

impl Subject for Torn {
    type Operation = RegisterOperation<u8>;
    type Result = RegisterResult<u8>;

    fn call(&self, operation: &RegisterOperation<u8>) -> RegisterResult<u8> {
        use selvedge::sync::atomic::Ordering::SeqCst;
        match operation {
            RegisterOperation::Write(value) => {
                self.written.store(*value, SeqCst);
                RegisterResult::Written
            }
            _ => RegisterResult::Value(self.read.load(SeqCst)),
        }
    }
}

/// Executions that differ in real time alone, because their steps are independent, are told apart: the write
/// has to have returned before the read is called, which the first execution does not show.
#[test]
fn real_time_is_explored() {
    let reads_first = |program: &Program<RegisterOperation<u8>>| {
        matches!(&program.threads[..], [first, second]
            if matches!(first[..], [RegisterOperation::Read]) && matches!(second[..], [RegisterOperation::Write(_)]))
    };
    let check = linearizable(Torn::default).spec(RegisterSpec::new(0)).threads(2).operations(1);
    assert_falsified(check.prefix_and_suffix(0, 0).only(reads_first), 2);
}

/// That operations wait may be right; that the object cannot be dropped is not.
#[test]
fn a_deadlock_outside_of_any_operation_is_a_failure() {
    #[derive(Default)]
    struct Stubborn(selvedge::sync::Mutex<()>);
    impl Subject for Stubborn {
        type Operation = CounterOperation;
        type Result = i64;

        fn call(&self, _operation: &CounterOperation) -> i64 {
            0
        }
    }
    impl Drop for Stubborn {
        fn drop(&mut self) {
            let _once = self.0.lock();
            let _twice = self.0.lock();
        }
    }
    let report = linearizable(Stubborn::default).spec(CounterSpec::without_results()).persists(false).run();
    let hunted = report.failure.expect("a failure");
    assert_eq!(hunted.counterexample.failure.kind(), FailureKind::Deadlock);
}

/// A check that cannot go on is no pass.
#[test]
fn a_specification_that_panics_is_no_pass() {
    struct Hopeless;
    impl SequentialSpec for Hopeless {
        type State = bool;
        type Operation = CounterOperation;
        type Result = i64;

        fn initial(&self) -> bool {
            false
        }

        fn apply(&self, _state: &mut bool, operation: &CounterOperation) -> Option<i64> {
            Some(if matches!(operation, CounterOperation::Get) { 0 } else { 1 })
        }

        fn step(&self, _state: &bool, _operation: &CounterOperation, _result: Option<&i64>) -> Next<bool> {
            panic!("a mistake in the specification")
        }
    }
    let report = linearizable(Counter::<true>::default).spec(Hopeless).persists(false).run();
    assert!(report.failure.is_none() && !report.passes(), "{report}");
    assert!(report.aborted.is_some_and(|reason| reason.contains("a mistake in the specification")));
    let none = linearizable(Counter::<true>::default).spec(CounterSpec::new()).only(|_| false).persists(false).run();
    assert!(!none.passes() && none.aborted.is_some());
}

#[test]
fn waiting_is_right_on_loom_too() {
    let check = linearizable(|| Bounded::new(1, Mistake::None))
        .spec_with(FifoSpec::bounded(1), QueueOperation::<u8>::waiting())
        .threads(2)
        .operations(1)
        .prefix_and_suffix(0, 0);
    let report = check.engine(selvedge::engine::Loom::default()).programs(8).persists(false).run();
    assert!(report.failure.is_none(), "{report}");
    assert!(report.coverage.answers.keys().any(|answer| answer.1 == "waits"), "{report}");
}
