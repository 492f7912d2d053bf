//! A gate before the server: one call, or its answer, is held for ever, and whoever waits is told.
//!
//! In: connections of a program. Out: the same calls to the server, one per connection. Never: a decision by time.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};

use sdkwright_sandbox_server::Running;

/// The kind of request that is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The call, before the server has it.
    Request,
    /// The answer, after the server has carried the call out.
    Answer,
}

pub struct Gate {
    /// The server's base URL, through the gate.
    pub url: String,
    /// Says when the call is held.
    pub held: mpsc::Receiver<()>,
}

impl Gate {
    /// Holds the call of that number, counted from 0. All others pass.
    pub fn closed_at(sandbox: &Running, call: usize, side: Side) -> Self {
        let rest = sandbox.base_url.strip_prefix("http://").unwrap();
        let (server, prefix) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}{prefix}", listener.local_addr().unwrap());
        let (tell, held) = mpsc::channel();
        let (server, count) = (server.to_owned(), Arc::new(Mutex::new(Calls::default())));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (server, count, tell) = (server.clone(), count.clone(), tell.clone());
                std::thread::spawn(move || pass(stream, &server, &count, (call, side), &tell));
            }
        });
        Self { url, held }
    }
}

/// The calls so far.
#[derive(Default)]
struct Calls {
    count: usize,
    /// Request lines with the idempotency keys of the calls that have one.
    keyed: Vec<String>,
}

impl Calls {
    /// Returns the number of a call; `None` for another attempt of a call with a key, which a slow machine causes.
    fn number(&mut self, request: &[u8]) -> Option<usize> {
        let text = String::from_utf8_lossy(request);
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default();
        let key = lines.find(|line| line.to_ascii_lowercase().starts_with("idempotency-key:"));
        if let Some(key) = key {
            let call = format!("{line} {key}");
            if self.keyed.contains(&call) {
                return None;
            }
            self.keyed.push(call);
        }
        self.count += 1;
        Some(self.count - 1)
    }
}

/// One call of one connection. What cannot be passed on is the program's end, which the test sees.
fn pass(
    mut program: TcpStream,
    server: &str,
    calls: &Mutex<Calls>,
    (call, side): (usize, Side),
    tell: &mpsc::Sender<()>,
) -> Option<()> {
    let request = request(&mut program)?;
    let is_it = calls.lock().unwrap().number(&request) == Some(call);
    let mut answer = Vec::new();
    if !is_it || side == Side::Answer {
        let mut stream = TcpStream::connect(server).ok()?;
        stream.write_all(&request).ok()?;
        stream.read_to_end(&mut answer).ok()?;
    }
    if is_it {
        tell.send(()).ok()?;
        // Blocks until the program is killed.
        let _ = program.read(&mut [0]);
        return None;
    }
    program.write_all(&answer).ok()
}

/// A whole request, asking for the connection's end behind the answer.
fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut block = [0; 4096];
        let read = stream.read(&mut block).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&block[..read]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let mut body = bytes.split_off(end + 4);
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Some(0), |(_, length)| length.trim().parse().ok())?;
    let already = body.len();
    body.resize(length, 0);
    stream.read_exact(body.get_mut(already..)?).ok()?;
    Some([head.as_bytes(), b"\r\nconnection: close\r\n\r\n", &body].concat())
}
