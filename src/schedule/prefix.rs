//! The beginning of an execution, as steps: what is known of one that never came to its end, because it crashed or
//! stood still. Its token is written a character at a time and without memory, so that a handler of signals can.

use std::fmt::{self, Display, Formatter, Write};

use super::Fnv;
use crate::trace::ThreadId;

/// The steps that an execution begins with, each with its thread and the option that it took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Prefix(pub Vec<(ThreadId, u32)>);

/// The kind byte of its tokens.
pub(super) const KIND: u8 = 2;

/// The token of a beginning.
pub(crate) struct Written<I>(pub(crate) I);

impl<I: Iterator<Item = (ThreadId, u32)> + Clone> Display for Written<I> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(super::token::PREFIX)?;
        let mut out = Encoder { out: formatter, hash: Fnv::new(), bits: 0, count: 0 };
        out.byte(KIND)?;
        self.write(&mut out)?;
        let [low, high] = out.hash.fold().to_le_bytes();
        out.byte(low)?;
        out.byte(high)?;
        out.flush()
    }
}

impl<I: Iterator<Item = (ThreadId, u32)> + Clone> Written<I> {
    fn write(&self, out: &mut Encoder<'_, '_>) -> fmt::Result {
        let steps = || self.0.clone();
        let threads = steps().map(|(thread, _)| u64::from(thread.0) + 1).max().unwrap_or(1);
        out.number(threads)?;
        let (mut runs, mut last) = (0, None);
        for (thread, _) in steps() {
            runs += u64::from(last.replace(thread) != Some(thread));
        }
        out.number(runs)?;
        let mut run: Option<(ThreadId, u64)> = None;
        for (thread, _) in steps() {
            match &mut run {
                Some((same, length)) if *same == thread => *length += 1,
                run => {
                    if let Some((former, length)) = run.replace((thread, 1)) {
                        out.number((length - 1) * threads + u64::from(former.0))?;
                    }
                }
            }
        }
        if let Some((former, length)) = run {
            out.number((length - 1) * threads + u64::from(former.0))?;
        }
        // Most steps have a single option, or take the first.
        let mut since = 0;
        for (_, option) in steps() {
            if option > 0 {
                out.number(since)?;
                out.number(u64::from(option))?;
                since = 0;
            } else {
                since += 1;
            }
        }
        Ok(())
    }
}

/// Writes bytes in base 64 as they come.
struct Encoder<'a, 'b> {
    out: &'a mut Formatter<'b>,
    hash: Fnv,
    bits: u32,
    count: u32,
}

impl Encoder<'_, '_> {
    fn byte(&mut self, byte: u8) -> fmt::Result {
        self.hash.write(&[byte]);
        self.bits = self.bits << 8 | u32::from(byte);
        self.count += 8;
        while self.count >= 6 {
            self.count -= 6;
            self.sextet(self.bits >> self.count)?;
        }
        Ok(())
    }

    fn sextet(&mut self, bits: u32) -> fmt::Result {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        self.out.write_char(char::from(DIGITS[(bits & 0x3f) as usize]))
    }

    fn flush(&mut self) -> fmt::Result {
        if self.count > 0 { self.sextet(self.bits << (6 - self.count)) } else { Ok(()) }
    }

    fn number(&mut self, mut number: u64) -> fmt::Result {
        loop {
            let low = number.to_le_bytes()[0] & 0x7f;
            number >>= 7;
            if number == 0 {
                return self.byte(low);
            }
            self.byte(low | 0x80)?;
        }
    }
}

impl super::token::Reader<'_> {
    /// Reads a beginning, of at most so many steps.
    pub(super) fn prefix(&mut self, steps_max: usize) -> Result<Prefix, super::TokenError> {
        use super::TokenError::Malformed;
        let threads = self.number()?;
        let run_count = self.number()?;
        if threads == 0 {
            return Err(Malformed);
        }
        let mut steps = Vec::new();
        for _ in 0..run_count {
            let packed = self.number()?;
            let thread = ThreadId(u32::try_from(packed % threads).map_err(|_| Malformed)?);
            let length = usize::try_from(packed / threads).map_err(|_| Malformed)?;
            if length >= steps_max - steps.len() {
                return Err(Malformed);
            }
            steps.extend(std::iter::repeat_n((thread, 0), length + 1));
        }
        let mut place = 0_usize;
        while !self.is_empty() {
            let since = usize::try_from(self.number()?).map_err(|_| Malformed)?;
            let option = u32::try_from(self.number()?).map_err(|_| Malformed)?;
            place = place.checked_add(since).ok_or(Malformed)?;
            steps.get_mut(place).ok_or(Malformed)?.1 = option;
            place += 1;
        }
        Ok(Prefix(steps))
    }
}
