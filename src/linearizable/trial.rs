//! One program on one engine: its histories are recorded, and each that is new is judged.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::coverage::Seen;
use super::{Engines, Linearizable};
use crate::check::Checker;
use crate::confirm::ReplayError;
use crate::execution::context::{self, Mode};
use crate::exploration::{Judge, Replayed, StuckJudge};
use crate::failure::{Failure, Inconsistency};
use crate::history::{Completion, History};
use crate::linearizability::{Effort, Linearizability, check_within};
use crate::outcome::Outcome;
use crate::program::Program;
use crate::recorder::Recorder;
use crate::report::{EngineReport, Report};
use crate::spec::SequentialSpec;
use crate::subject::Subject;
use crate::thread;

/// The histories of one program by their texts.
type Histories<O, R> = Arc<Mutex<HashMap<String, History<O, R>>>>;

/// Ends the history of an execution in which no thread goes on; returns none if that cannot be right.
type Unfinished = Arc<dyn Fn() -> Option<String> + Send + Sync>;

thread_local! {
    /// That of the execution that this OS thread runs: none before the first, and within it none before
    /// its object is made.
    static UNFINISHED: RefCell<Option<Option<Unfinished>>> = const { RefCell::new(None) };
}

/// Runs a program.
pub(super) fn run<T, S>(face: &Linearizable<T, S>, program: &Program<T::Operation>, seen: &Arc<Mutex<Seen>>) -> Report
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let (histories, last) = (Arc::default(), Arc::default());
    let report = checker(face, program, &histories, &last, seen).run(execution(face, program, &histories, &last));
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.coverage.programs += 1;
    seen.coverage.exhausted += u64::from(report.engines.iter().any(EngineReport::is_complete));
    report
}

/// Runs the one execution of a program that a token stands for.
pub(super) fn replay<T, S>(
    face: &Linearizable<T, S>,
    program: &Program<T::Operation>,
    token: &str,
) -> Result<Replayed, ReplayError>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let (histories, last) = (Arc::default(), Arc::default());
    let checker = checker(face, program, &histories, &last, &Arc::default());
    checker.replay(token, execution(face, program, &histories, &last))
}

fn checker<T, S>(
    face: &Linearizable<T, S>,
    program: &Program<T::Operation>,
    histories: &Histories<T::Operation, T::Result>,
    last: &Arc<Mutex<Option<Unfinished>>>,
    seen: &Arc<Mutex<Seen>>,
) -> Checker
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let checker = Checker::new()
        .name(format!("{program:?}"))
        .budget(face.budget)
        .memory(face.memory)
        .seed(face.seed)
        .judged_by(judge(face, histories, seen), stuck(last));
    match &face.engine {
        Engines::Default => checker,
        Engines::One(engine) => checker.boxed_engine(engine()),
    }
}

/// Returns the scenario that a program is.
fn execution<T, S>(
    face: &Linearizable<T, S>,
    program: &Program<T::Operation>,
    histories: &Histories<T::Operation, T::Result>,
    last: &Arc<Mutex<Option<Unfinished>>>,
) -> impl Fn() -> Text + Send + Sync + use<T, S>
where
    T: Subject,
{
    let last = Arc::clone(last);
    let (new, program, histories) = (Arc::clone(&face.new), Arc::new(program.clone()), Arc::clone(histories));
    move || {
        UNFINISHED.set(Some(None));
        let subject = Arc::new(new());
        let recorder = Arc::new(Recorder::new(program.threads.len() + 1));
        let finish = {
            let (recorder, histories) = (Arc::clone(&recorder), Arc::clone(&histories));
            move |is_stuck: bool| {
                let history = recorder.history();
                let history = if is_stuck { history.stuck() } else { history };
                let text = text_of(&history);
                histories.lock().unwrap_or_else(PoisonError::into_inner).entry(text.clone()).or_insert(history);
                text
            }
        };
        let unfinished: Unfinished = {
            let (recorder, finish) = (Arc::clone(&recorder), finish.clone());
            // Who waits outside of any call, or for one that panicked, is not excused by the specification.
            Arc::new(move || (recorder.has_pending() && !recorder.has_panicked()).then(|| finish(true)))
        };
        *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&unfinished));
        UNFINISHED.set(Some(Some(unfinished)));
        for operation in &program.prefix {
            recorder.record_alone(0, operation.clone(), |operation| subject.call(operation));
        }
        let arrived = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..program.threads.len())
            .map(|index| {
                let (subject, recorder, program) = (Arc::clone(&subject), Arc::clone(&recorder), Arc::clone(&program));
                let arrived = Arc::clone(&arrived);
                thread::spawn(move || {
                    meet(&arrived, program.threads.len());
                    for operation in &program.threads[index] {
                        recorder.record(index + 1, operation.clone(), |operation| subject.call(operation));
                    }
                })
            })
            .collect();
        for thread in threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        for operation in &program.suffix {
            recorder.record_alone(0, operation.clone(), |operation| subject.call(operation));
        }
        drop(subject);
        Text(finish(false))
    }
}

/// Lets real threads begin together: to start one takes longer than most operations. In a modelled execution
/// the schedule sees to that.
fn meet(arrived: &AtomicUsize, threads: usize) {
    if context::mode() != Mode::Real {
        return;
    }
    arrived.fetch_add(1, Ordering::AcqRel);
    let mut spins = 0_u32;
    while arrived.load(Ordering::Acquire) < threads {
        spins += 1;
        // A thread that has no core yet needs this one.
        if spins.is_multiple_of(64) { std::thread::yield_now() } else { std::hint::spin_loop() }
    }
}

/// A text whose `Debug` form is itself.
struct Text(String);

impl Debug for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Returns what stands for a history.
fn text_of<O: Debug, R: Debug>(history: &History<O, R>) -> String {
    let mut text = String::new();
    for call in history.calls() {
        let end = match &call.completion {
            Completion::Returned { at, result } => format!("{at} -> {result:?}"),
            Completion::Cancelled { at } => format!("{at} given up"),
            Completion::Pending => "never".to_owned(),
        };
        text.push_str(&format!("{}: {:?} from {} to {end}; ", call.process, call.operation, call.called_at));
    }
    if history.is_stuck() {
        text.push_str("stuck");
    }
    text
}

/// Returns who makes an outcome of an execution in which no thread goes on: that operations wait may be right.
/// An engine that runs executions on other OS threads than its own runs one at a time: the `last`.
fn stuck(last: &Arc<Mutex<Option<Unfinished>>>) -> StuckJudge {
    let last = Arc::clone(last);
    Arc::new(move |_: &Failure| {
        let unfinished = match UNFINISHED.with_borrow(Clone::clone) {
            Some(unfinished) => unfinished?,
            None => last.lock().unwrap_or_else(PoisonError::into_inner).clone()?,
        };
        Some(Outcome::of(&Text(unfinished()?)))
    })
}

/// Returns who judges the histories of a program, each once.
fn judge<T, S>(
    face: &Linearizable<T, S>,
    histories: &Histories<T::Operation, T::Result>,
    seen: &Arc<Mutex<Seen>>,
) -> Judge
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let (spec, consistency) = (Arc::clone(&face.spec), face.consistency);
    let (histories, seen) = (Arc::clone(histories), Arc::clone(seen));
    let verdicts: Mutex<HashMap<Outcome, Option<Failure>>> = Mutex::default();
    Arc::new(move |outcome| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).coverage.executions += 1;
        let mut verdicts = verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verdict) = verdicts.get(outcome) {
            return verdict.clone();
        }
        let history = histories.lock().unwrap_or_else(PoisonError::into_inner).get(outcome.as_str()).cloned()?;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.note(&history, outcome.as_str());
        let verdict = match check_within(&*spec, &history, consistency, Effort::default()) {
            Linearizability::Linearizable(_) => None,
            Linearizability::NotLinearizable(explanation) => {
                let history = history.in_words();
                let explanation = *explanation;
                Some(Failure::NotLinearizable(Box::new(Inconsistency { consistency, history, explanation })))
            }
            Linearizability::Inconclusive { .. } => {
                seen.coverage.undecided += 1;
                None
            }
        };
        verdicts.insert(outcome.clone(), verdict.clone());
        verdict
    })
}
