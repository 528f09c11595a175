//! Thread-local values: one variable, of which each thread has its own.
//!
//! The tutorials' example: a thread handles a student, and the functions that it calls need to know which.
//! They can be told by a parameter, look it up in a map by thread, or find it in a thread-local.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Arc, Barrier, Mutex, mpsc};
use selvedge::thread;
use selvedge::thread_local;

mod scenarios;

pub use scenarios::SCENARIOS;

type Student = &'static str;

const STUDENTS: [Student; 2] = ["Alice", "Bob"];

thread_local! {
    /// The student that this thread handles.
    static STUDENT: Cell<Option<Student>> = const { Cell::new(None) };
}

/// Handles each student on a thread of its own, and returns who was greeted by each.
fn each_on_a_thread(handle: impl Fn(Student) -> Option<Student> + Send + Sync + 'static) -> [Option<Student>; 2] {
    let handle = Arc::new(handle);
    let threads = STUDENTS.map(|student| {
        let handle = Arc::clone(&handle);
        thread::spawn(move || handle(student))
    });
    threads.map(|thread| thread.join().unwrap())
}

const EACH_ITS_OWN: [Option<Student>; 2] = [Some("Alice"), Some("Bob")];

/// Says in a thread-local who it is about, and looks there when both have done so.
fn isolated() -> [Option<Student>; 2] {
    let both_have_bound = Barrier::new(2);
    each_on_a_thread(move |student| {
        STUDENT.set(Some(student));
        both_have_bound.wait();
        STUDENT.get()
    })
}

/// The twin: says it in a global variable. There is one for all threads.
fn global() -> [Option<Student>; 2] {
    let current = Mutex::new(None);
    each_on_a_thread(move |student| {
        *current.lock().unwrap() = Some(student);
        *current.lock().unwrap()
    })
}

/// A variable of a function that was called.
#[derive(Default)]
struct Variable(Mutex<Option<Student>>);

impl Variable {
    fn set(&self, student: Student) {
        *self.0.lock().unwrap() = Some(student);
    }

    fn get(&self) -> Option<Student> {
        *self.0.lock().unwrap()
    }
}

/// A function that is handed the variable, and hands it on.
fn do_task(std: &Variable) -> Option<Student> {
    do_subtask(std)
}

fn do_subtask(std: &Variable) -> Option<Student> {
    std.get()
}

/// Each call of the function has a variable of its own, which it hands from function to function.
fn passed_by_hand() -> [Option<Student>; 2] {
    each_on_a_thread(|student| {
        let std = Variable::default();
        std.set(student);
        do_task(&std)
    })
}

/// The twin: the variable belongs to the function around it, and both threads run the nested one.
fn in_a_nested_function() -> [Option<Student>; 2] {
    let std = Variable::default();
    each_on_a_thread(move |student| {
        std.set(student);
        do_task(&std)
    })
}

/// Looks it up in a map, by the number of the thread. Each operation on the map is done under a lock: on CPython that
/// is the interpreter's, which a `dict` keeps for a whole operation if its keys have no methods written in Python.
fn in_a_map() -> [Option<Student>; 2] {
    let students = Mutex::new(BTreeMap::new());
    let numbers = AtomicUsize::new(0);
    each_on_a_thread(move |student| {
        let me = numbers.fetch_add(1, SeqCst);
        students.lock().unwrap().insert(me, student);
        students.lock().unwrap().get(&me).copied()
    })
}

/// A map without a lock: pairs of a thread and a student, and how many there are.
#[derive(Default)]
struct UnlockedMap {
    pairs: [(AtomicUsize, AtomicUsize); 2],
    length: AtomicUsize,
}

impl UnlockedMap {
    fn insert(&self, thread: usize, student: usize) {
        let length = self.length.load(SeqCst);
        self.pairs[length].0.store(thread, SeqCst);
        self.pairs[length].1.store(student, SeqCst);
        self.length.store(length + 1, SeqCst);
    }

    fn get(&self, thread: usize) -> Option<usize> {
        let pairs = &self.pairs[..self.length.load(SeqCst)];
        let (_, student) = pairs.iter().find(|(key, _)| key.load(SeqCst) == thread)?;
        Some(student.load(SeqCst))
    }
}

/// The twin: operations on the map take several steps and no lock. Two threads put their pairs in the same place.
fn in_an_unlocked_map() -> [Option<Student>; 2] {
    let students = UnlockedMap::default();
    let numbers = AtomicUsize::new(1);
    each_on_a_thread(move |student| {
        let me = numbers.fetch_add(1, SeqCst);
        let number = STUDENTS.iter().position(|&other| other == student)?;
        students.insert(me, number);
        students.get(me).map(|number| STUDENTS[number])
    })
}

/// Numbers for threads, of which those of threads that have ended are given out again: as the system does.
#[derive(Default)]
struct Identities(Mutex<Vec<bool>>);

impl Identities {
    fn take(&self) -> usize {
        let mut taken = self.0.lock().unwrap();
        let free = taken.iter().position(|is_taken| !is_taken).unwrap_or(taken.len());
        if free == taken.len() {
            taken.push(false);
        }
        taken[free] = true;
        free
    }

    fn give_back(&self, number: usize) {
        self.0.lock().unwrap()[number] = false;
    }
}

/// One thread handles Alice; another one looks whom it handles, having been told nothing. `at_the_end` is
/// what the first one does with its entry in the map when it ends.
fn identity_reused(at_the_end: fn(&Mutex<BTreeMap<usize, Student>>, usize)) -> Option<Student> {
    let (identities, students) = (Identities::default(), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        scope.spawn(|| {
            let me = identities.take();
            students.lock().unwrap().insert(me, "Alice");
            at_the_end(&students, me);
            identities.give_back(me);
        });
        let other = scope.spawn(|| {
            let me = identities.take();
            let found = students.lock().unwrap().get(&me).copied();
            identities.give_back(me);
            found
        });
        other.join().unwrap()
    })
}

/// A worker of a pool does one task after the other on the same thread: first one for Alice, then one for
/// nobody. `between` is what it does between the two. Returns whom the second task found.
fn pooled(between: fn()) -> Option<Student> {
    let (tasks, queue) = mpsc::channel::<Option<Student>>();
    let worker = thread::spawn(move || {
        let mut found = None;
        for student in queue {
            if student.is_some() {
                STUDENT.set(student);
            }
            found = STUDENT.get();
            between();
        }
        found
    });
    tasks.send(Some("Alice")).unwrap();
    tasks.send(None).unwrap();
    drop(tasks);
    worker.join().unwrap()
}

/// Counts a value that is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

thread_local! {
    static COUNTED: RefCell<Option<Counted>> = const { RefCell::new(None) };
}

/// A thread leaves a value in a thread-local. Returns how many such values have been dropped, when the
/// thread has ended or before.
fn dropped(joined: bool) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let thread = {
        let count = Arc::clone(&count);
        thread::spawn(move || COUNTED.set(Some(Counted(count))))
    };
    if joined {
        thread.join().unwrap();
    }
    count.load(SeqCst)
}

/// A connection: what is received is the answer to what was sent last.
#[derive(Default)]
struct Connection(AtomicUsize);

impl Connection {
    fn ask(&self, question: usize) -> usize {
        self.0.store(question, SeqCst);
        self.0.load(SeqCst)
    }
}

thread_local! {
    /// The connection of this thread, made when it is first needed.
    static CONNECTION: Connection = Connection::default();
}

/// Two threads ask two questions each. Returns how many got the answer to theirs.
fn answered(ask: impl Fn(usize) -> usize + Send + Sync) -> usize {
    let right = AtomicUsize::new(0);
    thread::scope(|scope| {
        for me in 0..2 {
            let (ask, right) = (&ask, &right);
            scope.spawn(move || {
                for question in [10 + me, 20 + me] {
                    right.fetch_add(usize::from(ask(question) == question), SeqCst);
                }
            });
        }
    });
    right.load(SeqCst)
}

fn over_own_connections() -> usize {
    answered(|question| CONNECTION.with(|connection| connection.ask(question)))
}

/// The twin: one connection for all, made by whoever needs it first.
fn over_one_connection() -> usize {
    let connection = Connection::default();
    answered(move |question| connection.ask(question))
}

/// A thread says whom it handles, and starts another one. Returns whom that one finds.
fn inherited() -> Option<Student> {
    STUDENT.set(Some("Alice"));
    let child = thread::spawn(|| STUDENT.get());
    child.join().unwrap()
}

/// What the child is to know, it is told.
fn handed_down() -> Option<Student> {
    STUDENT.set(Some("Alice"));
    let student = STUDENT.get();
    let child = thread::spawn(move || {
        STUDENT.set(student);
        STUDENT.get()
    });
    child.join().unwrap()
}
