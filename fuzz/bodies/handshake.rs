//! The handshake: whatever somebody without the key says, in whatever order, there is no session.

use selvedge_models::master_worker::call::Call;
use selvedge_models::master_worker::config::{Config, Effect};
use selvedge_models::master_worker::server::Server;
use selvedge_models::master_worker::wire::frame::{Frames, framed};
use selvedge_models::master_worker::wire::handshake::{Handshake, Side};

const KEY: &[u8] = b"a key that nobody guesses";

/// Lets somebody say what the bytes make of it: each message begins with what it is.
pub(crate) fn body(bytes: &[u8]) {
    let now = std::time::Duration::ZERO;
    let mut server = Server::new(Config::new(KEY.to_vec()), Vec::new());
    server.connected(1, None, [1; 40], now);
    // What somebody with another key would say.
    let (mut stranger, _) = Handshake::begin(Side::Connecting, b"another key", [2; 40]);
    let (mut heard, mut last) = (Frames::default(), Vec::new());
    let mut sent = Vec::new();
    for piece in bytes.chunks(24) {
        for effect in server.effects() {
            if let Effect::Send(_, bytes) = effect {
                assert!(!is_reply(&bytes), "a session without the key");
                heard.add(&bytes, 1 << 16).expect("short messages");
            }
        }
        while let Some(message) = heard.next(1 << 16).expect("messages") {
            last.clone_from(&message);
            sent.push(message);
        }
        let message = match piece[0] % 6 {
            // Its own bytes.
            0 => piece[1..].to_vec(),
            // What the server has said last, or before.
            1 => last.clone(),
            2 => sent.get(usize::from(*piece.last().expect("a byte"))).cloned().unwrap_or_default(),
            3 => b"#WELCOME#".to_vec(),
            4 => [b"#CHALLENGE#", piece].concat(),
            // What a handshake with the wrong key makes of it.
            _ => {
                stranger.received(&last).ok().and_then(|progress| progress.send.into_iter().next()).unwrap_or_default()
            }
        };
        server.received(1, &framed(&message), now);
    }
    // A request: it is answered only in a session.
    server.received(1, &Call::new(None, "number_of_objects", Vec::new()).to_frame(), now);
    for effect in server.effects() {
        assert!(!matches!(effect, Effect::Send(_, bytes) if is_reply(&bytes)), "a session without the key");
    }
}

/// Returns whether somebody is answered as only who has the key is.
fn is_reply(bytes: &[u8]) -> bool {
    let has = |kind: &[u8]| bytes.windows(kind.len()).any(|part| part == kind);
    has(b"#RETURN") || has(b"#ERROR") || has(b"#TRACEBACK")
}
