//! The face for objects: say what its operations are and what it is to do sequentially, and programs are
//! generated, explored, checked and shrunk.
//!
//! [`trial`] runs one program on an engine and judges its histories, [`coverage`] counts what was seen,
//! [`hunt`] generates programs and shrinks one that fails, and [`program_token`] writes that one so that it fits into a
//! shell.

mod coverage;
mod hunt;
mod program_token;
mod trial;

use std::panic::Location;
use std::sync::Arc;

use proptest::arbitrary::{Arbitrary, any};
use proptest::strategy::{BoxedStrategy, Strategy};

pub use coverage::Coverage;
pub use hunt::{Hunted, LinearizableReport};

use crate::confirm::{ProgramTokenError, ReplayError};
use crate::engine::Engine;
use crate::exploration::{Budget, MemoryModel, Replayed};
use crate::linearizability::Consistency;
use crate::program::{Program, Size};
use crate::render;
use crate::schedule::Token;
use crate::shell::{self, running_test};
use crate::spec::SequentialSpec;
use crate::subject::Subject;

/// Begins to check that an object is linearizable; `new` makes one, in each execution anew.
///
/// ```
/// use selvedge::spec::{CounterOperation, CounterSpec};
/// use selvedge::sync::atomic::{AtomicI64, Ordering::SeqCst};
///
/// struct Counter(AtomicI64);
///
/// impl selvedge::Subject for Counter {
///     type Operation = CounterOperation;
///     type Result = i64;
///
///     fn call(&self, operation: &CounterOperation) -> i64 {
///         match operation {
///             CounterOperation::Add(more) => self.0.fetch_add(*more, SeqCst),
///             CounterOperation::Get => self.0.load(SeqCst),
///         }
///     }
/// }
///
/// let report = selvedge::linearizable(|| Counter(AtomicI64::new(0)))
///     .spec(CounterSpec::new())
///     .threads(2)
///     .operations(2)
///     .programs(20)
///     .check();
/// assert!(report.failure.is_none());
/// ```
#[track_caller]
pub fn linearizable<T: Subject>(new: impl Fn() -> T + Send + Sync + 'static) -> Unspecified<T> {
    Unspecified { new: Arc::new(new), caller: Location::caller() }
}

/// An object of which it is still to be said what it is to do.
#[must_use = "call `spec`"]
pub struct Unspecified<T> {
    new: Arc<dyn Fn() -> T + Send + Sync>,
    caller: &'static Location<'static>,
}

impl<T: Subject> Unspecified<T> {
    /// Says what the object is to do. Its operations are drawn as their type says by
    /// [`Arbitrary`], which those of the reference specifications have, and which can be derived by the
    /// crate `proptest-derive`.
    pub fn spec<S>(self, spec: S) -> Linearizable<T, S>
    where
        S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
        T::Operation: Arbitrary,
        <T::Operation as Arbitrary>::Strategy: 'static,
    {
        self.spec_with(spec, any::<T::Operation>())
    }

    /// Says what the object is to do, and how its operations are drawn.
    pub fn spec_with<S>(self, spec: S, operations: impl Strategy<Value = T::Operation> + 'static) -> Linearizable<T, S>
    where
        S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
    {
        Linearizable {
            new: self.new,
            caller: self.caller,
            spec: Arc::new(spec),
            operations: operations.boxed(),
            admits: Arc::new(|_| true),
            size: Size::default(),
            programs: 64,
            consistency: Consistency::default(),
            engine: Engines::Default,
            memory: MemoryModel::SequentiallyConsistent,
            budget: Budget {
                executions: Some(20_000),
                time: Some(std::time::Duration::from_secs(2)),
                ..Budget::default()
            },
            seed: 0,
            persists: true,
        }
    }
}

/// What runs each program.
#[derive(Clone)]
enum Engines {
    /// The explorer, and samplers where it cannot look at everything.
    Default,
    /// This one.
    One(Arc<dyn Fn() -> Box<dyn Engine> + Send + Sync>),
}

/// Decides which programs are run.
type Admits<O> = Arc<dyn Fn(&Program<O>) -> bool + Send + Sync>;

/// Checks an object against what it is to do.
#[must_use = "call `check` or `run`"]
pub struct Linearizable<T: Subject, S> {
    new: Arc<dyn Fn() -> T + Send + Sync>,
    caller: &'static Location<'static>,
    spec: Arc<S>,
    operations: BoxedStrategy<T::Operation>,
    admits: Admits<T::Operation>,
    size: Size,
    programs: u32,
    consistency: Consistency,
    engine: Engines,
    budget: Budget,
    memory: MemoryModel,
    seed: u64,
    persists: bool,
}

impl<T, S> Linearizable<T, S>
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    /// Sets the most threads: 3 by default.
    pub fn threads(mut self, most: usize) -> Self {
        self.size.threads_max = most;
        self
    }

    /// Sets the most operations of each thread: 3 by default.
    pub fn operations(mut self, most: usize) -> Self {
        self.size.operations_max = most;
        self
    }

    /// Sets the most operations before the threads start, and after they have ended: 2 each by default.
    pub fn prefix_and_suffix(mut self, prefix: usize, suffix: usize) -> Self {
        (self.size.prefix_max, self.size.suffix_max) = (prefix, suffix);
        self
    }

    /// Sets how many programs are generated: 64 by default.
    pub fn programs(mut self, programs: u32) -> Self {
        self.programs = programs;
        self
    }

    /// Sets which programs make sense: others are not run.
    pub fn only(mut self, admits: impl Fn(&Program<T::Operation>) -> bool + Send + Sync + 'static) -> Self {
        self.admits = Arc::new(admits);
        self
    }

    /// Sets a condition other than linearizability.
    pub fn consistency(mut self, consistency: Consistency) -> Self {
        self.consistency = consistency;
        self
    }

    /// Sets the engine that runs each program. By default it is the explorer, which looks at every
    /// execution of it, and samplers where the budget does not suffice for that. For an object that
    /// is not built with the facade it has to be [`Threads`](crate::engine::Threads).
    pub fn engine(mut self, engine: impl Engine + Clone + 'static) -> Self {
        self.engine = Engines::One(Arc::new(move || Box::new(engine.clone())));
        self
    }

    /// Sets how much may be spent on one program: 20,000 executions and two seconds by default.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Sets how atomics behave on our own runtime: sequentially consistent by default, or as the language has it. Which call
    /// returned before another one was made is then asked of the schedule, while the language's model promises nothing of
    /// calls of which neither happens before the other: an object may fail whose answers nobody can find wrong.
    ///
    /// # Panics
    ///
    /// When it is checked, if it is the memory model of another runtime.
    pub fn memory(mut self, model: MemoryModel) -> Self {
        self.memory = model;
        self
    }

    /// Sets the seed from which programs are drawn; 0 by default, so that a run can be repeated.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets whether a program that fails is remembered, in `proptest-regressions` beside the caller's
    /// source file, and run first the next time: it is by default.
    pub fn persists(mut self, persists: bool) -> Self {
        self.persists = persists;
        self
    }

    /// Generates programs and runs them, until one fails; returns what was found.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn run(&self) -> LinearizableReport<T::Operation> {
        hunt::run(self)
    }

    /// Runs the one execution of `program` that `token` stands for.
    ///
    /// # Errors
    ///
    /// If `token` is none, or does not fit the program.
    pub fn replay(&self, program: &Program<T::Operation>, token: &str) -> Result<Replayed, ReplayError> {
        trial::replay(self, program, token)
    }

    /// Runs the one execution that [`Hunted::token`] stands for, which has the program in it.
    ///
    /// # Errors
    ///
    /// If `token` is none, or not one of this check.
    pub fn replay_token(&self, token: &str) -> Result<Replayed, ReplayError> {
        let (program, schedule) = token.split_once('.').ok_or(ProgramTokenError::Malformed)?;
        trial::replay(self, &program_token::read(program, &self.operations)?, schedule)
    }

    /// Does the same as [`run`](Self::run), and returns the report of a check that passes.
    ///
    /// # Panics
    ///
    /// With the program and the story of its failure if there is one, and if nothing was run. If the environment
    /// variable `SELVEDGE_REPLAY` holds a [token](Hunted::token), that execution is run instead.
    #[track_caller]
    pub fn check(self) -> LinearizableReport<T::Operation> {
        if let Some(token) = shell::token() {
            let name = running_test();
            let line = |_: &Token| render::shell_line(&token, &name);
            shell::expect_right(&name, self.replay_token(&token), self.memory, &line);
            return LinearizableReport::nothing(name);
        }
        let report = self.run();
        assert!(report.passes(), "{}{}", report, self.page(&report));
        report
    }

    /// Writes the page of a failure if the environment names a folder for pages, and returns what is to be said of that.
    fn page(&self, report: &LinearizableReport<T::Operation>) -> String {
        let Some(Hunted { counterexample, token, .. }) = &report.failure else { return String::new() };
        let line = |_: &Token| token.as_ref().map_or_else(String::new, |token| render::shell_line(token, &report.name));
        shell::page(&report.name, self.memory, counterexample, None, &line)
    }
}
