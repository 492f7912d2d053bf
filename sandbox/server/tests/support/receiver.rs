//! A receiver of events, in a thread of its own.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};

/// A receiver that answers with what a function says of each body, and passes on headers and bodies.
pub(crate) fn receiver(answer: impl Fn(&Value) -> u16 + Send + 'static) -> (String, Receiver<(Vec<String>, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut headers, mut length) = (Vec::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).is_err() || line.len() <= 2 {
                    break;
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                headers.push(line.trim().to_owned());
            }
            let mut body = vec![0; length];
            // A server that was killed sends half a request.
            let is_whole = reader.read_exact(&mut body).is_ok();
            let Some(body) = serde_json::from_slice::<Value>(&body).ok().filter(|_| is_whole) else {
                continue;
            };
            let status = answer(&body);
            let line = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
            let _ = reader.get_mut().write_all(line.as_bytes());
            if tell.send((headers, body)).is_err() {
                return;
            }
        }
    });
    (url, told)
}
