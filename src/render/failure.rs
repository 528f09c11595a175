//! A failure in one or a few sentences.

use std::fmt;
use std::time::Duration;

use super::names::{Names, kind};
use super::words::{event, operation, place};
use crate::failure::{Access, Blocked, Circle, Counterexample, Failure, LastSeen};
use crate::outcome::Outcome;
use crate::trace::{Event, ObjectId, ThreadId, Trace};

/// Returns what is wrong, in words; the names in it are those of `trace`.
pub fn failure(failure: &Failure, trace: &Trace) -> String {
    let names = Names::of(trace);
    match failure {
        Failure::Panic(panic) => {
            format!("{} panicked at {}: {}", names.thread(panic.thread), panic.location, panic.message)
        }
        Failure::Abort { thread, panics, reason } => {
            let panics: Vec<String> =
                panics.iter().map(|panic| format!("at {}: {}", panic.location, panic.message)).collect();
            let (thread, panics) = (names.thread(*thread), panics.join(", and before that was over "));
            format!("{thread} panicked {panics}; with that std aborts the process ({reason})")
        }
        Failure::Deadlock { blocked, cycle } => deadlock(blocked, cycle, trace, &names),
        Failure::Livelock { blocked, circle } => livelock(blocked, *circle, trace, &names),
        Failure::DataRace { object, first, second } => {
            let access = |access: &Access| {
                let how = if access.exclusive { "writes" } else { "reads" };
                format!("{} {how} it at {}", names.thread(access.thread), place(access.location))
            };
            format!("data race on {}: {} while {}", names.object(*object), access(second), access(first))
        }
        Failure::UseAfterFree { object, freed, used } => use_after_free(*object, freed, used, trace, &names),
        Failure::LeakedLock { object, thread, locked_at } => {
            let (object, thread) = (names.object(*object), names.thread(*thread));
            format!("{object}, which {thread} took at {}, was never released: its guard was leaked", place(locked_at))
        }
        Failure::UnexpectedOutcome { outcome, allowed } => {
            let allowed: Vec<&str> = allowed.iter().map(Outcome::as_str).collect();
            format!("the outcome was {outcome}, which is not among those allowed ({})", allowed.join(", "))
        }
        Failure::MissingOutcomes { missing } => {
            let missing: Vec<&str> = missing.iter().map(Outcome::as_str).collect();
            format!("outcomes that were expected to be possible never occur: {}", missing.join(", "))
        }
        Failure::NotLinearizable(inconsistency) => super::history::inconsistency(inconsistency),
        Failure::Hang { threads } => hang(threads, &names),
        Failure::Stall { thread, last, limit } => stall(&names.thread(*thread), last.as_ref(), *limit, trace, &names),
        Failure::ForeignObject(foreign) => {
            let what = kind(foreign.kind);
            let (made_at, used_at) = (foreign.made_at, foreign.used_at);
            if foreign.is_static {
                format!(
                    "the static {what} made at {made_at} was used at {used_at} in a second execution, and what it \
                     holds cannot be made anew: make it inside the scenario, or wrap it in a LazyLock"
                )
            } else {
                format!(
                    "the {what} made at {made_at} belongs to no execution or to another one, and was used at \
                     {used_at}: make it inside the scenario"
                )
            }
        }
        Failure::Nondeterminism { divergence, .. } => {
            format!(
                "the scenario did not do the same again on the same schedule, so something outside the facade \
                 decides what it does (time, randomness, a std static, a hash map's order): {divergence}"
            )
        }
    }
}

fn use_after_free(object: ObjectId, freed: &Access, used: &Access, trace: &Trace, names: &Names) -> String {
    let made_at = trace
        .objects
        .get(object.index())
        .map_or(String::new(), |object| format!(", which was made at {},", place(object.made_at)));
    let (object, freeing, using) = (names.object(object), names.thread(freed.thread), names.thread(used.thread));
    format!(
        "use after free of {object}: {using} uses it at {}, and nothing orders that before the end of its life: \
         {object}{made_at} was dropped by {freeing} after its step at {}",
        place(used.location),
        place(freed.location)
    )
}

fn deadlock(blocked: &[Blocked], cycle: &[ThreadId], trace: &Trace, names: &Names) -> String {
    let mut text = String::from("deadlock");
    text += &ring(cycle, names);
    text + &waiting(blocked, trace, names)
}

fn livelock(blocked: &[Blocked], circle: Option<Circle>, trace: &Trace, names: &Names) -> String {
    let text = match circle {
        None => "livelock: what is waited for in a loop never changes again".to_owned(),
        Some(Circle { first, length }) => {
            let last = first + length - 1;
            format!("livelock: after the steps {first} to {last} everything is as it was before, and so on for ever")
        }
    };
    text + &waiting(blocked, trace, names)
}

fn ring(cycle: &[ThreadId], names: &Names) -> String {
    let mut text = String::new();
    if !cycle.is_empty() {
        let ring: Vec<_> = cycle.iter().chain(cycle.first()).map(|&thread| names.thread(thread)).collect();
        text += &format!(": {} wait for each other", ring.join(" -> "));
    }
    text
}

fn waiting(blocked: &[Blocked], trace: &Trace, names: &Names) -> String {
    let mut text = String::new();
    for Blocked { thread, operation: waits_in, object, location, waits_for } in blocked {
        if waits_in.yields() {
            text += &format!("\n  {} turns in circles (at {})", names.thread(*thread), place(location));
            continue;
        }
        text += &format!("\n  {} cannot {}", names.thread(*thread), operation(*waits_in, *object, names));
        if !waits_for.is_empty() && object.is_some() {
            let holders: Vec<_> = waits_for.iter().map(|&holder| names.thread(holder)).collect();
            text += &format!(", held by {}", holders.join(" and "));
        }
        text += &format!(" (at {})", place(location));
    }
    for panic in &trace.panics {
        text += &format!("\n  {} had panicked at {}: {}", names.thread(panic.thread), panic.location, panic.message);
    }
    text
}

fn hang(threads: &[LastSeen], names: &Names) -> String {
    let mut text = String::from("hang: these threads did not end within the watchdog's limit");
    for LastSeen { thread, operation: last, completed } in threads {
        text += &match last {
            None => format!("\n  {thread} had done nothing visible"),
            Some((last, object, location)) => {
                let what = operation(*last, None, names);
                let object = object.map_or("", kind);
                let when = if *completed { "had done" } else { "was about to" };
                format!("\n  {thread} {when}: {} {object} (at {})", what.trim_end(), place(location))
            }
        };
    }
    text
}

fn stall(thread: &str, last: Option<&Event>, limit: Duration, trace: &Trace, names: &Names) -> String {
    let last = match last {
        Some(last) => format!("its last was: {} (at {})", event(last, trace, names), place(last.location)),
        None => "it is at its beginning".to_owned(),
    };
    format!(
        "{thread} has taken no step for {} s; {last}. It waits for a std lock that another thread holds, or in another \
         call that blocks, or computes without any operation of the facade; all threads of an execution share one OS \
         thread, so that nothing can go on. Use the locks, channels and `hint::spin_loop` of `selvedge`; if it does no \
         more than take long, allow more with `Checker::watchdog`",
        limit.as_secs_f64()
    )
}

impl fmt::Display for Failure {
    /// Writes what is wrong, in words. Threads and objects have numbers: their names are in the trace, with which
    /// [`Counterexample`] writes the same.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&failure(self, &Trace::default()))
    }
}

impl fmt::Display for Counterexample {
    /// Writes what is wrong, in words. [`story`](super::story) has the interleaving too.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&failure(&self.failure, &self.trace))
    }
}
