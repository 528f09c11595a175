//! What is left to say when the program under test crashes: a null pointer, a stack that overflows, an abort. The
//! handler of these signals says which execution it was, on standard error and in the file that `SELVEDGE_CRASH`
//! names, and lets the signal go on to whoever had it before.
//!
//! The handler runs on a stack of its own, and does nothing but read what the crashed thread itself has written, put it
//! into words on that stack, and write them: no memory, no lock.
#![allow(unsafe_code)]

mod stack;

use std::ffi::CString;
use std::fmt::{self, Write};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicI32, AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{fiber, running};
use crate::execution::backend::Stop;
use crate::execution::context;
use crate::exploration::Label;
use crate::render::{Crash, Crashed};
use crate::schedule::Written;
pub(crate) use stack::on_signal_stack;

/// The environment variable that names a file into which crashes are written too.
const CRASH_VARIABLE: &str = "SELVEDGE_CRASH";

const SIGNALS: [(libc::c_int, &str); 4] =
    [(libc::SIGSEGV, "SIGSEGV"), (libc::SIGBUS, "SIGBUS"), (libc::SIGABRT, "SIGABRT"), (libc::SIGILL, "SIGILL")];

/// Who had each signal before; each is made once, and changed only while our handler is not installed.
static FORMER: [AtomicPtr<libc::sigaction>; SIGNALS.len()] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; SIGNALS.len()];

/// The name of the file for crashes, or null.
static FILE: AtomicPtr<libc::c_char> = AtomicPtr::new(std::ptr::null_mut());

/// What is being run that is no modelled execution of an OS thread's own, or null.
static ELSEWHERE: AtomicPtr<Label> = AtomicPtr::new(std::ptr::null_mut());

/// The thread that says what it knows of a crash, 0 if none does.
static SPEAKER: AtomicI32 = AtomicI32::new(0);

/// How many checks run.
static CHECKS: Mutex<usize> = Mutex::new(0);

/// Crashes are told as long as this lives.
pub(crate) struct Watch(());

impl Watch {
    /// Installs the handler, unless it is there already.
    pub(crate) fn begin() -> Self {
        let mut checks = CHECKS.lock().unwrap_or_else(PoisonError::into_inner);
        if *checks == 0 {
            install();
        }
        *checks += 1;
        Self(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut checks = CHECKS.lock().unwrap_or_else(PoisonError::into_inner);
        *checks -= 1;
        if *checks == 0 {
            uninstall();
        }
    }
}

/// Says that what `label` names runs on OS threads that note no steps, until the next is said.
pub(crate) fn runs_elsewhere(label: &Label) {
    static KNOWN: Mutex<Vec<&'static Label>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let found = known.iter().copied().find(|known| *known == label);
    // A handler may look at any time, so that it is never given back; there are as many as there are scenarios.
    let kept = found.unwrap_or_else(|| {
        let kept: &'static Label = Box::leak(Box::new(label.clone()));
        known.push(kept);
        kept
    });
    ELSEWHERE.store(std::ptr::from_ref(kept).cast_mut(), Ordering::Release);
}

type Action = unsafe extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

fn our_action() -> libc::sigaction {
    // SAFETY: a `sigaction` of zeros is one without flags, without a mask, and with the default handler.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = on_signal as Action as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    action
}

fn install() {
    let name = std::env::var_os(CRASH_VARIABLE).and_then(|name| CString::new(name.as_bytes()).ok());
    if let Some(name) = name
        && FILE.load(Ordering::Acquire).is_null()
    {
        FILE.store(name.into_raw(), Ordering::Release);
    }
    for ((signal, _), former) in SIGNALS.iter().zip(&FORMER) {
        if former.load(Ordering::Acquire).is_null() {
            // SAFETY: as in `our_action`.
            let empty: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
            former.store(Box::into_raw(Box::new(empty)), Ordering::Release);
        }
        // SAFETY: the action is a whole one, its handler is safe to run at any time, and the place for the former one
        // is ours alone as long as our handler is not installed.
        unsafe { libc::sigaction(*signal, &our_action(), former.load(Ordering::Acquire)) };
    }
}

fn uninstall() {
    for ((signal, _), former) in SIGNALS.iter().zip(&FORMER) {
        // SAFETY: a `sigaction` of zeros is one.
        let mut now: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
        // SAFETY: `now` may be written, and the former action was filled in by `install`.
        unsafe {
            libc::sigaction(*signal, std::ptr::null(), &mut now);
            // Whoever has taken the signal since keeps it.
            if now.sa_sigaction == our_action().sa_sigaction {
                libc::sigaction(*signal, former.load(Ordering::Acquire), std::ptr::null_mut());
            }
        }
    }
}

extern "C" fn on_signal(signal: libc::c_int, information: *mut libc::siginfo_t, context: *mut libc::c_void) {
    if signal == libc::SIGABRT {
        leave_if_doomed();
    }
    // SAFETY: always safe to call.
    let me = unsafe { libc::getpid() };
    // One that happens in here goes on at once.
    if SPEAKER.compare_exchange(0, me, Ordering::AcqRel, Ordering::Acquire).is_ok() {
        // SAFETY: the system hands a valid one to a handler with SA_SIGINFO.
        tell(signal, unsafe { address(information) });
        SPEAKER.store(0, Ordering::Release);
    }
    // SAFETY: these are the arguments of the handler itself.
    unsafe { go_on(signal, information, context) };
}

/// Ends the execution, and does not return, if it is std that aborts the process because of a panic that the execution has
/// recorded as its failure.
///
/// A handler of an abort need not return (C17, 7.22.4.1). What was interrupted is a call of `abort` by std, which holds
/// nothing, in the code of a modelled thread that never goes on. So this thread may do all that it might have done there.
fn leave_if_doomed() {
    let state = running::running();
    // SAFETY: as in `tell`.
    let Some(state) = (unsafe { state.as_ref() }) else { return };
    if !state.execution.aborts.try_borrow().is_ok_and(|aborts| aborts.is_some()) {
        return;
    }
    let mut signals = MaybeUninit::uninit();
    // SAFETY: the set is made before it is read; the signal is blocked because its handler runs, and that does not return.
    unsafe {
        libc::sigemptyset(signals.as_mut_ptr());
        libc::sigaddset(signals.as_mut_ptr(), libc::SIGABRT);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, signals.as_ptr(), std::ptr::null_mut());
    }
    context::backend().halt(Stop::Abandoned);
}

/// Returns the address that a signal is about.
///
/// # Safety
///
/// `information` must be valid.
unsafe fn address(information: *mut libc::siginfo_t) -> usize {
    // SAFETY: the caller's; the union behind it is plain memory.
    unsafe { (*information).si_addr() }.addr()
}

/// Lets the signal have the effect that it would have had without us.
///
/// # Safety
///
/// Must be called by the handler, with its arguments.
unsafe fn go_on(signal: libc::c_int, information: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let place = SIGNALS.iter().position(|&(known, _)| known == signal).unwrap_or(0);
    let former = FORMER[place].load(Ordering::Acquire);
    // SAFETY: `former` was filled in when this handler was installed, and is never given back; who had the signal
    // before is called as the system would have called it.
    unsafe {
        match (*former).sa_sigaction {
            libc::SIG_IGN => {}
            libc::SIG_DFL => {
                libc::sigaction(signal, former, std::ptr::null_mut());
                // An instruction that faults does so again. A signal that somebody sent has to be sent again.
                if (*information).si_code <= 0 {
                    libc::raise(signal);
                }
            }
            handler if (*former).sa_flags & libc::SA_SIGINFO != 0 => {
                std::mem::transmute::<usize, Action>(handler)(signal, information, context);
            }
            handler => std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(handler)(signal),
        }
    }
}

/// Says what is known of the crash.
fn tell(signal: libc::c_int, address: usize) {
    let name = SIGNALS.iter().find(|&&(known, _)| known == signal).map_or("a signal", |&(_, name)| name);
    let state = running::running();
    if state.is_null() {
        let label = ELSEWHERE.load(Ordering::Acquire);
        // SAFETY: labels are never given back.
        if let Some(label) = unsafe { label.as_ref() } {
            write_everywhere(&Crash { signal: name, label, execution: None });
        }
        return;
    }
    // SAFETY: the state of the execution that this very OS thread runs, which was interrupted in the middle of it and
    // does not go on meanwhile. What the interrupted code may be changing is behind a `RefCell` and looked at only if
    // nobody has it.
    let state = unsafe { &*state };
    let pulse = &state.pulse;
    let token = pulse.steps().map(Written);
    let trace = state.execution.trace.try_borrow().ok();
    let is_fault = matches!(signal, libc::SIGSEGV | libc::SIGBUS);
    let crashed = Crashed {
        thread: pulse.running(),
        steps: pulse.stand().map_or(0, |stand| stand.steps),
        last: state.last.get().zip(state.last_step.get()),
        overflow: is_fault && fiber::is_beyond_stack(address),
        trace: trace.as_deref(),
        token: token.as_ref().map(|token| token as &dyn fmt::Display),
    };
    write_everywhere(&Crash { signal: name, label: &pulse.label, execution: Some(crashed) });
}

fn write_everywhere(crash: &Crash<'_>) {
    write_to(libc::STDERR_FILENO, crash);
    let name = FILE.load(Ordering::Acquire);
    if name.is_null() {
        return;
    }
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
    // SAFETY: `name` is a C string that is never given back; `open` and `close` may be called by a handler.
    unsafe {
        let file = libc::open(name, flags, 0o644 as libc::c_uint);
        if file >= 0 {
            write_to(file, crash);
            libc::close(file);
        }
    }
}

fn write_to(file: libc::c_int, crash: &Crash<'_>) {
    let mut out = Out { file, buffer: [0; 512], length: 0 };
    // Where it cannot be written, there is nobody to tell.
    let _ = write!(out, "{crash}");
    out.flush();
}

/// A file, written through a small buffer.
struct Out {
    file: libc::c_int,
    buffer: [u8; 512],
    length: usize,
}

impl Out {
    fn flush(&mut self) {
        let mut rest = &self.buffer[..self.length];
        while !rest.is_empty() {
            // SAFETY: `rest` may be read; `write` may be called by a handler.
            let written = unsafe { libc::write(self.file, rest.as_ptr().cast(), rest.len()) };
            match usize::try_from(written) {
                Ok(written) if written > 0 => rest = &rest[written.min(rest.len())..],
                _ => break,
            }
        }
        self.length = 0;
    }
}

impl fmt::Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            if self.length == self.buffer.len() {
                self.flush();
            }
            self.buffer[self.length] = byte;
            self.length += 1;
        }
        Ok(())
    }
}
