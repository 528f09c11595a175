//! The local state of a modelled thread where it stands: its registers and its stack. Two such states
//! that are the same, byte for byte, with nothing written in between, are one: the thread has come back
//! to where it was, so that it will do the same again until something that it reads changes. That is
//! how a loop that waits is told from one that counts.
//!
//! What a thread keeps elsewhere, in a box of its own or in a thread-local, is not looked at.
#![allow(unsafe_code)]

use crate::fast::mix;

/// The callee-saved registers and the stack pointer at some point of a thread's code.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct LocalState {
    registers: [usize; REGISTERS],
    stack_pointer: usize,
}

#[cfg(target_arch = "x86_64")]
const REGISTERS: usize = 6;
#[cfg(target_arch = "aarch64")]
const REGISTERS: usize = 20;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const REGISTERS: usize = 0;

/// Fills in the registers as they are at the call, with the caller's stack pointer.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
extern "sysv64" fn capture_registers(state: &mut LocalState) {
    core::arch::naked_asm!(
        "mov [rdi], rbx",
        "mov [rdi + 8], rbp",
        "mov [rdi + 16], r12",
        "mov [rdi + 24], r13",
        "mov [rdi + 32], r14",
        "mov [rdi + 40], r15",
        "lea rax, [rsp + 8]",
        "mov [rdi + 48], rax",
        "ret",
    )
}

/// Fills in the registers as they are at the call, with the caller's stack pointer.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
extern "C" fn capture_registers(state: &mut LocalState) {
    core::arch::naked_asm!(
        "stp x19, x20, [x0]",
        "stp x21, x22, [x0, 16]",
        "stp x23, x24, [x0, 32]",
        "stp x25, x26, [x0, 48]",
        "stp x27, x28, [x0, 64]",
        "str x29, [x0, 80]",
        "stp d8, d9, [x0, 88]",
        "stp d10, d11, [x0, 104]",
        "stp d12, d13, [x0, 120]",
        "stp d14, d15, [x0, 136]",
        "str xzr, [x0, 152]",
        "mov x9, sp",
        "str x9, [x0, 160]",
        "ret",
    )
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn capture_registers(_state: &mut LocalState) {}

/// What is known of a local state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalDigest {
    /// A digest of the registers and of the stack.
    pub(crate) digest: u64,
    /// How deep the stack is, in bytes.
    pub(crate) depth: usize,
}

/// How much of a local state a digest is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// All of it. Words that a frame has room for and does not use keep what calls before have left there, so
    /// that it can differ where nothing does that matters.
    Exact,
    /// What does not look like an address: what a loop counts, and not where calls before have put things.
    Outline,
}

/// Within how many times 4 GiB of another address something is taken for an address: what is mapped at all lies together in a
/// few places. Two small numbers side by side, as the bounds of a range are, make a word that lies far from them.
const NEIGHBOURHOOD: u64 = 16;

impl Detail {
    /// Returns what is looked at of a word of the stack at `stack_pointer`.
    fn of(self, word: usize, stack_pointer: usize) -> u64 {
        let word = word as u64;
        if self == Self::Exact {
            return word;
        }
        // Of stacks and other memory that the system maps, and of the program and its first heap.
        let known = [stack_pointer as u64, std::ptr::from_ref(&NEIGHBOURHOOD).addr() as u64];
        let is_near = |known: u64| (word >> 32).abs_diff(known >> 32) <= NEIGHBOURHOOD;
        if word >> 32 > NEIGHBOURHOOD && known.into_iter().any(is_near) { 1 << 40 } else { word }
    }
}

impl LocalState {
    /// Returns the registers where this is called.
    #[inline(always)]
    pub(crate) fn capture() -> Self {
        let mut state = Self::default();
        capture_registers(&mut state);
        state
    }

    /// Returns a digest of the registers and of the stack up to `base`; none on machines whose registers
    /// are not known here.
    ///
    /// # Safety
    ///
    /// The state must have been captured on the stack that runs now, `base` must be an address further up
    /// on it, and the frame that captured it must not have returned.
    pub(crate) unsafe fn digest(&self, base: usize, detail: Detail) -> Option<LocalDigest> {
        const WORD: usize = size_of::<usize>();
        if REGISTERS == 0 || base < self.stack_pointer {
            return None;
        }
        let depth = base - self.stack_pointer;
        let mut digest = mix(0, self.stack_pointer as u64);
        for &register in &self.registers {
            digest = mix(digest, detail.of(register, self.stack_pointer));
        }
        let words = depth / WORD;
        let start = std::ptr::with_exposed_provenance::<std::mem::MaybeUninit<usize>>(self.stack_pointer);
        for word in 0..words {
            let value: usize;
            // SAFETY: the words between the stack pointer and the base are memory of this stack, which no other
            // thread writes. They may be padding that nothing has written in this frame, so they are read by
            // an instruction that the compiler does not look into.
            unsafe { value = read_word(start.add(word).cast()) };
            digest = mix(digest, detail.of(value, self.stack_pointer));
        }
        Some(LocalDigest { digest, depth })
    }
}

/// Clears the stack below the caller's frame, where calls that have returned leave what they had there: the frames of the next
/// calls have room for words that they do not use, in which it would still be. What an engine leaves differs from round to
/// round of a loop, and from build to build.
#[inline(never)]
pub(crate) fn clear_below() {
    /// More than the calls of an engine take.
    const WORDS: usize = 16 * 1024 / size_of::<usize>();
    std::hint::black_box(&mut [0_usize; WORDS]);
}

/// Reads a word of memory, initialised or not.
///
/// # Safety
///
/// `address` must be aligned and within memory that may be read.
#[inline(always)]
unsafe fn read_word(address: *const usize) -> usize {
    let value: usize;
    // SAFETY: the caller's; the instruction reads one word and changes nothing.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        core::arch::asm!("mov {}, [{}]", out(reg) value, in(reg) address, options(nostack, readonly, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        core::arch::asm!("ldr {}, [{}]", out(reg) value, in(reg) address, options(nostack, readonly, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let _ = address;
        value = 0;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::{Detail, LocalDigest, LocalState};

    #[inline(never)]
    fn digests(rounds: usize, counts: bool, detail: Detail) -> Vec<Option<LocalDigest>> {
        let base = 0_u64;
        let base = std::ptr::from_ref(std::hint::black_box(&base)).expose_provenance();
        let mut seen = Vec::with_capacity(rounds);
        let mut count = 0_usize;
        while seen.len() < rounds {
            let state = LocalState::capture();
            // SAFETY: captured in this frame, and `base` is in it or in one further up.
            let digest = if base > state.stack_pointer { unsafe { state.digest(base, detail) } } else { None };
            if counts {
                count += 1;
            }
            // In memory of its own, so that only `count` changes on the stack, and the length of `seen`.
            std::hint::black_box(&mut count);
            seen.push(digest);
        }
        seen
    }

    #[test]
    fn a_loop_that_counts_is_never_in_the_same_state() {
        for detail in [Detail::Exact, Detail::Outline] {
            let seen = digests(8, true, detail);
            assert!(seen.windows(2).all(|pair| pair[0].is_none() || pair[0] != pair[1]), "{detail:?}: {seen:?}");
        }
    }

    /// Leaves a number all over the stack below.
    #[inline(never)]
    fn leave(number: usize) {
        std::hint::black_box(&mut [number; 200]);
    }

    /// Returns the digest of a frame most of which is not used.
    #[inline(never)]
    fn digest_of_a_wide_frame() -> Option<LocalDigest> {
        let room = [std::mem::MaybeUninit::<usize>::uninit(); 100];
        let base = std::ptr::from_ref(std::hint::black_box(&room)).expose_provenance() + size_of_val(&room);
        let state = LocalState::capture();
        // SAFETY: captured in this frame, and `base` is the end of a variable of it.
        unsafe { state.digest(base, Detail::Exact) }
    }

    #[test]
    fn what_calls_have_left_makes_no_difference_when_it_is_cleared() {
        let digests = |clears: bool| {
            [1, 2].map(|number| {
                leave(number);
                if clears {
                    super::clear_below();
                }
                digest_of_a_wide_frame()
            })
        };
        let [one, other] = digests(true);
        assert_eq!(one, other);
        let [one, other] = digests(false);
        assert!(one.is_none() || one != other, "nothing was left, so this shows nothing");
    }

    /// The halves of the words are the bounds of a range of 32-bit numbers.
    #[test]
    fn a_range_does_not_look_like_an_address() {
        let here = std::ptr::from_ref(&0_u64).addr();
        let words = (1..0x8000_u64).step_by(3).map(|end| Detail::Outline.of((end << 32 | 7) as usize, here));
        let hidden = words.filter(|&word| word == 1 << 40).count();
        // Some of them are where this program lies.
        assert!(hidden < 60, "{hidden}");
        assert_eq!(Detail::Outline.of(here + 64, here), Detail::Outline.of(here - 64, here));
    }
}
