//! Who waits for a program, and for how long: `run` and `call` do, `Popen` does not, and a time can be set.

use std::time::Duration;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::Arc;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;

use super::{Popen, TimeoutExpired, run};
use crate::process::Exit;
use crate::scenario::{Expectation, Scenario, any_of, only};

/// How long is waited. In a model no time is long.
const TIME: Duration = Duration::from_millis(1);

/// A program is run that does some work. Returns whether that is done when the parent goes on.
fn done_when_parent_goes_on(waits: bool) -> bool {
    let is_done = Arc::new(AtomicBool::new(false));
    let childs = is_done.clone();
    let child = Popen::new(move |_, _, _| {
        childs.store(true, SeqCst);
        Ok(0)
    });
    if waits {
        child.communicate(b"");
        return is_done.load(SeqCst);
    }
    let seen = is_done.load(SeqCst);
    child.forget();
    seen
}

/// A program waits for a line that its parent writes after it has started it. The parent goes on at once, or waits until
/// the program has ended, as `call` does. Returns how it has ended.
fn fed_afterwards(waits_first: bool) -> Exit {
    let mut child = Popen::new(|_, input, _| Ok(input.read(1).len() as u8));
    if waits_first {
        child.wait();
    }
    if let Some(stdin) = child.stdin.take() {
        let _ = stdin.write(b"a");
    }
    let exit = child.wait();
    child.forget();
    exit
}

/// A program that takes two steps is waited for for some time. If it does not end in that, `run` kills it, and waits until
/// it is no more; `Popen.wait` does not. Returns how the program has ended when the parent goes on, or that it lives.
fn waited_in_vain(kills: bool) -> Result<Exit, (TimeoutExpired, Option<Exit>)> {
    let child = Popen::new(|life, _, _| {
        life.goes_on()?;
        life.goes_on()?;
        Ok(0)
    });
    let result = child.wait_timeout(TIME).map_err(|expired| {
        if kills {
            child.kill();
            child.wait();
        }
        (expired, child.poll())
    });
    child.forget();
    result
}

/// What is right: whether it has ended in time or not, it is no more.
fn no_more() -> Option<Vec<Outcome>> {
    let expired = [Exit::Code(0), Exit::Killed].map(|exit| Err((TimeoutExpired, Some(exit))));
    any_of(expired.into_iter().chain([Ok(Exit::Code(0))]))
}

/// A program fails. Returns what its parent notices of that if it has asked for a check, or not.
fn failed(check: bool) -> &'static str {
    let completed = run(|_, _, _| Ok(3), b"");
    if check && completed.exit != Exit::Code(0) { "CalledProcessError" } else { "goes on" }
}

/// The scenarios of waiting for a program.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "subprocess/run",
        summary: "a program is run, and its parent goes on when it has ended",
        shows: "`subprocess.run` returns when the program has ended: what that does is done.",
        run: |_| Outcome::of(&done_when_parent_goes_on(true)),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/popen",
        summary: "a program is started, and its parent takes its work for done",
        shows: "`subprocess.Popen` returns when the program has been started: what that does may not be done yet.",
        literature: Some("broken variant; nobody waits"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["subprocess/run"],
        run: |_| Outcome::of(&done_when_parent_goes_on(false)),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/popen_goes_on",
        summary: "a program waits for what its parent writes when it has started it",
        shows: "`subprocess.Popen` does not wait for the program: the parent can go on to write what that waits for.",
        run: |_| Outcome::of(&fed_afterwards(false)),
        right: |_| only(Exit::Code(1)),
        possible: |_| only(Exit::Code(1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/call_waits",
        summary: "a program waits for its parent, which waits until the program has ended",
        shows: "`subprocess.call` and `run` wait until the program has ended: one that waits for its parent's next \
            step never does.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["subprocess/popen_goes_on"],
        run: |_| Outcome::of(&fed_afterwards(true)),
        right: |_| only(Exit::Code(1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/run_timeout",
        summary: "a program is waited for for some time, and killed if it has not ended",
        shows: "`subprocess.run(timeout=..)` returns, or kills the program and raises `TimeoutExpired` when that is \
            no more.",
        run: |_| Outcome::of(&waited_in_vain(true)),
        right: |_| no_more(),
        possible: |_| no_more(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/wait_timeout",
        summary: "a program is waited for for some time, and taken to be no more",
        shows: "`Popen.wait(timeout)` raises `TimeoutExpired` and does not kill the program, which goes on.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["subprocess/run_timeout"],
        run: |_| Outcome::of(&waited_in_vain(false)),
        right: |_| no_more(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/check",
        summary: "a program fails that was run with a check",
        shows: "`subprocess.run(check=True)` raises `CalledProcessError` if the exit code is not 0.",
        run: |_| Outcome::of(&failed(true)),
        right: |_| only("CalledProcessError"),
        possible: |_| only("CalledProcessError"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/no_check",
        summary: "a program fails that was run without a check",
        shows: "Without `check=True`, `subprocess.run` returns when a program fails as when it does not.",
        literature: Some("broken variant; nobody looks at `returncode`"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["subprocess/check"],
        run: |_| Outcome::of(&failed(false)),
        right: |_| only("CalledProcessError"),
        ..Scenario::DEFAULT
    },
];
