//! The token: the text that replays an execution. Short enough to paste, versioned, and checked, so
//! that a damaged or foreign one is refused with a reason.
//!
//! Format 1 is `s1` followed by unpadded URL-safe base 64 of: a kind byte, the body, and two bytes
//! of FNV-1a over what stands before them. All numbers are LEB128. The body of kind 0, a schedule,
//! is the number of threads, two bytes of digest, the number of runs, for each run
//! `(length - 1) * threads + thread` and its digest byte, then the choices up to the end. The body of kind 1, an execution of loom, is its
//! number counted from 1 and a digest byte of its events.
//! The body of kind 2, the beginning of an execution, is the number of threads, the number of runs, each run as
//! `(length - 1) * threads + thread`, then for each step that took another option than the first how many steps
//! without one came before it, and the option.
//! Kind 3 is a schedule with `Arc`s whose counts could be seen: how many there are, their numbers, and then what kind 0
//! has.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;

use super::prefix::{self, Written};
use super::{Fnv, Prefix, Run, Schedule};
use crate::trace::ThreadId;

pub(super) const PREFIX: &str = "s1";
const KIND_SCHEDULE: u8 = 0;
const KIND_LOOM: u8 = 1;
const KIND_SCHEDULE_WITH_ARCS: u8 = 3;

/// More than any real token has: longer input is refused unread.
const LENGTH_MAX: usize = 1 << 20;

/// The most steps of a beginning.
const STEPS_MAX: usize = 1_000_000;

/// The text that replays an execution; see [`replay`](crate::replay).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// A schedule, which any runtime of the kernel can follow.
    Schedule(Schedule),
    /// An execution of loom, which is deterministic: the one with this number, counted from 1.
    Loom {
        /// The number of the execution.
        execution: u64,
        /// A digest of its events.
        digest: u8,
    },
    /// How an execution began that crashed or stood still. A replay takes these steps, and then goes on.
    Prefix(Prefix),
}

/// Why a text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It does not begin with the version that this build reads.
    #[error("a token begins with `s1`, and this one does not; was it made by another version?")]
    Version,
    /// It has a character that no token has.
    #[error("character {0} of the token is not one that tokens are made of")]
    Character(usize),
    /// It ends too early.
    #[error("the token is cut off")]
    Truncated,
    /// Its checksum is wrong.
    #[error("the token is damaged: its checksum does not fit")]
    Checksum,
    /// It is longer than tokens get.
    #[error("the token is longer than 1 MiB")]
    TooLong,
    /// It says something impossible, such as a thread number out of range.
    #[error("the token is malformed")]
    Malformed,
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        match self {
            Self::Schedule(schedule) => {
                if schedule.arcs.is_empty() {
                    bytes.push(KIND_SCHEDULE);
                } else {
                    bytes.push(KIND_SCHEDULE_WITH_ARCS);
                    write_number(&mut bytes, schedule.arcs.len() as u64);
                    schedule.arcs.iter().for_each(|&arc| write_number(&mut bytes, u64::from(arc)));
                }
                write_schedule(&mut bytes, schedule);
            }
            Self::Loom { execution, digest } => {
                bytes.push(KIND_LOOM);
                write_number(&mut bytes, *execution);
                bytes.push(*digest);
            }
            Self::Prefix(prefix) => return Written(prefix.0.iter().copied()).fmt(formatter),
        }
        let checksum = checksum(&bytes);
        bytes.extend(checksum);
        write!(formatter, "{PREFIX}{}", BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        if text.len() > LENGTH_MAX {
            return Err(TokenError::TooLong);
        }
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(TokenError::Version)?;
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|error| match error.kind {
            data_encoding::DecodeKind::Symbol => TokenError::Character(error.position + PREFIX.len() + 1),
            _ => TokenError::Truncated,
        })?;
        let Some((content, sum)) = bytes.split_last_chunk::<2>() else { return Err(TokenError::Truncated) };
        if *sum != checksum(content) {
            return Err(TokenError::Checksum);
        }
        let mut reader = Reader(content);
        match reader.byte()? {
            KIND_SCHEDULE => reader.schedule(Vec::new()).map(Self::Schedule),
            KIND_SCHEDULE_WITH_ARCS => {
                let arcs = reader.arcs()?;
                reader.schedule(arcs).map(Self::Schedule)
            }
            KIND_LOOM => {
                let token = Self::Loom { execution: reader.number()?, digest: reader.byte()? };
                if reader.0.is_empty() { Ok(token) } else { Err(TokenError::Malformed) }
            }
            prefix::KIND => reader.prefix(STEPS_MAX).map(Self::Prefix),
            _ => Err(TokenError::Version),
        }
    }
}

fn checksum(bytes: &[u8]) -> [u8; 2] {
    let mut hash = Fnv::new();
    hash.write(bytes);
    hash.fold().to_le_bytes()
}

fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn write_schedule(bytes: &mut Vec<u8>, schedule: &Schedule) {
    let threads = schedule.runs.iter().map(|run| u64::from(run.thread.0) + 1).max().unwrap_or(1);
    write_number(bytes, threads);
    bytes.extend(schedule.digest.to_le_bytes());
    write_number(bytes, schedule.runs.len() as u64);
    for run in &schedule.runs {
        write_number(bytes, (u64::from(run.length) - 1) * threads + u64::from(run.thread.0));
        bytes.push(run.digest);
    }
    for &choice in &schedule.choices {
        write_number(bytes, u64::from(choice));
    }
}

pub(super) struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn byte(&mut self) -> Result<u8, TokenError> {
        let (&byte, rest) = self.0.split_first().ok_or(TokenError::Truncated)?;
        self.0 = rest;
        Ok(byte)
    }

    pub(super) fn number(&mut self) -> Result<u64, TokenError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(TokenError::Malformed);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(TokenError::Malformed)
    }

    fn small(&mut self) -> Result<u32, TokenError> {
        u32::try_from(self.number()?).map_err(|_| TokenError::Malformed)
    }

    fn arcs(&mut self) -> Result<Vec<u32>, TokenError> {
        let count = self.number()?;
        if count == 0 {
            return Err(TokenError::Malformed);
        }
        (0..count).map(|_| self.small()).collect()
    }

    fn schedule(&mut self, arcs: Vec<u32>) -> Result<Schedule, TokenError> {
        let small = |number: u64| u32::try_from(number).map_err(|_| TokenError::Malformed);
        let threads = self.number()?;
        if threads == 0 {
            return Err(TokenError::Malformed);
        }
        let digest = u16::from_le_bytes([self.byte()?, self.byte()?]);
        let run_count = self.number()?;
        let mut schedule = Schedule { digest, arcs, ..Schedule::default() };
        for _ in 0..run_count {
            let packed = self.number()?;
            schedule.runs.push(Run {
                thread: ThreadId(small(packed % threads)?),
                length: small((packed / threads).checked_add(1).ok_or(TokenError::Malformed)?)?,
                digest: self.byte()?,
            });
        }
        while !self.0.is_empty() {
            schedule.choices.push(self.small()?);
        }
        Ok(schedule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Token {
        let run = |thread, length, digest| Run { thread: ThreadId(thread), length, digest };
        Token::Schedule(Schedule {
            runs: vec![run(0, 2, 7), run(2, 300, 0), run(1, 1, 255)],
            choices: vec![0, 200, 1],
            digest: 513,
            arcs: Vec::new(),
        })
    }

    #[test]
    fn tokens_survive_printing_and_parsing() {
        let steps = |steps: &[(u32, u32)]| {
            Token::Prefix(Prefix(steps.iter().map(|&(thread, option)| (ThreadId(thread), option)).collect()))
        };
        let beginnings = [steps(&[]), steps(&[(0, 0)]), steps(&[(0, 0), (0, 3), (70, 200), (1, 0), (1, 1)])];
        let with_arcs = Token::Schedule(Schedule { arcs: vec![0, 300], choices: vec![1], ..Schedule::default() });
        let others =
            [example(), with_arcs, Token::Schedule(Schedule::default()), Token::Loom { execution: 1_080, digest: 9 }];
        for token in others.into_iter().chain(beginnings) {
            assert_eq!(token.to_string().parse(), Ok(token));
        }
        let long = steps(&[(1, 0); 999_999]);
        assert_eq!(long.to_string().parse(), Ok(long));
        assert_eq!(steps(&[(1, 0); 1_000_001]).to_string().parse::<Token>(), Err(TokenError::Malformed));
    }

    #[test]
    fn every_damaged_token_is_refused() {
        let text = example().to_string();
        for position in 0..text.len() {
            for replacement in ["A", "x", "_", "~"] {
                let mut damaged = text.clone();
                damaged.replace_range(position..=position, replacement);
                if damaged != text {
                    assert!(damaged.parse::<Token>().is_err(), "{damaged}");
                }
            }
            assert!(text[..position].parse::<Token>().is_err());
        }
        assert_eq!("v9abc".parse::<Token>(), Err(TokenError::Version));
        assert_eq!("s1a~".parse::<Token>(), Err(TokenError::Character(4)));
    }
}
