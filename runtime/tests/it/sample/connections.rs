//! Kept connections that end when the next request arrives: no idempotent call meets one.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::sample::client::Call;
use crate::sample::server::{Seen, builder, read};
use sdkwright_runtime::glue::{self, Description, Success};
use sdkwright_runtime::{ErrorKind, Outcome};

macro_rules! operation {
    ($name:ident, $method:literal) => {
        struct $name;

        impl glue::Operation for $name {
            type Output = ();
            const DESCRIPTION: &'static Description = &Description {
                security: Some(&[]),
                successes: &[Success::nothing(204, 204)],
                ..Description::new(stringify!($name), $method, "/thing")
            };
            const ANSWERS: &'static [u16] = &[204];
        }
    };
}

operation!(Look, "GET");
operation!(Replace, "PUT");
operation!(Remove, "DELETE");
operation!(Change, "PATCH");

/// Answers each connection's first request, and closes at its second one.
fn server() -> (String, Arc<Mutex<Vec<Seen>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let kept = Arc::clone(&kept);
            std::thread::spawn(move || {
                let Some(first) = read(&mut stream) else { return };
                kept.lock().unwrap().push(first);
                stream.write_all(b"HTTP/1.1 204 X\r\n\r\n").unwrap();
                let second = read(&mut stream);
                kept.lock().unwrap().extend(second);
            });
        }
    });
    (url, seen)
}

#[tokio::test]
async fn an_idempotent_call_without_a_key_never_meets_a_connection_that_died_idle() {
    let (url, seen) = server();
    let client = builder(&url).build().unwrap();
    Call::<Look>::of(&client, glue::request::<Look>(&client)).await.unwrap();
    for _ in 0..2 {
        Call::<Replace>::of(&client, glue::request::<Replace>(&client))
            .await
            .unwrap();
        Call::<Remove>::of(&client, glue::request::<Remove>(&client))
            .await
            .unwrap();
    }
    let methods = |seen: &[Seen]| seen.iter().map(|seen| seen.method.clone()).collect::<Vec<_>>();
    assert_eq!(
        methods(&seen.lock().unwrap()),
        ["GET", "PUT", "DELETE", "PUT", "DELETE"]
    );
    // The effect of any other method may be doubled: it is sent once, and reported.
    let error = Call::<Change>::of(&client, glue::request::<Change>(&client))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NoAnswer, Outcome::Unknown));
    assert_eq!(methods(&seen.lock().unwrap()[5..]), ["PATCH"]);
}
