//! A global interpreter lock: one thread at a time runs bytecode, and is made to let others run after a
//! while.
//!
//! Each bytecode is so indivisible, and a statement that is made of several is not. How long a thread runs
//! before others may is the *switch interval*: Python measures it in time, here it is a number of bytecodes.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Barrier, Condvar, Mutex};
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
    /// A function written in Python: it returns the amount that it was given.
    Call(i64),
    /// Adds what the call has returned.
    AddReturned,
}

use Bytecode::{Add, AddReturned, Append, Call, LoadBalance, LoadLength, StoreBalance, StoreItem};

/// `balance = balance + 5`, and back again.
const PAY_IN_AND_OUT: [Bytecode; 6] = [LoadBalance, Add(5), StoreBalance, LoadBalance, Add(-5), StoreBalance];

/// `balance = balance + amount(5)`, and back again: the old balance is on the stack during the call.
const PAY_IN_AND_OUT_BY_CALLS: [Bytecode; 8] =
    [LoadBalance, Call(5), AddReturned, StoreBalance, LoadBalance, Call(-5), AddReturned, StoreBalance];

/// The variables of a program.
#[derive(Default)]
struct Variables {
    balance: i64,
    list: Vec<i64>,
}

/// What a thread has of its own.
#[derive(Default)]
struct Stack {
    value: i64,
    returned: i64,
}

impl Variables {
    fn execute(&mut self, bytecode: Bytecode, Stack { value: stack, returned }: &mut Stack) {
        match bytecode {
            LoadBalance => *stack = self.balance,
            Add(amount) => *stack += amount,
            StoreBalance => self.balance = *stack,
            Call(amount) => *returned = amount,
            AddReturned => *stack += *returned,
            Append(value) => self.list.push(value),
            LoadLength => *stack = i64::try_from(self.list.len()).expect("a short list"),
            StoreItem(value) => match self.list.get_mut(usize::try_from(*stack).expect("a length")) {
                Some(item) => *item = value,
                None => self.list.push(value),
            },
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
        self.run_slices(program.chunks(interval));
    }

    /// Runs bytecodes, and lets others run at calls only, as CPython does since 3.10.
    fn run_between_calls(&self, program: &[Bytecode]) {
        self.run_slices(program.split_inclusive(|bytecode| matches!(bytecode, Call(_))));
    }

    fn run_slices<'a>(&self, slices: impl Iterator<Item = &'a [Bytecode]>) {
        let mut stack = Stack::default();
        for slice in slices {
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

/// Two threads run the same program, on one interpreter that lets others run at calls. Returns the balance.
fn balance_with_calls(program: &[Bytecode]) -> i64 {
    let interpreter = Interpreter::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| interpreter.run_between_calls(program));
        }
    });
    interpreter.lock.into_inner().unwrap().balance
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

/// Two threads that only compute run on one interpreter, with its lock or without. Returns how many processors
/// they use at most at the same time.
fn processors_used(takes_the_lock: bool) -> usize {
    let interpreter = Interpreter::default();
    let processors = Processors::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let _held = takes_the_lock.then(|| interpreter.lock.lock().unwrap());
                processors.run(|| ());
            });
        }
    });
    processors.most.load(SeqCst)
}

/// Two meet in the middle of a bytecode, for which they have to be there at the same time. Each has an
/// interpreter of its own, or they share one. Returns how many there were.
fn meet(own_interpreters: bool) -> usize {
    let interpreters = [Interpreter::default(), Interpreter::default()];
    let meeting = Barrier::new(2);
    let met = AtomicUsize::new(0);
    thread::scope(|scope| {
        for me in 0..2 {
            let (interpreters, meeting, met) = (&interpreters, &meeting, &met);
            scope.spawn(move || {
                let _held = interpreters[if own_interpreters { me } else { 0 }].lock.lock().unwrap();
                meeting.wait();
                met.fetch_add(1, SeqCst);
            });
        }
    });
    met.load(SeqCst)
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
            variables.execute(Append(1), &mut Stack::default());
            if gives_back_the_lock {
                drop(variables);
                input.wait();
                variables = interpreter.lock.lock().unwrap();
            } else {
                input.wait();
            }
            variables.execute(Append(2), &mut Stack::default());
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
        shows: "A single bytecode is not interrupted, so that a method of a built-in type needs no lock.",
        parameters: SHORT,
        run: |parameters| Outcome::of(&on_two_threads(&[Append(1), Append(2)], parameters.get("interval")).list.len()),
        right: |_| only(4),
        possible: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/two_bytecodes",
        summary: "two threads append to a list, by looking how long it is",
        shows: "What takes two bytecodes may be interrupted between them, interpreter lock or not.",
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
        shows: "Without a lock, threads that do `balance = balance + n` lose changes, though there is an interpreter lock.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/long_interval", "interpreter_lock/no_call_inside"],
        parameters: SHORT,
        run: |parameters| Outcome::of(&on_two_threads(&PAY_IN_AND_OUT, parameters.get("interval")).balance),
        right: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/long_interval",
        summary: "two threads pay in and out, and are interrupted between statements only",
        shows: "Where an interpreter lets others run only at certain places, as new ones do, a race may not show: \
                it is right by luck.",
        parameters: LONG,
        run: |parameters| Outcome::of(&on_two_threads(&PAY_IN_AND_OUT, 3 * parameters.get("statements")).balance),
        right: |_| only(0),
        possible: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/no_call_inside",
        summary: "two threads pay in and out, and are interrupted at calls only, of which there are none",
        shows: "An interpreter that lets others run at calls only does not show a race in a statement without one.",
        run: |_| Outcome::of(&balance_with_calls(&PAY_IN_AND_OUT)),
        right: |_| only(0),
        possible: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/call_inside",
        summary: "two threads pay in and out, and are interrupted at the call inside the statement",
        shows: "With a call inside, `balance = balance + amount(n)` may lose changes on an interpreter that lets others run at calls, too.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/no_call_inside"],
        run: |_| Outcome::of(&balance_with_calls(&PAY_IN_AND_OUT_BY_CALLS)),
        right: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/one_processor",
        summary: "two threads that only compute share an interpreter",
        shows: "Under an interpreter lock threads that compute use one processor, however many there are.",
        run: |_| Outcome::of(&processors_used(true)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/no_lock",
        summary: "two threads that only compute share an interpreter without a lock",
        shows: "It is the lock that keeps threads from using several processors.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/one_processor"],
        run: |_| Outcome::of(&processors_used(false)),
        right: |_| only(1),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/processes",
        summary: "two processes, with an interpreter each, meet in the middle of a bytecode",
        shows: "Each process has an interpreter lock of its own, so that processes run at the same time.",
        run: |_| Outcome::of(&meet(true)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/threads",
        summary: "two threads, with one interpreter, are to meet in the middle of a bytecode",
        shows: "Threads that share an interpreter lock never run bytecode at the same time.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["interpreter_lock/processes"],
        run: |_| Outcome::of(&meet(false)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/given_back_while_waiting",
        summary: "a thread gives the lock back while it waits for input",
        shows: "A thread that waits for input gives the interpreter lock back, so that others run meanwhile.",
        run: |_| Outcome::of(&waiting(true)),
        right: |_| only(3),
        possible: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/kept_while_waiting",
        summary: "a thread keeps the lock while it waits for input",
        shows: "An extension that waits without giving the interpreter lock back stops every other thread.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["interpreter_lock/given_back_while_waiting"],
        run: |_| Outcome::of(&waiting(false)),
        right: |_| only(3),
        ..Scenario::DEFAULT
    },
];
