//! A manager: a process that keeps objects, and does for others what they ask, as Python's
//! `multiprocessing.Manager`. What the others have is a proxy, which sends each call and waits for the answer.
//!
//! The server has a thread for each thread of a client, each of which has one proxy here. What it does for one call
//! it does in one step: in Python a list or a dict is changed under the interpreter's lock.

use selvedge::sync::mpsc::{Sender, channel};
use selvedge::sync::{Arc, Mutex};
use selvedge::thread;

mod scenarios;

pub use scenarios::SCENARIOS;

/// What is asked of an object.
type Call<T> = Box<dyn FnOnce(&T) + Send>;

/// An object that is kept by a server.
pub struct Managed<T>(Arc<T>);

/// What a client has instead of the object.
pub struct Proxy<T> {
    calls: Sender<Call<T>>,
}

impl<T: Send + Sync + 'static> Managed<T> {
    /// Lets a server keep the object.
    pub fn new(object: T) -> Self {
        Self(Arc::new(object))
    }

    /// Returns a proxy of it for a client, which the server has a thread for.
    pub fn proxy(&self) -> Proxy<T> {
        let (calls, arrived) = channel::<Call<T>>();
        let object = self.0.clone();
        thread::spawn(move || arrived.into_iter().for_each(|call| call(&object)));
        Proxy { calls }
    }

    /// The twin: returns proxies of it, and has one thread for all of them.
    pub fn proxies_with_one_thread(&self) -> [Proxy<T>; 2] {
        let Proxy { calls } = self.proxy();
        [Proxy { calls: calls.clone() }, Proxy { calls }]
    }
}

impl<T: Send + Sync + 'static> Proxy<T> {
    /// Has the server do something with the object, and returns what it answers.
    pub fn call<R: Send + 'static>(&self, method: impl FnOnce(&T) -> R + Send + 'static) -> R {
        let (answers, answer) = channel();
        let call = move |object: &T| {
            let _ = answers.send(method(object));
        };
        assert!(self.calls.send(Box::new(call)).is_ok(), "the server serves as long as there are proxies");
        answer.recv().expect("the server answers")
    }
}

/// An object of which the interpreter does one thing at a time, as a `list` or a `dict` of Python.
pub type Atomically<T> = Mutex<T>;

impl<T: Send + 'static> Proxy<Atomically<T>> {
    /// Has the server do something with such an object, in one step.
    pub fn ask<R: Send + 'static>(&self, method: impl FnOnce(&mut T) -> R + Send + 'static) -> R {
        self.call(|object| method(&mut object.lock().unwrap()))
    }
}
