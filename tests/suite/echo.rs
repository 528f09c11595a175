//! The server of `event_loop/server.rs` for real, on loopback: a thread for each client, and one thread for all of
//! them that reads only what is there. In both, clients that send slowly hold up nobody.
#![cfg(unix)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

const CLIENTS: usize = 50;

/// How long a client waits for its answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves so many clients with a thread each.
fn serve_in_threads(listener: &TcpListener) {
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            let (stream, _) = listener.accept().expect("a client");
            scope.spawn(move || {
                let mut buffer = [0; 64];
                loop {
                    match (&stream).read(&mut buffer).expect("a client that is there") {
                        0 => return,
                        count => {
                            let answer = buffer[..count].to_ascii_uppercase();
                            (&stream).write_all(&answer).expect("a client that listens");
                        }
                    }
                }
            });
        }
    });
}

/// Serves so many clients with this thread: it waits for whoever has sent something, and reads only that.
fn serve_the_ready(listener: &TcpListener) {
    listener.set_nonblocking(true).expect("a listener that does not block");
    let (mut clients, mut served): (Vec<TcpStream>, usize) = (Vec::new(), 0);
    while served < CLIENTS {
        let mut ready: Vec<PollFd> = vec![PollFd::new(listener.as_fd(), PollFlags::POLLIN)];
        ready.extend(clients.iter().map(|client| PollFd::new(client.as_fd(), PollFlags::POLLIN)));
        poll(&mut ready, PollTimeout::NONE).expect("something to be ready");
        let is_ready: Vec<bool> = ready.iter().map(|entry| entry.any() == Some(true)).collect();
        let mut still_there = Vec::new();
        for (client, is_ready) in clients.drain(..).zip(&is_ready[1..]) {
            if !is_ready || answer(&client) {
                still_there.push(client);
            } else {
                served += 1;
            }
        }
        clients = still_there;
        if is_ready[0] {
            let (client, _) = listener.accept().expect("a client");
            client.set_nonblocking(true).expect("a client that does not block");
            clients.push(client);
        }
    }
}

/// The twin: serves one client until it goes, and then the next.
fn serve_one_after_the_other(listener: &TcpListener) {
    for _ in 0..CLIENTS {
        let (client, _) = listener.accept().expect("a client");
        while answer(&client) {}
    }
}

/// Answers what a client has sent, and returns whether it is still there.
fn answer(mut client: &TcpStream) -> bool {
    let mut buffer = [0; 64];
    match client.read(&mut buffer) {
        Ok(0) => false,
        Ok(count) => client.write_all(&buffer[..count].to_ascii_uppercase()).is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

/// All connect and send the first half of their lines; the last of them is the first to send the other half, and each
/// waits for its answer before the next one goes on.
/// Returns whether all were.
fn all_are_answered(address: SocketAddr, patience: Duration) -> bool {
    let mut clients: Vec<TcpStream> = (0..CLIENTS).map(|_| TcpStream::connect(address).expect("a server")).collect();
    for client in &mut clients {
        client.write_all(b"hello").expect("a server");
    }
    clients.iter_mut().enumerate().rev().all(|(number, client)| {
        client.set_read_timeout(Some(patience)).expect("a time");
        writeln!(client, ", {number}").expect("a server");
        let mut line = String::new();
        BufReader::new(client).read_line(&mut line).is_ok() && line == format!("HELLO, {number}\n")
    })
}

/// Returns whether all clients are answered in time. When they have gone, so does the server.
fn serves_all(serve: fn(&TcpListener), patience: Duration) -> bool {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::scope(|scope| {
        scope.spawn(|| serve(&listener));
        all_are_answered(address, patience)
    })
}

#[test]
fn a_thread_for_each_client() {
    assert!(serves_all(serve_in_threads, PATIENCE));
}

#[test]
fn one_thread_for_all_clients() {
    assert!(serves_all(serve_the_ready, PATIENCE));
}

/// The last client goes on first, and would be served last: however long it waits, nobody answers it.
#[test]
fn one_client_after_the_other() {
    assert!(!serves_all(serve_one_after_the_other, Duration::from_millis(200)));
}
