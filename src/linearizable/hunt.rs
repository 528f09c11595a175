//! Generating programs until one fails, and shrinking that one: proptest shrinks its threads, operations and
//! arguments, then operations are left out one by one as long as the same kind of failure remains. The
//! schedule is shrunk as that of any failure: to the fewest preemptions.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};

use super::coverage::{Coverage, Seen};
use super::{Linearizable, trial};
use crate::failure::{Counterexample, FailureKind};
use crate::program::{Program, programs};
use crate::report::Report;
use crate::spec::SequentialSpec;
use crate::subject::Subject;

/// A program that fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Hunted<O> {
    /// The program, shrunk.
    pub program: Program<O>,
    /// How it fails, on the schedule with the fewest preemptions.
    pub counterexample: Counterexample,
}

/// What was found about an object.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearizableReport<O> {
    /// The failure, if there is one.
    pub failure: Option<Hunted<O>>,
    /// What was seen on the way.
    pub coverage: Coverage,
}

impl<O> LinearizableReport<O> {
    /// Returns whether nothing failed, though something was run and all that was seen could be decided.
    pub fn passes(&self) -> bool {
        let Coverage { executions, undecided, .. } = self.coverage;
        self.failure.is_none() && executions > 0 && undecided == 0
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
    crate::engine::assert_outside();
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let mut runner = runner(face.seed, face.programs, face.persists.then_some(face.caller.file()));
    let kind: RefCell<Option<FailureKind>> = RefCell::default();
    let test = |program: Program<T::Operation>| {
        if !(face.admits)(&program) {
            return Err(TestCaseError::reject("a program that is not admitted"));
        }
        match failure_of(&trial::run(face, &program, &seen)) {
            // A smaller program that fails in another way is another story.
            Some(found) if kind.borrow_mut().get_or_insert(found) == &found => Err(TestCaseError::fail(found.name())),
            _ => Ok(()),
        }
    };
    let found = runner.run(&programs(face.operations.clone(), face.size), test);
    let failure = match found {
        Err(TestError::Fail(_, program)) => kind.take().and_then(|kind| shrunk(face, program, kind, &seen)),
        Err(TestError::Abort(_)) | Ok(()) => None,
    };
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    let coverage = seen.finish(&*face.spec, &face.operations, &mut runner);
    LinearizableReport { failure, coverage }
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

fn failure_of(report: &Report) -> Option<FailureKind> {
    report.counterexample().map(|counterexample| counterexample.failure.kind())
}

/// Leaves out what is not needed for a failure of this kind, until everything is.
fn shrunk<T, S>(
    face: &Linearizable<T, S>,
    mut program: Program<T::Operation>,
    kind: FailureKind,
    seen: &Arc<Mutex<Seen>>,
) -> Option<Hunted<T::Operation>>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let fails = |program: &Program<T::Operation>| {
        (face.admits)(program) && failure_of(&trial::run(face, program, seen)) == Some(kind)
    };
    while let Some(smaller) = program.smaller().into_iter().find(|smaller| fails(smaller)) {
        program = smaller;
    }
    // On an engine that draws, it may take several runs to see it again.
    let report = (0..16).map(|_| trial::run(face, &program, seen)).find(|report| failure_of(report).is_some())?;
    let counterexample = report.counterexample()?.clone();
    Some(Hunted { program, counterexample })
}
