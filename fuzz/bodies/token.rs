//! Tokens: whatever text there is, it is a token or is refused with a reason; what is printed is read again as the same; and
//! a token that somebody made up is followed, or refused, by a scenario it was not made for.

use data_encoding::BASE64URL_NOPAD;
use selvedge::schedule::{Run, Schedule, Token};
use selvedge::sync::Arc;
use selvedge::sync::atomic::{AtomicU8, Ordering::Relaxed};
use selvedge::{Checker, ThreadId, choose, thread};

/// Checks one text, one token, or one damaged token: the first byte says which.
pub(crate) fn body(bytes: &[u8]) {
    let Some((&kind, rest)) = bytes.split_first() else { return };
    match kind % 3 {
        0 => {
            let text = String::from_utf8_lossy(rest);
            if let Ok(token) = text.parse::<Token>() {
                survives(&token);
            }
        }
        1 => survives(&made_of(rest)),
        _ => {
            // Bytes where a token has its own: most of them are refused, because of their checksum.
            let mut encoded = made_of(rest).to_string().into_bytes();
            let at = rest.first().map_or(0, |&at| usize::from(at) % encoded.len());
            encoded[at] ^= rest.get(1).copied().unwrap_or(1) & 0x7f;
            if let Ok(token) = String::from_utf8_lossy(&encoded).parse::<Token>() {
                survives(&token);
            }
        }
    }
}

/// A token that is printed is read again, and followed without anything going wrong.
fn survives(token: &Token) {
    let text = token.to_string();
    assert_eq!(text.parse().as_ref(), Ok(token));
    let encoded = text.strip_prefix("s1").expect("the prefix of this version");
    assert!(BASE64URL_NOPAD.decode(encoded.as_bytes()).is_ok());
    let Ok(replayed) = Checker::new().replay(&text, two_threads) else { return };
    // What was followed to its end was followed as it was written.
    assert_eq!(replayed.token.as_ref(), Some(token));
}

fn two_threads() -> u8 {
    let number = Arc::new(AtomicU8::new(0));
    let other = number.clone();
    let adding = thread::spawn(move || other.fetch_add(1 + choose(2) as u8, Relaxed));
    let seen = number.load(Relaxed);
    adding.join().expect("it only adds");
    seen
}

/// Returns the token that bytes stand for: the first says how many runs there are, three for each, and then choices.
fn made_of(bytes: &[u8]) -> Token {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
    let Some((&runs, rest)) = bytes.split_first() else { return Token::Schedule(Schedule::default()) };
    if runs == 0xff {
        let (execution, digest) = (number(&rest[..rest.len().min(8)]), rest.last().copied().unwrap_or(0));
        return Token::Loom { execution, digest };
    }
    let (runs, rest) = rest.split_at(rest.len().min(3 * usize::from(runs)));
    let run = |part: &[u8]| {
        // Most are small, and some as large as can be.
        let length = if part[1] == 0xff { u32::MAX } else { u32::from(part[1]) + 1 };
        let thread = if part[0] == 0xff { u32::MAX } else { u32::from(part[0] % 8) };
        Run { thread: ThreadId(thread), length, digest: part[2] }
    };
    let (digest, choices) = rest.split_at(rest.len().min(2));
    Token::Schedule(Schedule {
        runs: runs.chunks_exact(3).map(run).collect(),
        choices: choices.iter().map(|&choice| u32::from(choice)).collect(),
        digest: number(digest) as u16,
        arcs: Vec::new(),
    })
}
