//! Responses whose every byte is written. A response lies in the frame of whoever asked, and the bytes that its variant does not
//! use would hold what a register held by chance, a number of steps say: then no round of a loop would find the stack as it
//! was before, and a livelock would not be seen (`execution::local_state`).
#![allow(unsafe_code)]

use std::mem::MaybeUninit;

use super::Response;

impl Response {
    /// Returns the same response, with zeros where it has no value.
    #[inline(never)]
    pub(crate) fn cleaned(self) -> Self {
        let mut clean = MaybeUninit::<Self>::zeroed();
        let bytes = clean.as_mut_ptr().cast::<u8>();
        // SAFETY: by `repr(u8)` each variant is laid out as a C struct of a byte that tells which it is, and its field: a number
        // at its alignment of 8, a truth value right after the byte. So all that is written is inside, and makes this variant.
        unsafe {
            bytes.write((&raw const self).cast::<u8>().read());
            match self {
                Self::Value(bits) | Self::Mismatch(bits) => bytes.add(align_of::<u64>()).cast::<u64>().write(bits),
                Self::Acquired { poisoned: answer }
                | Self::Late { poisoned: answer }
                | Self::Initialise { poisoned: answer }
                | Self::Answer(answer) => bytes.add(1).write(u8::from(answer)),
                Self::Done | Self::WouldBlock | Self::TimedOut | Self::Poisoned | Self::Disconnected => {}
            }
            clean.assume_init()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Response;

    #[test]
    fn a_response_stays_what_it_is() {
        let both = [false, true].into_iter().flat_map(|answer| {
            [
                Response::Acquired { poisoned: answer },
                Response::Late { poisoned: answer },
                Response::Initialise { poisoned: answer },
                Response::Answer(answer),
            ]
        });
        let numbers = [0, 1, u64::MAX].into_iter().flat_map(|bits| [Response::Value(bits), Response::Mismatch(bits)]);
        let units =
            [Response::Done, Response::WouldBlock, Response::TimedOut, Response::Poisoned, Response::Disconnected];
        for response in both.chain(numbers).chain(units) {
            assert_eq!(response.cleaned(), response);
        }
    }
}
