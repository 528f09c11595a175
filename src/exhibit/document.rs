//! The document that others can read: `docs/trace_format.md` says how to get it.

use serde::Serialize;

/// The version of the format.
pub const SCHEMA: &str = "selvedge-trace/1";

/// What was found of one scenario: outcomes, and the executions that show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The version of the format: [`SCHEMA`].
    pub schema: &'static str,
    /// The scenario's name.
    pub scenario: String,
    /// The memory model in words.
    pub memory_model: String,
    /// The engine's name.
    pub engine: String,
    /// What the engine can say, in words.
    pub verdict: String,
    /// How many executions were run.
    pub executions_explored: u64,
    /// How often each outcome was seen, in the order of the outcomes.
    pub outcomes: Vec<OutcomeCount>,
    /// The executions: failures first.
    pub executions: Vec<Execution>,
    /// Histories that were recorded elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub histories: Vec<HistoryView>,
}

/// How often an outcome was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeCount {
    /// The outcome.
    pub text: String,
    /// How many executions reported it.
    pub count: u64,
    /// The place in `executions` of one that reported it; none if the engine cannot replay it.
    pub execution: Option<usize>,
}

/// One execution, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Execution {
    /// The threads, by number.
    pub threads: Vec<ThreadView>,
    /// The objects, by number.
    pub objects: Vec<ObjectView>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What orders steps of different threads.
    pub arrows: Vec<Arrow>,
    /// How it ended.
    pub result: ResultView,
    /// What replays it, where the engine can.
    pub token: Option<String>,
    /// The line that replays it.
    pub replay: Option<String>,
    /// The nearest execution that passes, where it was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
}

/// An execution that passes, beside one that fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// What would have to be otherwise, in one sentence.
    pub sentence: String,
    /// The execution that passes.
    pub execution: Box<Execution>,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThreadView {
    /// Its number.
    pub id: usize,
    /// Its name.
    pub name: String,
    /// The thread that spawned it; none for the main thread.
    pub parent: Option<usize>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectView {
    /// Its number.
    pub id: usize,
    /// Its kind, such as `mutex`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The source line that made it.
    pub made_at: Source,
    /// Its state before the first step, in words.
    pub initial: String,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1.
    pub column: u32,
    /// The text of the line, where the file is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its number, counted from 0.
    pub number: usize,
    /// The thread that took it.
    pub thread: usize,
    /// The object it was done to.
    pub object: Option<usize>,
    /// What was done.
    pub operation: OperationView,
    /// What was done and what came of it, in words.
    pub words: String,
    /// The source line that did it; none for the end of the main thread, which no line of the program is.
    pub source: Option<Source>,
    /// Why this thread ran although another had run before: `exited`, `blocked`, `yielded`, `preempted`.
    pub switch: Option<&'static str>,
    /// The same in words.
    pub switch_words: Option<String>,
    /// How many steps of each thread happened before this one, itself counted.
    pub clock: Vec<u32>,
    /// The store that an atomic read.
    pub reads_from: Option<StoreView>,
    /// Whether that store had been replaced by another.
    pub reads_old: bool,
    /// The other stores that it could have read.
    pub could_have_read: Vec<StoreView>,
    /// The threads that could go on before this step.
    pub enabled: Vec<usize>,
    /// The states of the objects that it changed.
    pub state_after: Vec<StateView>,
}

/// What was done, for programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OperationView {
    /// Its name, such as `compare_exchange`.
    pub name: String,
    /// Its memory ordering: that of a success, if there are two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The values given to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operands: Vec<String>,
    /// The other thread that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_thread: Option<usize>,
    /// The value read, or what else came of it; none if there is nothing to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// A store to an atomic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreView {
    /// The step that made it; none for the initial value.
    pub step: Option<usize>,
    /// The value.
    pub value: String,
}

/// The state of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StateView {
    /// The object.
    pub object: usize,
    /// The state in words.
    pub words: String,
    /// The value, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The threads that hold it.
    pub holders: Vec<usize>,
    /// The threads that wait for it.
    pub waiting: Vec<usize>,
    /// The steps that sent the messages in it, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<usize>,
}

/// What orders a step before one of another thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrow {
    /// The earlier step.
    pub from: usize,
    /// The later step.
    pub to: usize,
    /// `spawn`, `join`, `lock`, `message`, `release`, `unpark`, `notify`, `barrier` or `once`.
    pub kind: &'static str,
}

/// How an execution ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ResultView {
    /// What it reported.
    pub outcome: Option<String>,
    /// What is wrong with it.
    pub failure: Option<FailureView>,
}

/// What is wrong with an execution.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FailureView {
    /// The kind, such as `data-race`.
    pub kind: &'static str,
    /// The failure in words.
    pub message: String,
    /// The two accesses of a race, or the end and the use of a use after free.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accesses: Vec<AccessView>,
    /// The threads that could not go on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<BlockedView>,
    /// The threads that wait for each other in a circle, in that order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cycle: Vec<usize>,
    /// The history that no order explains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryView>,
}

/// One of two accesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessView {
    /// The thread.
    pub thread: usize,
    /// The step, where it is one of the trace; the second access of a race ends it, and may be none.
    pub step: Option<usize>,
    /// Whether it may write.
    pub exclusive: bool,
    /// Its source line.
    pub source: Source,
}

/// A thread that could not go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockedView {
    /// The thread.
    pub thread: usize,
    /// The object it waits for.
    pub object: Option<usize>,
    /// What it was about to do, in words.
    pub words: String,
    /// Its source line.
    pub source: Source,
    /// The threads that alone could let it go on, where that is known.
    pub waits_for: Vec<usize>,
}

/// A history of operations, and the order that explains it or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryView {
    /// What it is of.
    pub title: String,
    /// `linearizable`, `not linearizable` or `inconclusive`.
    pub verdict: &'static str,
    /// The operations, in the order of their calls; of many those around the one that fits nowhere.
    pub calls: Vec<CallView>,
    /// How many operations are left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// The longest order that can be explained, by places in `calls`.
    pub order: Vec<usize>,
    /// The number that each operation of `order` has in the whole order, counted from 1.
    pub numbers: Vec<usize>,
    /// How many operations the whole order has.
    pub ordered: usize,
    /// The operation that fits nowhere.
    pub misfit: Option<usize>,
    /// What stands against it, for each candidate order.
    pub contradictions: Vec<ContradictionView>,
    /// The same in words.
    pub words: String,
}

/// An operation of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallView {
    /// Who called.
    pub process: u32,
    /// What was asked.
    pub operation: String,
    /// What it answered; none if it was given up or has not returned.
    pub result: Option<String>,
    /// `returned`, `cancelled` or `pending`.
    pub completion: &'static str,
    /// When it was called.
    pub called_at: u64,
    /// When it had ended.
    pub ended_at: Option<u64>,
}

/// What a candidate order contradicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContradictionView {
    /// The order, by places in `calls`.
    pub order: Vec<usize>,
    /// How many operations of it are left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// The state that it leads to.
    pub state: String,
    /// What the misfit would have returned there; none if it would have to wait.
    pub expected: Option<String>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
