//! The stepper as a page: a small server for browsers on this machine. Every address has a secret in it, so that no other page
//! and no other user of the machine can ask anything.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use data_encoding::HEXLOWER;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::schedule::Token;
use crate::stepper::{Stepper, Wish};

/// The longest address that is read, in bytes: a token of a long execution has some thousands.
const ADDRESS_BYTES_MAX: usize = 64 << 10;

/// The port of addresses that name none.
const HTTP_PORT: u16 = 80;

/// Of the secret, in bytes.
const SECRET_BYTES: usize = 16;

/// Why a page cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port is not to be had.
    #[error("port {port} of this machine cannot be served: {why}")]
    Bind {
        /// The port.
        port: u16,
        /// What the system says.
        why: String,
    },
    /// The system gives no random bytes for the secret.
    #[error("the system gives no random bytes for the page's address: {0}")]
    Secret(getrandom::Error),
    /// No request comes any more.
    #[error("the server cannot go on: {0}")]
    Receive(#[from] io::Error),
}

/// What an address asks for.
enum Asked<'a> {
    /// The page.
    Page,
    /// The position that is reached from the one with this token by doing what is wished, if anything is.
    Position { token: &'a str, wish: Option<Wish> },
}

/// What is answered.
struct Answer {
    status: u16,
    kind: &'static str,
    text: String,
}

/// A stepper that is served as a page.
pub struct PageServer {
    server: Server,
    address: SocketAddr,
    secret: String,
    stepper: Stepper,
    replay_line: Box<dyn Fn(&Token) -> String>,
}

impl PageServer {
    /// Returns the server of this stepper, which nobody is served by yet, on this port of the loopback address; port 0 stands
    /// for one that is free. `replay_line` says how a token is used.
    ///
    /// # Errors
    ///
    /// If the port is not to be had, or the system has no random bytes.
    pub fn bind(
        stepper: Stepper,
        port: u16,
        replay_line: impl Fn(&Token) -> String + 'static,
    ) -> Result<Self, ServeError> {
        let mut secret = [0; SECRET_BYTES];
        getrandom::fill(&mut secret).map_err(ServeError::Secret)?;
        let refused = |why| ServeError::Bind { port, why };
        let server = Server::http((Ipv4Addr::LOCALHOST, port)).map_err(|error| refused(error.to_string()))?;
        let address = server.server_addr().to_ip().ok_or_else(|| refused("it has no address".to_owned()))?;
        let secret = HEXLOWER.encode(&secret);
        Ok(Self { server, address, secret, stepper, replay_line: Box::new(replay_line) })
    }

    /// Returns where the page is.
    pub fn address(&self) -> String {
        format!("http://{}/{}/", self.address, self.secret)
    }

    /// Serves the page until the process ends.
    ///
    /// # Errors
    ///
    /// If no more requests can be received.
    pub fn run(mut self) -> Result<(), ServeError> {
        loop {
            let request = self.server.recv()?;
            let Answer { status, kind, text } = self.answer(&request);
            let mut response = Response::from_string(text).with_status_code(status);
            for (name, value) in [
                ("Content-Type", kind),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "frame-ancestors 'none'"),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"),
            ] {
                response.add_header(Header::from_bytes(name, value).expect("a header of letters"));
            }
            // Who asked may be gone.
            let _ = request.respond(response);
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let refuse = |status, text: &str| Answer { status, kind: "text/plain; charset=utf-8", text: text.to_owned() };
        if !self.is_of_this_machine(request) {
            return refuse(403, "This page is asked for by its own address only.");
        }
        if *request.method() != Method::Get {
            return refuse(405, "Only GET is answered.");
        }
        if request.url().len() > ADDRESS_BYTES_MAX {
            return refuse(414, "The address is too long.");
        }
        match asked(request.url(), &self.secret) {
            None => refuse(404, "There is nothing here."),
            Some(Asked::Page) => {
                let view = self.stepper.view(&self.replay_line);
                Answer { status: 200, kind: "text/html; charset=utf-8", text: view.to_html() }
            }
            Some(Asked::Position { token, wish }) => match self.act(token, wish.as_ref()) {
                Err(why) => refuse(409, &why),
                Ok(()) => {
                    let view = self.stepper.view(&self.replay_line);
                    Answer { status: 200, kind: "application/json", text: view.to_json() }
                }
            },
        }
    }

    /// Returns whether a request was meant for this server by name: a page of another site that has its own name lead here
    /// is told apart by it.
    fn is_of_this_machine(&self, request: &Request) -> bool {
        let port = self.address.port();
        let mut hosts = vec![format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        if port == HTTP_PORT {
            // Which nobody says.
            hosts.extend(["127.0.0.1".to_owned(), "localhost".to_owned()]);
        }
        let values = |name: &'static str| {
            request.headers().iter().filter(move |header| header.field.equiv(name)).map(|header| header.value.as_str())
        };
        let is_host = |host: &str| hosts.iter().any(|known| known == host);
        let mut named = values("Host");
        let is_named = named.next().is_some_and(is_host) && named.next().is_none();
        is_named && values("Origin").all(|origin| origin.strip_prefix("http://").is_some_and(is_host))
    }

    /// Goes to where the token leads, and does what is wished; returns why not, if it cannot.
    fn act(&mut self, token: &str, wish: Option<&Wish>) -> Result<(), String> {
        // Of where it stands already, what can come is known.
        if self.stepper.token().to_string() != token {
            self.stepper.fulfil(&Wish::GoTo(token.to_owned()))?;
        }
        wish.map_or(Ok(()), |wish| self.stepper.fulfil(wish))
    }
}

/// Returns what an address asks for, if it is one of this server's.
fn asked<'a>(address: &'a str, secret: &str) -> Option<Asked<'a>> {
    let mut parts = address.strip_prefix('/')?.split('/');
    if parts.next()? != secret {
        return None;
    }
    let parts: Vec<&str> = parts.collect();
    let (token, wish) = match *parts.as_slice() {
        [""] => return Some(Asked::Page),
        ["position", token] => (token, None),
        ["position", token, "take", choice] => (token, Some(Wish::Take(choice.parse().ok()?))),
        ["position", token, "back"] => (token, Some(Wish::Back)),
        ["position", token, "on"] => (token, Some(Wish::On)),
        ["position", token, "end"] => (token, Some(Wish::End)),
        _ => return None,
    };
    Some(Asked::Position { token, wish })
}
