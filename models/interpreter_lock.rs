//! A global interpreter lock: one thread at a time runs bytecode, and is made to let others run after a
//! while.
//!
//! Each bytecode is so indivisible, and a statement that is made of several is not. How long a thread runs
//! before others may is the *switch interval*: Python measures it in time, here it is a number of bytecodes.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Scenario, any_of, only};

/// A bytecode. Loads and stores move a value between a variable and the thread's own stack.
#[derive(Clone, Copy)]
enum Bytecode {
    LoadBalance,
    Add(i64),
    StoreBalance,
    /// A method of a built-in type: one bytecode, whatever it does.
    Append(i64),
    /// The same by hand: look how long the list is, and put a value at that place.
    LoadLength,
    StoreItem(i64),
}

use Bytecode::{Add, Append, LoadBalance, LoadLength, StoreBalance, StoreItem};

/// `balance = balance + 5`, and back again.
const PAY_IN_AND_OUT: [Bytecode; 6] = [LoadBalance, Add(5), StoreBalance, LoadBalance, Add(-5), StoreBalance];

/// The variables of a program.
#[derive(Default)]
struct Variables {
    balance: i64,
    list: Vec<i64>,
}

impl Variables {
    fn execute(&mut self, bytecode: Bytecode, stack: &mut i64) {
        match bytecode {
            LoadBalance => *stack = self.balance,
            Add(amount) => *stack += amount,
            StoreBalance => self.balance = *stack,
            Append(value) => self.list.push(value),
            LoadLength => *stack = i64::try_from(self.list.len()).expect("a short list"),
            StoreItem(value) => {
                self.list.truncate(usize::try_from(*stack).expect("a length"));
                self.list.push(value);
            }
        }
    }
}

/// An interpreter: a program's variables, behind the lock that a thread holds while it runs bytecodes.
#[derive(Default)]
struct Interpreter {
    lock: Mutex<Variables>,
}

impl Interpreter {
    /// Runs bytecodes, and lets others run after every `interval`.
    fn run(&self, program: &[Bytecode], interval: usize) {
        let mut stack = 0;
        for slice in program.chunks(interval) {
            let mut variables = self.lock.lock().unwrap();
            for &bytecode in slice {
                variables.execute(bytecode, &mut stack);
            }
        }
    }
}

/// Two threads run the same program, on one interpreter that lets others run after every `interval`.
fn on_two_threads(program: &[Bytecode], interval: usize) -> Variables {
    let interpreter = Interpreter::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| interpreter.run(program, interval));
        }
    });
    interpreter.lock.into_inner().unwrap()
}

/// Counts how many bytecodes are run at the same time: how many processors are of use.
#[derive(Default)]
struct Processors {
    busy: AtomicUsize,
    most: AtomicUsize,
}

impl Processors {
    fn run(&self, bytecode: impl FnOnce()) {
        self.most.fetch_max(self.busy.fetch_add(1, SeqCst) + 1, SeqCst);
        bytecode();
        self.busy.fetch_sub(1, SeqCst);
    }
}

/// Who shares an interpreter.
#[derive(Clone, Copy)]
enum Share {
    /// All threads: they take its lock for each bytecode.
    Lock,
    /// All threads, and there is no lock around a bytecode.
    NoLock,
    /// Nobody: each is a process, with an interpreter of its own.
    Nothing,
}

/// Two threads that only compute. Returns how many processors they use at most at the same time.
fn processors_used(share: Share) -> usize {
    let interpreters = [Interpreter::default(), Interpreter::default()];
    let processors = Processors::default();
    thread::scope(|scope| {
        for me in 0..2 {
            let (interpreters, processors) = (&interpreters, &processors);
            scope.spawn(move || match share {
                Share::NoLock => processors.run(|| ()),
                Share::Lock | Share::Nothing => {
                    let own = if matches!(share, Share::Lock) { 0 } else { me };
                    let _held = interpreters[own].lock.lock().unwrap();
                    processors.run(|| ());
                }
            });
        }
    });
    processors.most.load(SeqCst)
}

/// Something that arrives, for a thread that waits for it.
#[derive(Default)]
struct Input {
    has_arrived: Mutex<bool>,
    arrived: Condvar,
}

impl Input {
    fn wait(&self) {
        let mut has_arrived = self.has_arrived.lock().unwrap();
        while !*has_arrived {
            has_arrived = self.arrived.wait(has_arrived).unwrap();
        }
    }

    fn arrive(&self) {
        *self.has_arrived.lock().unwrap() = true;
        self.arrived.notify_one();
    }
}

/// One thread waits for what another one sends; both run bytecodes before and after. Returns how many they
/// have run.
fn waiting(gives_back_the_lock: bool) -> usize {
    let interpreter = Interpreter::default();
    let input = Input::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut variables = interpreter.lock.lock().unwrap();
            variables.execute(Append(1), &mut 0);
            if gives_back_the_lock {
                drop(variables);
                input.wait();
                variables = interpreter.lock.lock().unwrap();
            } else {
                input.wait();
            }
            variables.execute(Append(2), &mut 0);
        });
        interpreter.run(&[Append(3)], 1);
        input.arrive();
    });
    interpreter.lock.into_inner().unwrap().list.len()
}

const SHORT: &[Parameter] = &[Parameter {
    name: "interval",
    summary: "after how many bytecodes others may run",
    default: 1,
    least: 1,
    most: 100,
}];

const LONG: &[Parameter] = &[Parameter {
    name: "statements",
    summary: "after how many statements, of three bytecodes each, others may run",
    default: 1,
    least: 1,
    most: 100,
}];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "interpreter_lock/bytecode",
        summary: "two threads append to a list, by a method that is one bytecode",
        claim: "A single bytecode is not interrupted, so that a method of a built-in type needs no lock.",
        parameters: SHORT,
        run: |parameters| Outcome::of(&on_two_threads(&[Append(1), Append(2)], parameters.get("interval")).list.len()),
        right: |_| only(4),
        possible: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/two_bytecodes",
        summary: "two threads append to a list, by looking how long it is",
        claim: "What takes two bytecodes may be interrupted between them, interpreter lock or not.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/bytecode"],
        parameters: SHORT,
        run: |parameters| {
            let program = [LoadLength, StoreItem(1), LoadLength, StoreItem(2)];
            Outcome::of(&on_two_threads(&program, parameters.get("interval")).list.len())
        },
        right: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/statement",
        summary: "two threads pay in and out, and may be interrupted after every bytecode",
        claim: "`balance = balance + n` is several bytecodes: another thread may change the balance between them.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/long_interval"],
        parameters: SHORT,
        run: |parameters| Outcome::of(&on_two_threads(&PAY_IN_AND_OUT, parameters.get("interval")).balance),
        right: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/long_interval",
        summary: "two threads pay in and out, and are interrupted between statements only",
        claim: "Where an interpreter lets others run only at certain places, as new ones do, a race may not show: \
                it is right by luck.",
        parameters: LONG,
        run: |parameters| Outcome::of(&on_two_threads(&PAY_IN_AND_OUT, 3 * parameters.get("statements")).balance),
        right: |_| only(0),
        possible: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/one_processor",
        summary: "two threads that only compute share an interpreter",
        claim: "Under an interpreter lock threads that compute use one processor, however many there are.",
        run: |_| Outcome::of(&processors_used(Share::Lock)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/no_lock",
        summary: "two threads that only compute share an interpreter without a lock",
        claim: "It is the lock that keeps threads from using several processors.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/one_processor", "interpreter_lock/processes"],
        run: |_| Outcome::of(&processors_used(Share::NoLock)),
        right: |_| only(1),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/processes",
        summary: "two processes that only compute have an interpreter each",
        claim: "Each process has an interpreter lock of its own, so that processes use several processors.",
        run: |_| Outcome::of(&processors_used(Share::Nothing)),
        right: |_| any_of([1, 2]),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/given_back_while_waiting",
        summary: "a thread gives the lock back while it waits for input",
        claim: "A thread that waits for input gives the interpreter lock back, so that others run meanwhile.",
        run: |_| Outcome::of(&waiting(true)),
        right: |_| only(3),
        possible: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/kept_while_waiting",
        summary: "a thread keeps the lock while it waits for input",
        claim: "An extension that waits without giving the interpreter lock back stops every other thread.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["interpreter_lock/given_back_while_waiting"],
        run: |_| Outcome::of(&waiting(false)),
        right: |_| only(3),
        ..Scenario::DEFAULT
    },
];
