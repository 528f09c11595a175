//! A global interpreter lock: one thread at a time runs bytecode, and is made to let others run after a
//! while.
//!
//! Each bytecode is so indivisible, and a statement that is made of several is not. How long a thread runs
//! before others may is the *switch interval*: Python measures it in time, here it is a number of bytecodes.

use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Barrier, Condvar, Mutex};
use selvedge::thread;

mod scenarios;

pub use scenarios::SCENARIOS;

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

/// Two values are appended by a method written in Python, which one bytecode calls, and which is two.
const APPEND_IN_PYTHON: [Bytecode; 4] = [LoadLength, StoreItem(1), LoadLength, StoreItem(2)];

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

/// Counts how many threads compute at the same time: how many processors are of use.
#[derive(Default)]
struct Processors {
    busy: AtomicUsize,
    most: AtomicUsize,
}

impl Processors {
    fn compute<T>(&self, computing: impl FnOnce() -> T) -> T {
        self.most.fetch_max(self.busy.fetch_add(1, SeqCst) + 1, SeqCst);
        let result = computing();
        self.busy.fetch_sub(1, SeqCst);
        result
    }
}

/// The loop of the tutorials, which has only a local variable: the lock, if there is one, is taken anew each time.
fn run_loop(lock: Option<&Mutex<Variables>>, processors: &Processors) {
    let mut x = 0;
    for _ in 0..2 {
        let _held = lock.map(|lock| lock.lock().unwrap());
        processors.compute(|| x ^= 1);
    }
}

/// A function in C is called, which releases the lock, computes, and takes the lock again to return.
fn hash_with_lock_released(lock: Option<&Mutex<Variables>>, processors: &Processors) {
    drop(lock.map(|lock| lock.lock().unwrap()));
    let hash = processors.compute(|| 5_u64.wrapping_mul(0x100_0000_01b3));
    let _held = lock.map(|lock| lock.lock().unwrap());
    assert_ne!(hash, 5);
}

/// Two threads compute on one interpreter, with its lock or without. Returns how many processors they use at most at
/// the same time.
fn processors_used(has_a_lock: bool, compute: fn(Option<&Mutex<Variables>>, &Processors)) -> usize {
    let interpreter = Interpreter::default();
    let processors = Processors::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| compute(has_a_lock.then_some(&interpreter.lock), &processors));
        }
    });
    processors.most.load(SeqCst)
}

impl Interpreter {
    /// Waits in the middle of a bytecode until another one is in the middle of one.
    fn meet_in_a_bytecode(&self, meeting: &Barrier) {
        let _held = self.lock.lock().unwrap();
        meeting.wait();
    }

    /// Waits in a function in C, which has released the lock, until another one is in one.
    fn meet_in_c(&self, meeting: &Barrier) {
        drop(self.lock.lock().unwrap());
        meeting.wait();
        let _held = self.lock.lock().unwrap();
    }
}

/// Two are to meet, for which both have to be there at the same time. Each has an interpreter of its own, or they
/// share one. Returns how many there were.
fn meet(own_interpreters: bool, meet: fn(&Interpreter, &Barrier)) -> usize {
    let interpreters = [Interpreter::default(), Interpreter::default()];
    let meeting = Barrier::new(2);
    let met = AtomicUsize::new(0);
    thread::scope(|scope| {
        for me in 0..2 {
            let (interpreter, meeting, met) = (&interpreters[usize::from(own_interpreters) * me], &meeting, &met);
            scope.spawn(move || {
                meet(interpreter, meeting);
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
