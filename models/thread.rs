//! Threads: started, named, waited for, left alone.
//!
//! What the tutorials show first, and what they say of it.

use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::atomic::{AtomicU32, AtomicUsize};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, Builder};

mod scenarios;

pub use scenarios::SCENARIOS;

/// A thread works, and the main thread waits for it.
fn joined() -> u32 {
    let work = Arc::new(AtomicU32::new(0));
    let worker = {
        let work = Arc::clone(&work);
        thread::spawn(move || work.store(42, SeqCst))
    };
    worker.join().unwrap();
    work.load(SeqCst)
}

/// A thread works, and the main thread goes on without waiting for it.
fn detached() -> u32 {
    let work = Arc::new(AtomicU32::new(0));
    let worker = {
        let work = Arc::clone(&work);
        thread::spawn(move || work.store(42, SeqCst))
    };
    drop(worker);
    work.load(SeqCst)
}

/// Gives each thread a name with the next number, as Python does: `Thread-1`, `Thread-2`, ..
fn named(next: fn(&AtomicUsize) -> usize) -> Vec<String> {
    let numbers = Arc::new(AtomicUsize::new(1));
    let starters = [(); 2].map(|()| {
        let numbers = Arc::clone(&numbers);
        // Threads may start threads, so two may ask for a number at the same time.
        thread::spawn(move || {
            let builder = Builder::new().name(format!("Thread-{}", next(&numbers)));
            let thread = builder.spawn(|| thread::current().name().map(str::to_owned)).unwrap();
            thread.join().unwrap().unwrap_or_default()
        })
    });
    let mut names = vec![thread::current().name().unwrap_or_default().to_owned()];
    names.extend(starters.into_iter().map(|starter| starter.join().unwrap()));
    names.sort();
    names
}

fn counted(numbers: &AtomicUsize) -> usize {
    numbers.fetch_add(1, SeqCst)
}

/// The twin: reads the number and writes the next one in two steps.
fn counted_in_two_steps(numbers: &AtomicUsize) -> usize {
    let number = numbers.load(SeqCst);
    numbers.store(number + 1, SeqCst);
    number
}

/// Each of two threads asks who it is. Returns whether each is told its own name.
fn current() -> bool {
    let threads = ["Alice", "Bob"].map(|name| {
        let ask = move || thread::current().name() == Some(name);
        Builder::new().name(name.into()).spawn(ask).unwrap()
    });
    threads.into_iter().all(|thread| thread.join().unwrap())
}

/// The twin: each says in a global variable who it is, and looks there.
fn current_in_a_global() -> bool {
    let who = Arc::new(Mutex::new(""));
    let threads = ["Alice", "Bob"].map(|name| {
        let who = Arc::clone(&who);
        let ask = move || {
            *who.lock().unwrap() = name;
            *who.lock().unwrap() == name
        };
        Builder::new().name(name.into()).spawn(ask).unwrap()
    });
    threads.into_iter().all(|thread| thread.join().unwrap())
}

/// Threads are started one after the other, and each says when it runs. Returns in which order they did.
fn order(wait_for_each: bool) -> Vec<usize> {
    let ran = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 0..3 {
            let ran = &ran;
            let thread = scope.spawn(move || ran.lock().unwrap().push(number));
            if wait_for_each {
                thread.join().unwrap();
            }
        }
    });
    ran.into_inner().unwrap()
}

/// What two threads do: one works, the other one fails.
fn work(number: usize) -> u32 {
    assert_eq!(number, 0, "something goes wrong");
    42
}

/// Two threads work. Returns what `join` says of how many: those that have done it, and those that have failed.
fn results() -> (usize, usize) {
    let threads = [0, 1].map(|number| thread::spawn(move || work(number)));
    let results = threads.map(thread::JoinHandle::join);
    let done = results.iter().filter(|result| result.is_ok()).count();
    (done, results.len() - done)
}

/// An exception, which a function raises instead of returning something.
struct Exception;

/// What three threads do: the first one raises, and the others work.
fn work_or_raise(number: usize) -> Result<u32, Exception> {
    if number == 0 { Err(Exception) } else { Ok(42) }
}

/// What a program's threads leave: their results, and how many exceptions `threading.excepthook` has printed.
#[derive(Default)]
struct Left {
    results: Mutex<Vec<u32>>,
    printed: AtomicUsize,
}

impl Left {
    /// What `threading` does around the function of a thread: an exception ends the function, is printed, and goes no
    /// further.
    fn run(&self, function: impl FnOnce() -> Result<u32, Exception>) {
        match function() {
            Ok(result) => self.results.lock().unwrap().push(result),
            Err(Exception) => {
                self.printed.fetch_add(1, SeqCst);
            }
        }
    }
}

/// Three threads run, of which one raises, and the main thread waits for all. Returns how many results there are when
/// it goes on, and how many exceptions were printed.
fn one_raises() -> (usize, usize) {
    let left = Left::default();
    thread::scope(|scope| {
        for number in 0..3 {
            let left = &left;
            scope.spawn(move || left.run(|| work_or_raise(number)));
        }
    });
    (left.results.into_inner().unwrap().len(), left.printed.into_inner())
}

/// The twin: who has waited for all threads takes it that all have done their work.
fn failure_unnoticed() -> usize {
    let (results, _) = one_raises();
    results
}

/// A thread that serves requests for ever, of which there will be no more.
fn serve(requests: &(Mutex<usize>, Condvar)) {
    let (waiting, arrived) = requests;
    loop {
        let mut waiting = waiting.lock().unwrap();
        while *waiting == 0 {
            waiting = arrived.wait(waiting).unwrap();
        }
        *waiting -= 1;
    }
}

/// A program, and what it does at its end: `threading` waits for all threads that are no daemons.
#[derive(Default)]
struct Program {
    to_wait_for: Vec<thread::JoinHandle<()>>,
}

impl Program {
    fn start(&mut self, is_daemon: bool, function: impl FnOnce() + Send + 'static) {
        let thread = thread::spawn(function);
        if !is_daemon {
            self.to_wait_for.push(thread);
        }
    }

    fn end(self) {
        for thread in self.to_wait_for {
            let _ = thread.join();
        }
    }
}

/// A program has a server, and a thread that does some work. Returns what has been done when the program has ended.
fn program_with_a_server(server_is_daemon: bool) -> u32 {
    let (requests, work) = (Arc::default(), Arc::new(AtomicU32::new(0)));
    let mut program = Program::default();
    program.start(server_is_daemon, move || serve(&requests));
    let done = Arc::clone(&work);
    program.start(false, move || done.store(42, SeqCst));
    program.end();
    work.load(SeqCst)
}

/// A thread writes two lines. Returns how many are there when the program ends, which waits for the thread
/// unless it is a daemon.
fn lines_written(is_daemon: bool) -> usize {
    let lines = Arc::new(AtomicUsize::new(0));
    let writer = {
        let lines = Arc::clone(&lines);
        thread::spawn(move || {
            lines.fetch_add(1, SeqCst);
            lines.fetch_add(1, SeqCst);
        })
    };
    if !is_daemon {
        writer.join().unwrap();
    }
    lines.load(SeqCst)
}

/// Adds to what a program prints.
fn print(lines: &Mutex<Vec<&'static str>>, line: &'static str) {
    lines.lock().unwrap().push(line);
}

/// The example with a thread that counts, here to two. Returns what is printed up to the line of the main thread's end.
fn loop_thread(waits: bool) -> Vec<&'static str> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    print(&lines, "main is running");
    let thread = {
        let lines = Arc::clone(&lines);
        thread::spawn(move || {
            for line in ["loop is running", "loop 1", "loop 2", "loop ended"] {
                print(&lines, line);
            }
        })
    };
    if waits {
        thread.join().unwrap();
    }
    let mut printed = lines.lock().unwrap().clone();
    printed.push("main ended");
    printed
}
