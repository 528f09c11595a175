//! Frames: the first byte says how the rest is cut into pieces; whole or in pieces, the messages are the same.

use selvedge_models::master_worker::wire::frame::{Frames, framed};

/// How long a message may be.
const MOST: usize = 300;

/// Returns the messages of a stream that comes in pieces of that size, and whether it is a stream of messages.
fn messages(stream: &[u8], size: usize) -> (Vec<Vec<u8>>, bool) {
    let (mut frames, mut messages) = (Frames::default(), Vec::new());
    for piece in stream.chunks(size) {
        if frames.add(piece, MOST).is_err() {
            return (messages, false);
        }
        loop {
            match frames.next(MOST) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(_) => return (messages, false),
            }
        }
    }
    (messages, true)
}

/// Checks one stream.
pub(crate) fn body(bytes: &[u8]) {
    let Some((&size, stream)) = bytes.split_first() else { return };
    let in_pieces = messages(stream, usize::from(size).max(1));
    let byte_by_byte = messages(stream, 1);
    assert_eq!(in_pieces, byte_by_byte);
    assert!(byte_by_byte.0.iter().all(|message| message.len() <= MOST));
    let again: Vec<u8> = byte_by_byte.0.iter().flat_map(|message| framed(message)).collect();
    assert_eq!(messages(&again, 7), (byte_by_byte.0, true));
}
