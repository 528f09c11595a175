//! A server that shows the key and answers one put and one get, and from then on repeats these two answers without a look
//! at what it is asked: what a client, the system and the network take by themselves. On one connection hardly any server can
//! be quicker.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use selvedge_models::master_worker::config::{Config, Effect};
use selvedge_models::master_worker::queue::{Client, Queue};
use selvedge_models::master_worker::server::Server;
use selvedge_models::master_worker::wire::handshake::NONCE_BYTES;
use selvedge_models::master_worker::worker::Name;

/// Runs for ever, on a thread that is pinned to the same processors as the one that calls it. Returns where.
pub(crate) fn listen(key: &'static str) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let queues = Name::ALL.map(|name| (name.kind().to_owned(), Queue::new(0)));
    let server = Arc::new(Mutex::new(Server::new(Config::new(key.into()), queues.into())));
    std::thread::spawn(move || {
        for (client, stream) in (1..).zip(listener.incoming().flatten()) {
            let server = server.clone();
            std::thread::spawn(move || serve(stream, client, &server));
        }
    });
    address
}

/// Serves a connection: whoever goes away ends it.
fn serve(mut stream: TcpStream, client: Client, server: &Mutex<Server>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).ok()?;
    let mut answers = Vec::new();
    let mut chunk = [0; 4_096];
    let (mut count, mut had_one) = (0, false);
    loop {
        // Nobody waits, so what is to be done is for who has just said something.
        let (effects, has_one) = {
            let mut server = server.lock().ok()?;
            match count {
                0 => server.connected(client, None, nonce, Duration::ZERO),
                _ => {
                    server.went_out(client, Duration::ZERO);
                    server.received(client, &chunk[..count], Duration::ZERO);
                }
            }
            (server.effects(), server.queue(Name::Tasks.kind()).is_some_and(|queue| !queue.is_empty()))
        };
        for effect in effects {
            match effect {
                Effect::Send(_, bytes) => {
                    stream.write_all(&bytes).ok()?;
                    answers.push(bytes);
                }
                Effect::Close(_) => return None,
                _ => {}
            }
        }
        if std::mem::replace(&mut had_one, has_one) && !has_one {
            return repeat(stream, &answers[answers.len() - 2..]);
        }
        count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
    }
}

/// Looks for what comes without sleeping, as far as there is a processor for that, and sends the answers in turn.
fn repeat(mut stream: TcpStream, answers: &[Vec<u8>]) -> Option<()> {
    /// Who has not asked for so long has gone, or rests.
    const REST: Duration = Duration::from_millis(5);
    let mut chunk = [0; 4_096];
    stream.set_nonblocking(true).ok()?;
    for answer in answers.iter().cycle() {
        let begun = Instant::now();
        let mut rests = false;
        loop {
            match stream.read(&mut chunk) {
                Ok(0) => return None,
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::WouldBlock && begun.elapsed() < REST => {
                    std::thread::yield_now();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    rests = true;
                    stream.set_nonblocking(false).ok()?;
                }
                Err(_) => return None,
            }
        }
        if rests {
            stream.set_nonblocking(true).ok()?;
        }
        stream.write_all(answer).ok()?;
    }
    None
}
