//! The server of the stepper's page, asked by hand: what it answers, and whom it refuses.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use selvedge::engine::Budget;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::{Checker, PageServer};
use serde_json::Value;

/// Two threads each add to a number that nothing protects.
fn lost_update() -> usize {
    let number = AtomicUsize::new(0);
    selvedge::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| number.store(number.load(SeqCst) + 1, SeqCst));
        }
    });
    number.load(SeqCst)
}

/// A server in the background, until the tests end.
struct Served {
    host: String,
    folder: String,
}

impl Served {
    fn start() -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let checker = Checker::new().name("lost update").allow_outcomes([2_usize]).budget(Budget::executions(100));
            let server =
                PageServer::bind(checker.step(lost_update), 0, |token| format!("again {token}")).expect("a port");
            sender.send(server.address()).expect("the test waits");
            server.run()
        });
        let address = receiver.recv_timeout(Duration::from_secs(60)).expect("the server is there");
        let (host, folder) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
        Self { host: host.to_owned(), folder: format!("/{folder}") }
    }

    /// Sends bytes, and returns what is answered until the connection ends.
    fn send(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // It may refuse before all is sent.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn request(&self, method: &str, path: &str, headers: &str) -> String {
        self.send(format!("{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").as_bytes())
    }

    /// Asks as the page does; returns the status and the body.
    fn get(&self, path: &str) -> (u16, String) {
        let answer = self.request("GET", &format!("{}{path}", self.folder), &format!("Host: {}\r\n", self.host));
        (status(&answer), body(&answer))
    }

    fn position(&self, token: &str, action: &str) -> Value {
        let (status, body) = self.get(&format!("position/{token}{action}"));
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status: {answer:?}"))
}

/// Returns the body of an answer, whose parts may come in chunks.
fn body(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    if !head.contains("chunked") {
        return body.to_owned();
    }
    let (mut rest, mut whole) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a size");
        whole += &after[..size];
        rest = after[size..].trim_start_matches("\r\n");
    }
    whole
}

#[test]
fn a_page_and_its_positions_are_served() {
    let served = Served::start();
    let (status, page) = served.get("");
    assert_eq!(status, 200);
    assert!(page.contains("connect-src 'self'") && page.contains("selvedge-position/1"), "{page}");
    let begin = served.position(&begin(&page), "");
    assert_eq!(
        (&begin["replay"], &begin["execution"]["steps"]),
        (&"again s1AgEAvHQ".into(), &Value::Array(Vec::new()))
    );
    let outcomes = begin["reachable"]["outcomes"].as_array().expect("outcomes");
    let told: Vec<(&str, bool)> =
        outcomes.iter().map(|one| (one["text"].as_str().unwrap(), one["is_wrong"].as_bool().unwrap())).collect();
    assert_eq!(told, [("1", true), ("2", false)]);
    // On to the first choice, the last of two, back again, and to the end.
    let on = served.position(begin["token"].as_str().unwrap(), "/on");
    let token = on["token"].as_str().unwrap();
    assert_eq!(on["choices"].as_array().map(Vec::len), Some(2));
    let taken = served.position(token, "/take/1");
    assert_ne!(taken["token"], on["token"]);
    assert_eq!(served.position(taken["token"].as_str().unwrap(), "/back"), on);
    let end = served.position(token, "/end");
    assert_eq!(end["ending"], "the execution is over, and right: the outcome is 2");
    assert_eq!(end["decided"]["is_wrong"], false);
}

/// Returns the token of the position in a page.
fn begin(page: &str) -> String {
    page.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token").to_owned()
}

#[test]
fn who_does_not_know_the_address_is_refused() {
    let served = Served::start();
    let Served { host, folder } = &served;
    let named = format!("Host: {host}\r\n");
    let port = host.split(':').nth(1).unwrap();
    let local = format!("Host: localhost:{port}\r\n");
    assert_eq!(status(&served.request("GET", folder, &local)), 200);
    for (expected, method, path, headers) in [
        (404, "GET", "/", named.clone()),
        (404, "GET", "/0123456789abcdef0123456789abcdef/", named.clone()),
        (404, "GET", &format!("{folder}../position"), named.clone()),
        (405, "POST", folder, named.clone()),
        (405, "DELETE", folder, named.clone()),
        (403, "GET", folder, String::new()),
        (403, "GET", folder, "Host: evil.example\r\n".to_owned()),
        (403, "GET", folder, format!("Host: evil.example:{port}\r\n")),
        (403, "GET", folder, format!("{named}Host: evil.example\r\n")),
        (403, "GET", folder, format!("{named}Origin: http://evil.example\r\n")),
        (403, "GET", folder, format!("{named}Origin: null\r\n")),
    ] {
        let answer = served.request(method, path, &headers);
        assert_eq!(status(&answer), expected, "{method} {path} {headers}: {answer}");
        assert!(!answer.contains("selvedge-position"), "{answer}");
    }
    assert_eq!(served.get("").0, 200, "it goes on");
}

#[test]
fn what_is_no_request_is_refused_and_harms_nobody() {
    let served = Served::start();
    let long = format!("position/{}", "A".repeat(100 << 10));
    for (expected, path) in [
        (409, "position/nothing"),
        (409, "position/s1AAJn9gMCiwWJBLWCFA"),
        (409, "position/s1AgEAvHQ/take/99"),
        (409, "position/s1AgEAvHQ/back"),
        (404, "position/s1AgEAvHQ/take/-1"),
        (404, "position/s1AgEAvHQ/take/99999999999999999999"),
        (404, "position/s1AgEAvHQ/jump"),
        (404, "position"),
        (414, &long),
    ] {
        let (status, body) = served.get(path);
        assert_eq!(status, expected, "{}: {body}", &path[..path.len().min(60)]);
    }
    // Who knows the address, and speaks no HTTP.
    let Served { host, folder } = &served;
    for text in [
        format!("{folder}\r\nHost: {host}\r\n\r\n"),
        format!("GET {folder}\r\nHost: {host}\r\n\r\n"),
        format!("GET {folder} HTTP/9.9\r\nHost: {host}\r\n\r\n"),
        format!("GET {folder} HTTP/1.1\r\nHost {host}\r\n\r\n"),
        format!("GET {folder} HTTP/1.1\r\nHost: {host}"),
        format!("\0GET {folder} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        "\0\0\0\0".to_owned(),
        String::new(),
    ] {
        let answer = served.send(text.as_bytes());
        assert!(!answer.contains("selvedge-position"), "{text:?}: {answer}");
    }
    assert_eq!(served.get("").0, 200, "it goes on");
}
