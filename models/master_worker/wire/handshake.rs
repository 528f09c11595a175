//! The handshake: each side sends the other a challenge, and is answered with a keyed digest of it (HMAC, RFC 2104), so
//! that both know that the other one has the key, and nobody who listens learns it.
//!
//! Since 3.12 a challenge begins with the name of a digest, and the answer with that of the one used. Before, it was MD5
//! without a name. We challenge in the new way, which an old peer answers in its own, and answer in the way we are asked.

use hmac::{Hmac, KeyInit, Mac, SimpleHmac};

const CHALLENGE: &[u8] = b"#CHALLENGE#";
const WELCOME: &[u8] = b"#WELCOME#";
const FAILURE: &[u8] = b"#FAILURE#";

/// How long a message of the handshake may be.
pub const MESSAGE_BYTES_MAX: usize = 256;

/// How many random bytes a challenge has.
pub const NONCE_BYTES: usize = 40;

/// How long the challenge of an old peer is.
const OLD_CHALLENGE_BYTES: usize = 20;

/// How long the answer of an old peer is: an MD5 digest.
const OLD_ANSWER_BYTES: usize = 16;

/// The other side has not shown that it has the key, or does not follow the protocol. It is told no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// A digest that the protocol knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digest {
    Md5,
    Sha256,
    Sha384,
    Sha3With256,
    Sha3With384,
}

/// Each digest with its name. OpenSSL, and so Python, has underscores in those of SHA-3.
const DIGESTS: &[(Digest, &[u8])] = &[
    (Digest::Md5, b"{md5}"),
    (Digest::Sha256, b"{sha256}"),
    (Digest::Sha384, b"{sha384}"),
    (Digest::Sha3With256, b"{sha3_256}"),
    (Digest::Sha3With384, b"{sha3_384}"),
];

fn keyed<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("a key of any length will do");
    mac.update(message);
    mac
}

impl Digest {
    /// Splits the name of a digest off a message.
    fn split(message: &[u8]) -> Option<(Self, &[u8])> {
        DIGESTS.iter().find_map(|&(digest, name)| Some((digest, message.strip_prefix(name)?)))
    }

    fn name(self) -> &'static [u8] {
        DIGESTS.iter().find(|(digest, _)| *digest == self).map_or(&[], |(_, name)| name)
    }

    fn of(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => keyed::<Hmac<md5::Md5>>(key, message).finalize().into_bytes().to_vec(),
            Self::Sha256 => keyed::<Hmac<sha2::Sha256>>(key, message).finalize().into_bytes().to_vec(),
            Self::Sha384 => keyed::<Hmac<sha2::Sha384>>(key, message).finalize().into_bytes().to_vec(),
            Self::Sha3With256 => keyed::<SimpleHmac<sha3::Sha3_256>>(key, message).finalize().into_bytes().to_vec(),
            Self::Sha3With384 => keyed::<SimpleHmac<sha3::Sha3_384>>(key, message).finalize().into_bytes().to_vec(),
        }
    }

    /// Returns whether `answer` is the digest, in a time that does not depend on how much of it is.
    fn is(self, key: &[u8], message: &[u8], answer: &[u8]) -> bool {
        match self {
            Self::Md5 => keyed::<Hmac<md5::Md5>>(key, message).verify_slice(answer).is_ok(),
            Self::Sha256 => keyed::<Hmac<sha2::Sha256>>(key, message).verify_slice(answer).is_ok(),
            Self::Sha384 => keyed::<Hmac<sha2::Sha384>>(key, message).verify_slice(answer).is_ok(),
            Self::Sha3With256 => keyed::<SimpleHmac<sha3::Sha3_256>>(key, message).verify_slice(answer).is_ok(),
            Self::Sha3With384 => keyed::<SimpleHmac<sha3::Sha3_384>>(key, message).verify_slice(answer).is_ok(),
        }
    }
}

/// What this side waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Challenge,
    Welcome,
    Answer,
    Nothing,
}

/// Which side of a connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that was called: it challenges first.
    Accepting,
    /// The one that calls: it is challenged first.
    Connecting,
}

/// What comes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What to send, in this order.
    pub send: Vec<Vec<u8>>,
    /// Whether both sides have shown that they have the key.
    pub is_done: bool,
}

/// One side of a handshake.
#[derive(Clone)]
pub struct Handshake {
    key: Vec<u8>,
    side: Side,
    challenge: Vec<u8>,
    waits_for: Step,
}

impl Handshake {
    /// Begins a handshake with a key and random bytes that were never used before; returns it, and what to send first.
    pub fn begin(side: Side, key: &[u8], nonce: [u8; NONCE_BYTES]) -> (Self, Vec<Vec<u8>>) {
        let challenge = [Digest::Sha256.name(), &nonce].concat();
        let mut handshake = Self { key: key.to_vec(), side, challenge, waits_for: Step::Challenge };
        let send = match side {
            Side::Accepting => vec![handshake.challenge()],
            Side::Connecting => Vec::new(),
        };
        (handshake, send)
    }

    fn challenge(&mut self) -> Vec<u8> {
        self.waits_for = Step::Answer;
        [CHALLENGE, &self.challenge].concat()
    }

    /// Goes on with a message of the other side.
    ///
    /// # Errors
    ///
    /// If the other side does not have the key, or says something else than it has to. What is to be sent to it then
    /// says no more than that.
    pub fn received(&mut self, message: &[u8]) -> Result<Progress, (Vec<Vec<u8>>, Refused)> {
        let silently = (Vec::new(), Refused);
        let mut send = Vec::new();
        match self.waits_for {
            Step::Challenge => {
                let challenge = message.strip_prefix(CHALLENGE).ok_or(silently)?;
                send.push(answer(&self.key, challenge).ok_or((Vec::new(), Refused))?);
                self.waits_for = Step::Welcome;
            }
            Step::Welcome if message == WELCOME => match self.side {
                Side::Accepting => self.waits_for = Step::Nothing,
                Side::Connecting => send.push(self.challenge()),
            },
            Step::Answer if is_answer(&self.key, &self.challenge, message) => {
                send.push(WELCOME.to_vec());
                self.waits_for = match self.side {
                    Side::Accepting => Step::Challenge,
                    Side::Connecting => Step::Nothing,
                };
            }
            Step::Answer => return Err((vec![FAILURE.to_vec()], Refused)),
            Step::Welcome | Step::Nothing => return Err(silently),
        }
        Ok(Progress { send, is_done: self.waits_for == Step::Nothing })
    }
}

/// Returns the answer to a challenge, in the way in which it asks for one.
fn answer(key: &[u8], challenge: &[u8]) -> Option<Vec<u8>> {
    if challenge.len() == OLD_CHALLENGE_BYTES {
        return Some(Digest::Md5.of(key, challenge));
    }
    let (digest, nonce) = Digest::split(challenge)?;
    // The digest is of all of it, name included, so that nobody can ask for a weaker one on the way.
    (nonce.len() >= OLD_CHALLENGE_BYTES).then(|| [digest.name(), &digest.of(key, challenge)].concat())
}

/// Returns whether an answer shows that who gave it has the key.
fn is_answer(key: &[u8], challenge: &[u8], answer: &[u8]) -> bool {
    if answer.len() == OLD_ANSWER_BYTES {
        return Digest::Md5.is(key, challenge, answer);
    }
    Digest::split(answer).is_some_and(|(digest, answer)| digest.is(key, challenge, answer))
}
