//! A program that crashes takes the process along. The handler of signals says which execution it was, and what
//! replays it. Each test runs this test binary once more, in a child that crashes as a variable of its environment says.
#![cfg(unix)]
#![allow(unsafe_code)]

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use selvedge::sync::Arc;
use selvedge::sync::atomic::{AtomicU32, Ordering::SeqCst};
use selvedge::{Checker, engine, thread};

/// What the child is to do.
const HOW: &str = "SELVEDGE_TEST_CRASH";
/// On which engine.
const ENGINE: &str = "SELVEDGE_TEST_ENGINE";

fn recurse(depth: u64) -> u64 {
    let deeper = std::hint::black_box(depth + 1);
    if deeper == 0 { 0 } else { std::hint::black_box(recurse(deeper)) + 1 }
}

/// What cannot be put into words.
struct Fails;

impl std::fmt::Display for Fails {
    fn fmt(&self, _formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("in words");
    }
}

fn crash(how: &str) {
    match how {
        "null" => {
            let nothing: *const u32 = std::hint::black_box(std::ptr::null());
            // SAFETY: there is none. The process is to crash here, and does: nothing is mapped at 0.
            unsafe { std::ptr::read_volatile(nothing) };
        }
        "double free" => {
            // SAFETY: there is none. The allocator notices it, and aborts the process.
            unsafe {
                let memory = std::hint::black_box(libc::malloc(5_000));
                libc::free(memory);
                libc::free(std::hint::black_box(memory));
            }
        }
        "recursion" => drop(std::hint::black_box(recurse(0))),
        "abort" => std::process::abort(),
        "message" => panic!("{}", Fails),
        "illegal" => {
            // SAFETY: always safe to call.
            unsafe { libc::raise(libc::SIGILL) };
        }
        other => panic!("no way to crash is called {other}"),
    }
}

/// Crashes in those executions in which main loads between the stores.
fn scenario(how: &str) {
    let x = Arc::new(AtomicU32::new(0));
    selvedge::name(&*x, "x");
    let shared = Arc::clone(&x);
    let stores = thread::spawn(move || {
        shared.store(1, SeqCst);
        shared.store(2, SeqCst);
    });
    if x.load(SeqCst) == 1 {
        crash(how);
    }
    stores.join().unwrap();
}

/// The child. In a run of the tests themselves there is nothing to do.
#[test]
fn child() {
    let Ok(how) = std::env::var(HOW) else { return };
    if how == "handlers" {
        return handlers_of_others();
    }
    let engine = engine::by_name(&std::env::var(ENGINE).unwrap()).unwrap();
    Checker::new().name("crashing").boxed_engine(engine).check(move || scenario(&how));
}

fn run(how: &str, engine: &str, file: &PathBuf, replay: Option<&str>) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]).env(HOW, how).env(ENGINE, engine);
    command.env("SELVEDGE_CRASH", file).env_remove("SELVEDGE_REPLAY");
    if let Some(token) = replay {
        command.env("SELVEDGE_REPLAY", token);
    }
    command.output().unwrap()
}

/// Where it crashes, as the last step before is told.
fn line_of_load() -> String {
    let text = include_str!("crashes.rs");
    let line = text.lines().position(|line| line.contains("if x.load(SeqCst) == 1")).unwrap() + 1;
    format!("tests/crashes.rs:{line}")
}

/// Returns the token that the message has.
fn token(message: &str) -> String {
    let rest = message.split("SELVEDGE_REPLAY=").nth(1).unwrap_or_else(|| panic!("no token in: {message}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Crashes, and crashes again where the token leads.
fn crashes(how: &str, engine: &str, signal: i32, name: &str) -> String {
    let file = std::env::temp_dir().join(format!("selvedge-{}-{engine}-{}", std::process::id(), how.replace(' ', "-")));
    let first = run(how, engine, &file, None);
    let (written, seen) = (std::fs::read_to_string(&file), String::from_utf8_lossy(&first.stderr).into_owned());
    let _ = std::fs::remove_file(&file);
    let written = written.unwrap_or_else(|error| panic!("{how}: {error}: {seen}"));
    assert_eq!(first.status.signal(), Some(signal), "{how} on {engine}: {seen}");
    assert!(seen.contains(&written), "{how} on {engine}: the file has\n{written}\nand standard error\n{seen}");
    let begins = format!("\nselvedge: {name} in an execution of `crashing` (engine {engine}): ");
    assert!(written.starts_with(&begins), "{written}");
    let step = format!("after step 3: load `x` at {}\n", line_of_load());
    assert!(written.contains(&step), "{written} lacks {step}");
    let again = run(how, engine, &file, Some(&token(&written)));
    let repeated = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{how}, replayed: {error}"));
    let _ = std::fs::remove_file(&file);
    assert_eq!(again.status.signal(), Some(signal), "{how} on {engine}, replayed");
    assert!(repeated.contains(&step), "{repeated}");
    assert!(repeated.contains(" (engine replay): "), "{repeated}");
    assert_eq!(token(&repeated), token(&written));
    written
}

#[test]
fn a_null_pointer_is_told_with_its_execution() {
    for engine in ["explorer", "enumerate", "portfolio"] {
        let message = crashes("null", engine, libc::SIGSEGV, "SIGSEGV");
        assert!(message.contains("in the code of main, after"), "{message}");
    }
}

#[test]
fn a_null_pointer_is_told_on_a_runtime_of_others() {
    crashes("null", "shuttle-random", libc::SIGSEGV, "SIGSEGV");
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_double_free_that_the_allocator_notices_is_told() {
    let message = crashes("double free", "explorer", libc::SIGABRT, "SIGABRT");
    assert!(message.contains("in the code of main, after"), "{message}");
}

#[test]
fn an_overflow_of_a_stack_is_told_as_one() {
    let message = crashes("recursion", "explorer", libc::SIGSEGV, "SIGSEGV");
    assert!(message.contains("the stack of main, of 2 MiB, has overflowed"), "{message}");
}

#[test]
fn an_abort_a_message_that_panics_and_an_illegal_instruction_are_told() {
    crashes("abort", "explorer", libc::SIGABRT, "SIGABRT");
    crashes("message", "explorer", libc::SIGABRT, "SIGABRT");
    crashes("illegal", "explorer", libc::SIGILL, "SIGILL");
}

#[test]
fn a_crash_on_real_threads_is_told_without_a_token() {
    let file = std::env::temp_dir().join(format!("selvedge-{}-threads", std::process::id()));
    let output = run("abort", "threads", &file, None);
    let written = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let _ = std::fs::remove_file(&file);
    assert_eq!(output.status.signal(), Some(libc::SIGABRT));
    assert!(
        written.contains("SIGABRT while `crashing` was run (engine threads), which cannot be replayed"),
        "{written}"
    );
}

/// Who had the signal before has it again afterwards, and is called where it is not ours.
#[test]
fn the_handlers_of_others_stay() {
    let output = run("handlers", "explorer", &PathBuf::from("/dev/null"), None);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("selvedge: SIGBUS in an execution"), "{output:?}");
}

fn handlers_of_others() {
    extern "C" fn theirs(_signal: libc::c_int) {
        CALLED.store(true, std::sync::atomic::Ordering::SeqCst);
    }
    static CALLED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    // SAFETY: the handler does nothing but store to an atomic, and the signal is one that nothing else here sends.
    unsafe { libc::signal(libc::SIGBUS, theirs as extern "C" fn(libc::c_int) as usize) };
    let report = Checker::new().run(|| {
        // SAFETY: always safe to call.
        unsafe { libc::raise(libc::SIGBUS) };
    });
    assert!(report.passes() && CALLED.swap(false, std::sync::atomic::Ordering::SeqCst));
    // SAFETY: as above.
    unsafe { libc::raise(libc::SIGBUS) };
    assert!(CALLED.load(std::sync::atomic::Ordering::SeqCst));
}
