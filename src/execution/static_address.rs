//! Tells statics from everything else by their address: a static lies in the image of the program
//! or of a shared library, which neither the heap nor a stack does.
#![allow(unsafe_code)]

/// Returns whether `address` lies in a loaded program image. On platforms other than Unix nothing is
/// known, and the answer is `true`, so that statics work there and objects captured from outside an
/// execution begin anew in each instead of being refused.
#[cfg(unix)]
pub(crate) fn is_static(address: usize) -> bool {
    let mut information = std::mem::MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: `dladdr` only compares the address with the loaded segments and never follows it, and
    // `information` is a valid place for what it writes, which is not read here.
    unsafe { libc::dladdr(std::ptr::without_provenance(address), information.as_mut_ptr()) != 0 }
}

/// See the Unix version.
#[cfg(not(unix))]
pub(crate) fn is_static(_address: usize) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::is_static;

    static ZEROED: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    static INITIALISED: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(7);

    #[test]
    fn statics_are_told_from_heap_and_stack() {
        let on_the_stack = 1_u64;
        let on_the_heap = Box::new(1_u64);
        assert!(is_static(std::ptr::from_ref(&ZEROED).addr()));
        assert!(is_static(std::ptr::from_ref(&INITIALISED).addr()));
        assert!(!is_static(std::ptr::from_ref(&on_the_stack).addr()));
        assert!(!is_static(std::ptr::from_ref(&*on_the_heap).addr()));
    }
}
