//! A signal that is lost: the thread that waits looks and waits in two steps, and the signal comes between them.
//! The story, and the same execution once more from its token. `cargo run --example lost_signal`

use selvedge::failure::FailureKind;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::{Checker, render, thread};

/// A flag that threads can wait for.
struct Flag {
    is_up: Mutex<bool>,
    changed: Condvar,
}

impl Flag {
    fn new() -> Self {
        Self { is_up: Mutex::new(false), changed: Condvar::new() }
    }

    fn raise(&self) {
        *self.is_up.lock().unwrap() = true;
        self.changed.notify_all();
    }

    /// Waits until the flag is up. It lets go of the lock between the look and the wait, which is wrong.
    fn wait(&self) {
        let is_up = *self.is_up.lock().unwrap();
        if !is_up {
            let guard = self.is_up.lock().unwrap();
            drop(self.changed.wait(guard).unwrap());
        }
    }
}

fn scenario() {
    let flag = Arc::new(Flag::new());
    let raiser = {
        let flag = Arc::clone(&flag);
        thread::spawn(move || flag.raise())
    };
    flag.wait();
    raiser.join().unwrap();
}

fn main() {
    let report = Checker::new().name("lost_signal").run(scenario);
    let found = report.counterexample().expect("the signal can be lost");
    let replay_line = |token: &selvedge::schedule::Token| format!("selvedge::replay(\"{token}\", scenario)");
    println!("{}", render::story("lost_signal", found, &replay_line));

    // A failure is data: a test can ask what it was.
    assert_eq!(found.failure.kind(), FailureKind::Deadlock);

    // The token stands for this one execution, here and on any other machine.
    let token = found.token.as_ref().expect("the explorer's failures can be replayed").to_string();
    let again = Checker::new().replay(&token, scenario).expect("the scenario is the same");
    assert_eq!(again.counterexample.expect("the same failure").trace, found.trace);
    println!("replayed: the same {} events, the same failure", found.trace.events.len());
}
