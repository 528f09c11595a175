//! Generating programs until one fails, and shrinking that one: proptest shrinks its threads, operations and
//! arguments, then operations are left out one by one as long as the same kind of failure remains. The
//! schedule is shrunk as that of any failure: to the fewest preemptions.

use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, PoisonError};

use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};

use super::coverage::{Coverage, Seen};
use super::{Linearizable, program_token, trial};
use crate::failure::{Counterexample, FailureKind};
use crate::program::{Program, programs};
use crate::render;
use crate::schedule::Token;
use crate::shell::running_test;
use crate::spec::SequentialSpec;
use crate::subject::Subject;

/// A program that fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Hunted<O> {
    /// The program, shrunk.
    pub program: Program<O>,
    /// How it fails, on the schedule with the fewest preemptions.
    pub counterexample: Counterexample,
    /// What replays it: the program and its schedule, for `SELVEDGE_REPLAY` and
    /// [`replay_token`](super::Linearizable::replay_token). None where the engine cannot replay, or where an operation is
    /// not found among those that are drawn.
    pub token: Option<String>,
}

/// What was found about an object.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearizableReport<O> {
    /// The name of the running test.
    pub name: String,
    /// The failure, if there is one.
    pub failure: Option<Hunted<O>>,
    /// Why the check itself came to no end: a panic of the specification, say, or too few programs that are
    /// admitted.
    pub aborted: Option<String>,
    /// What was seen on the way.
    pub coverage: Coverage,
}

impl<O> LinearizableReport<O> {
    /// Returns the report of a check that has run no program.
    pub(super) fn nothing(name: String) -> Self {
        Self { name, failure: None, aborted: None, coverage: Coverage::default() }
    }

    /// Returns whether nothing failed, though something was run, to the end, and all that was seen could be
    /// decided.
    pub fn passes(&self) -> bool {
        let Coverage { executions, undecided, .. } = self.coverage;
        self.failure.is_none() && self.aborted.is_none() && executions > 0 && undecided == 0
    }
}

/// The most attempts to shrink a program.
const SHRINKS_MAX: u32 = 2_048;

/// Generates programs, and runs them.
pub(super) fn run<T, S>(face: &Linearizable<T, S>) -> LinearizableReport<T::Operation>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    crate::exploration::assert_outside();
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let mut runner = runner(face.seed, face.programs, face.persists.then_some(face.caller.file()));
    // What failed last: proptest goes on from there.
    let found: RefCell<Option<Hunted<T::Operation>>> = RefCell::default();
    let test = |program: Program<T::Operation>| {
        if !(face.admits)(&program) {
            return Err(TestCaseError::reject("a program that is not admitted"));
        }
        let kind = found.borrow().as_ref().map(|hunted| hunted.counterexample.failure.kind());
        match hunted(face, &program, kind, &seen) {
            Some(hunted) => {
                let name = hunted.counterexample.failure.kind().name();
                found.replace(Some(hunted));
                Err(TestCaseError::fail(name))
            }
            None => Ok(()),
        }
    };
    let ended = runner.run(&programs(face.operations.clone(), face.size), test);
    let failure = found.take().map(|hunted| written(face, shrunk(face, hunted, &seen)));
    let aborted = match ended {
        Ok(()) => None,
        // What fails without a failure is the check itself.
        Err(TestError::Fail(reason, program)) if failure.is_none() => Some(format!("{reason}, with {program:?}")),
        Err(TestError::Fail(..)) => None,
        Err(TestError::Abort(reason)) => Some(reason.to_string()),
    };
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    let coverage = seen.finish(&*face.spec, &face.operations, &mut runner);
    LinearizableReport { name: running_test(), failure, aborted, coverage }
}

fn runner(seed: u64, programs: u32, source: Option<&'static str>) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: programs,
        max_shrink_iters: SHRINKS_MAX,
        failure_persistence: source.map(|source| Box::new(persistence(source)) as _),
        source_file: source,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Returns where proptest users look for programs that failed: in a folder beside `src`, or beside a file that
/// is in no `src`.
fn persistence(source: &str) -> FileFailurePersistence {
    let is_in_src = std::path::Path::new(source).components().any(|part| part.as_os_str() == "src");
    if is_in_src {
        FileFailurePersistence::SourceParallel("proptest-regressions")
    } else {
        FileFailurePersistence::WithSource("proptest-regressions")
    }
}

/// Runs a program; returns how it fails, if it does, and of this kind, if one is asked for.
fn hunted<T, S>(
    face: &Linearizable<T, S>,
    program: &Program<T::Operation>,
    kind: Option<FailureKind>,
    seen: &Arc<Mutex<Seen>>,
) -> Option<Hunted<T::Operation>>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = trial::run(face, program, seen);
    // A smaller program that fails in another way is another story.
    let is_asked = |found: &&Counterexample| kind.is_none_or(|kind| found.failure.kind() == kind);
    let counterexample = report.counterexample().filter(is_asked)?.clone();
    Some(Hunted { program: program.clone(), counterexample, token: None })
}

/// Adds the token.
fn written<T, S>(face: &Linearizable<T, S>, mut found: Hunted<T::Operation>) -> Hunted<T::Operation>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let program = program_token::write(&found.program, &face.operations);
    let schedule = found.counterexample.token.as_ref();
    found.token = program.zip(schedule).map(|(program, schedule)| format!("{program}.{schedule}"));
    found
}

/// Leaves out what is not needed for the same kind of failure, until everything is.
fn shrunk<T, S>(
    face: &Linearizable<T, S>,
    mut found: Hunted<T::Operation>,
    seen: &Arc<Mutex<Seen>>,
) -> Hunted<T::Operation>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let kind = found.counterexample.failure.kind();
    loop {
        let smaller = found.program.smaller().into_iter().filter(|smaller| (face.admits)(smaller));
        match smaller.map(|smaller| hunted(face, &smaller, Some(kind), seen)).find(Option::is_some).flatten() {
            Some(smaller) => found = smaller,
            None => return found,
        }
    }
}

impl<O: fmt::Debug> fmt::Display for LinearizableReport<O> {
    /// Writes what was found about an object: the program that fails and how, or what was seen.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        if let Some(hunted) = &self.failure {
            let line = |schedule: &Token| match &hunted.token {
                Some(token) => render::shell_line(token, &self.name),
                None => format!("Linearizable::replay, this program, and the token {schedule}"),
            };
            text.push_str(&render::story(&format!("{:?}", hunted.program), &hunted.counterexample, &line));
            text.push('\n');
        }
        let seen = &self.coverage;
        text.push_str(&format!(
            "{} programs, of which {} to exhaustion; {} executions, {} different histories, {} different results\n",
            seen.programs, seen.exhausted, seen.executions, seen.histories, seen.results
        ));
        if let Some(reason) = &self.aborted {
            text.push_str(&format!("the check came to no end: {reason}\n"));
        }
        if seen.undecided > 0 {
            text.push_str(&format!("{} histories were too long to be decided\n", seen.undecided));
        }
        for (operation, result) in &seen.missing {
            text.push_str(&format!("never seen: that {operation} answers {result}\n"));
        }
        formatter.write_str(&text)
    }
}
