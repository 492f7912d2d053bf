//! An HTTP/1.1 server of raw sockets that sends any bytes, one connection for each request.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The head of each request, in order.
pub type Heads = Arc<Mutex<Vec<String>>>;

pub struct Server {
    pub url: String,
    pub heads: Heads,
}

impl Server {
    /// Responds with what `handle` writes, each time in a thread.
    pub fn start(handle: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads = Heads::default();
        let (handle, seen) = (Arc::new(handle), heads.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, handle, seen) = (stream.unwrap(), handle.clone(), seen.clone());
                std::thread::spawn(move || {
                    if let Some(head) = head(&mut stream) {
                        seen.lock().unwrap().push(head);
                        handle(&mut stream);
                    }
                });
            }
        });
        Self { url, heads }
    }

    /// Always responds with this body.
    pub fn responds(status: u16, headers: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        Self::start(move |stream| {
            // A client that has read enough closes the connection.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        })
    }

    pub fn requests(&self) -> usize {
        self.heads.lock().unwrap().len()
    }
}

/// Reads a request, and returns its head.
fn head(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(head)
}
