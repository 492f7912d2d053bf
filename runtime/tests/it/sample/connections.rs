//! Kept connections that end when the next request arrives, and connections that are open before a request: no idempotent call meets one
//! that ended, or that carried a request.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::sample::client::{Call, Client};
use crate::sample::server::{Seen, builder, read_request};
use sdkwright_runtime::glue::{self, Description, Success};
use sdkwright_runtime::{ErrorKind, Outcome, ReqwestTransport};

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
                let Some(first) = read_request(&mut stream) else { return };
                kept.lock().unwrap().push(first);
                stream.write_all(b"HTTP/1.1 204 X\r\n\r\n").unwrap();
                let second = read_request(&mut stream);
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
    Call::<Look>::new(&client, glue::request::<Look>(&client))
        .await
        .unwrap();
    for _ in 0..2 {
        Call::<Replace>::new(&client, glue::request::<Replace>(&client))
            .await
            .unwrap();
        Call::<Remove>::new(&client, glue::request::<Remove>(&client))
            .await
            .unwrap();
    }
    let methods = |seen: &[Seen]| seen.iter().map(|seen| seen.method.clone()).collect::<Vec<_>>();
    assert_eq!(
        methods(&seen.lock().unwrap()),
        ["GET", "PUT", "DELETE", "PUT", "DELETE"]
    );
    // The effect of any other method may be doubled: it is sent once, and reported.
    let error = Call::<Change>::new(&client, glue::request::<Change>(&client))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NoAnswer, Outcome::Unknown));
    assert_eq!(methods(&seen.lock().unwrap()[5..]), ["PATCH"]);
}

/// The server's treatment of a connection without a request.
#[derive(Clone, Copy, PartialEq)]
enum Unused {
    Waits,
    Closes,
    /// Sends a response without a request, as servers do at a timeout.
    Speaks,
}

/// Answers the requests of each connection, and counts connections from 1.
struct Counted {
    url: String,
    /// The connection of each request.
    carried: Arc<Mutex<Vec<usize>>>,
    /// Connections whose treatment began.
    accepted: Receiver<usize>,
    /// Connections that ended.
    ended: Receiver<usize>,
}

impl Counted {
    fn start(treat: fn(usize) -> Unused) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let carried = Arc::new(Mutex::new(Vec::new()));
        let (accepts, accepted) = channel();
        let (ends, ended) = channel();
        let kept = Arc::clone(&carried);
        std::thread::spawn(move || {
            for number in 1.. {
                let Ok((mut stream, _)) = listener.accept() else { return };
                match treat(number) {
                    Unused::Closes => drop(stream.shutdown(std::net::Shutdown::Both)),
                    Unused::Speaks => stream.write_all(b"HTTP/1.1 408 X\r\n\r\n").unwrap(),
                    Unused::Waits => {}
                }
                let _ = accepts.send(number);
                let (kept, ends) = (Arc::clone(&kept), ends.clone());
                std::thread::spawn(move || {
                    while read_request(&mut stream).is_some() {
                        kept.lock().unwrap().push(number);
                        drop(stream.write_all(b"HTTP/1.1 204 X\r\n\r\n"));
                    }
                    let _ = ends.send(number);
                });
            }
        });
        Self {
            url,
            carried,
            accepted,
            ended,
        }
    }

    fn client(&self, settings: fn(ReqwestTransport) -> ReqwestTransport) -> Client {
        let transport = settings(ReqwestTransport::with(|| reqwest::Client::builder().no_proxy()).unwrap());
        builder(&self.url).transport(transport).build().unwrap()
    }

    /// Waits until a connection was accepted.
    async fn accepts(&self, number: usize) {
        wait_for(&self.accepted, number).await;
    }

    /// Waits until a connection ended.
    async fn ends(&self, number: usize) {
        wait_for(&self.ended, number).await;
    }
}

async fn wait_for(numbers: &Receiver<usize>, number: usize) {
    let mut rounds = 0;
    loop {
        // The client learns of the same event meanwhile.
        tokio::time::sleep(Duration::from_millis(10)).await;
        if numbers.try_iter().any(|one| one == number) {
            return;
        }
        rounds += 1;
        assert!(rounds < 1000, "nothing happened to connection {number}");
    }
}

/// Replaces, with one attempt.
async fn replace(client: &Client) {
    let call = Call::<Replace>::new(client, glue::request::<Replace>(client));
    assert_eq!(call.with_response().await.unwrap().attempts, 1);
}

#[tokio::test]
async fn a_connection_that_was_spoiled_before_its_request_is_never_used() {
    for treat in [
        |number| if number == 2 { Unused::Closes } else { Unused::Waits },
        |number| if number == 2 { Unused::Speaks } else { Unused::Waits },
    ] {
        let server = Counted::start(treat);
        let client = server.client(|transport| transport.preconnect_max_per_host(16));
        replace(&client).await;
        server.accepts(2).await;
        replace(&client).await;
        server.accepts(4).await;
        replace(&client).await;
        assert_eq!(*server.carried.lock().unwrap(), [1, 3, 4]);
    }
}

#[tokio::test]
async fn a_connection_ends_with_its_time_with_its_request_and_with_the_client() {
    let server = Counted::start(|_| Unused::Waits);
    let short = server.client(|transport| {
        transport
            .preconnect_max_per_host(16)
            .preconnect_idle_timeout(Duration::from_millis(50))
    });
    replace(&short).await;
    server.ends(1).await;
    server.ends(2).await;
    let long = server.client(|transport| {
        transport
            .preconnect_max_per_host(16)
            .preconnect_idle_timeout(Duration::from_secs(600))
    });
    replace(&long).await;
    server.accepts(4).await;
    drop(long);
    server.ends(4).await;
}

#[tokio::test]
async fn connections_wait_only_where_the_settings_allow_it() {
    let server = Counted::start(|_| Unused::Waits);
    let none = server.client(|transport| transport);
    replace(&none).await;
    replace(&none).await;
    let transport = ReqwestTransport::with(|| reqwest::Client::builder().no_proxy()).unwrap();
    let transport = transport.preconnect_max_per_host(2);
    transport.preconnect(&server.url, 5).await.unwrap();
    server.accepts(4).await;
    assert_eq!(server.accepted.try_iter().count(), 0);
    let client = builder(&server.url).transport(transport).build().unwrap();
    replace(&client).await;
    assert_eq!(*server.carried.lock().unwrap(), [1, 2, 4], "the youngest is used");
}

#[tokio::test]
async fn no_connection_carries_two_requests() {
    let server = Counted::start(|_| Unused::Waits);
    let client = server.client(|transport| transport.preconnect_max_per_host(16));
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..10 {
                replace(&client).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let mut carried = server.carried.lock().unwrap().clone();
    carried.sort_unstable();
    carried.dedup();
    assert_eq!(carried.len(), 160);
}
