//! A server that repeats, delays and swaps its responses, over thousands of calls: what the journal calls executed was executed, with
//! the id of that very action.
//!
//! `STRAY_CALLS` sets the number of calls for each way of echoing request ids.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use oceafin_partner::http::Request;
use oceafin_partner::{
    BankAccountId, CheckoutId, Client, CountryCode, CreatePartnerBankAccountRequest, CurrencyCode, CustomerId,
    IdempotencyKey, Outcome, PartnerBankAccountRelationship, PartnerCheckoutActionRequest,
    transport::{ReqwestTransport, Transport},
};
use sdkwright_journal::{Journal, Memory, State};
use sdkwright_runtime::transport::{Body, SendFuture, SleepFuture};

use crate::raw;

/// Request id in the responses of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// That of the request.
    Request,
    /// One that the server gives.
    Own,
    Nothing,
}

/// State of the server.
#[derive(Default)]
struct Done {
    random: u64,
    /// Responses of executed requests, by their keys.
    executed: HashMap<String, String>,
    /// All responses so far, whoever they were for.
    sent: Vec<String>,
    strays: u32,
}

impl Done {
    fn random(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }
}

pub(crate) struct Arrived {
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    body: String,
}

pub(crate) fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Arrived> {
    let mut next = || {
        let mut line = String::new();
        let size = stream.read_line(&mut line).ok()?;
        (size > 0).then(|| line.trim_end().to_owned())
    };
    let line = next()?;
    let mut headers = HashMap::new();
    while let Some((name, value)) = next()?.split_once(": ") {
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).unwrap();
    Some(Arrived { line, headers, body })
}

/// The response to a request, as it was executed first.
fn execute(done: &mut Done, request: &Arrived, names: Names) -> String {
    let path = request.line.split(' ').nth(1).unwrap().to_owned();
    let id = match names {
        Names::Request => format!("X-Request-Id: {}\r\n", request.headers["x-request-id"]),
        Names::Own => format!("X-Request-Id: own-{}\r\n", done.random(u64::MAX)),
        Names::Nothing => String::new(),
    };
    let say = |status: u16, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 {status} X\r\n{id}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    if request.line.starts_with("GET ") {
        return say(200, "{\"data\":[],\"pageInfo\":{\"limit\":20,\"hasMore\":false}}");
    }
    let key = &request.headers["idempotency-key"];
    let number = done.executed.len();
    let made = done.executed.entry(key.clone()).or_insert_with(|| {
        if let Some(checkout) = path.strip_suffix("/close") {
            let checkout = checkout.rsplit('/').next().unwrap();
            return format!("{{\"checkoutId\":\"{checkout}\",\"status\":\"CLOSED\"}}");
        }
        let account = request.body.split("\"accountNumber\":\"").nth(1).unwrap();
        let last = &account[..account.find('"').unwrap()][4..];
        format!("{{\"bankAccountId\":\"account-{number}\",\"accountNumber\":\"****{last}\",\"status\":\"ACTIVE\"}}")
    });
    say(if path.ends_with("/close") { 200 } else { 201 }, made)
}

/// Answers the requests of one connection until one side closes it.
fn serve(stream: TcpStream, done: &Mutex<Done>, names: Names) {
    stream.set_nodelay(true).unwrap();
    let mut out = stream.try_clone().unwrap();
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream) {
        let answer = {
            let mut done = done.lock().unwrap();
            let earlier = done.sent.len();
            let fault = done.random(10);
            // A response to another call, in place of this one: not executed (0), or executed (1).
            let is_stray = fault <= 1 && earlier > 0;
            let own = (!is_stray || fault == 1).then(|| execute(&mut done, &request, names));
            let is_new = own.iter().any(|own| own.starts_with("HTTP/1.1 20"));
            if is_stray {
                done.strays += 1;
                // Mostly one that was sent just now.
                let back = if fault == 0 { 1 + done.random(8) } else { 1 };
                let back = usize::try_from(back).unwrap().min(earlier);
                let stray = done.sent[earlier - back].clone();
                done.sent.extend(own.filter(|_| is_new));
                stray
            } else {
                let own = own.unwrap();
                done.sent.push(own.clone());
                match fault {
                    // Nothing, after it was executed.
                    2 => return,
                    // Twice: the second one lies there for the next request of the connection.
                    3..=6 => {
                        done.strays += 1;
                        own.clone() + &own
                    }
                    _ => own,
                }
            }
        };
        if out.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn start(names: Names) -> (String, Arc<Mutex<Done>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let done = Arc::new(Mutex::new(Done {
        random: 0x9e37_79b9_7f4a_7c15,
        ..Done::default()
    }));
    let kept = Arc::clone(&done);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let done = Arc::clone(&kept);
            std::thread::spawn(move || serve(stream.unwrap(), &done, names));
        }
    });
    (origin, done)
}

/// Real HTTP without waits between attempts.
pub(crate) struct Impatient(pub(crate) ReqwestTransport);

impl Transport for Impatient {
    fn send(&self, request: Request<Body>) -> SendFuture<'_> {
        self.0.send(request)
    }

    fn send_fresh(&self, request: Request<Body>) -> SendFuture<'_> {
        self.0.send_fresh(request)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        if duration > Duration::from_secs(9) {
            return self.0.sleep(duration);
        }
        Box::pin(std::future::ready(()))
    }
}

/// A finished call: its key, and the id that it returned, or its outcome.
type Ended = (String, Result<String, Outcome>);

async fn account(client: &Client, number: usize) -> Ended {
    let body = CreatePartnerBankAccountRequest::new(
        PartnerBankAccountRelationship::ThirdParty,
        "sentinel9f2 Partner",
        CurrencyCode::Eur,
        CountryCode::from("DE"),
    );
    let body = body.with_account_number(format!("7777{number:05}"));
    let key = format!("account-key-{number}");
    let call = client
        .bank_accounts()
        .create(IdempotencyKey::new(&key).unwrap(), &CustomerId::from("c-1"), &body);
    let ended = call.await;
    let id =
        |account: oceafin_partner::PartnerBankAccount| account.bank_account_id.as_ref().map(BankAccountId::to_string);
    (
        key,
        ended.map(|made| id(made).unwrap()).map_err(|error| error.outcome()),
    )
}

async fn closing(client: &Client, number: usize) -> Ended {
    let (id, key) = (format!("checkout-{number}"), format!("closing-key-{number}"));
    let body = PartnerCheckoutActionRequest::new();
    let close = IdempotencyKey::new(&key).unwrap();
    let ended = client
        .crypto_checkouts()
        .close(close, &CheckoutId::from(id.as_str()), &body)
        .await;
    let ended = ended.map(|closed| closed.checkout_id.to_string());
    (key, ended.map_err(|error| error.outcome()))
}

async fn calls(names: Names, count: usize) {
    let (origin, done) = start(names);
    sdkwright_watch::listen();
    let journal = Journal::new(Memory::default()).unwrap();
    let client = Client::builder()
        .journal(journal.clone())
        .base_url(&origin)
        .client_id(raw::CLIENT)
        .client_secret(raw::SECRET)
        .transport(Impatient(ReqwestTransport::new().unwrap()))
        .build()
        .unwrap();
    let mut ended = Vec::new();
    for number in (0..count).step_by(4) {
        // A read leaves a connection open, and perhaps a response on it.
        let _ = client.bank_accounts().list(&CustomerId::from("c-1")).await;
        let (one, two) = (number, number + 1);
        let (first, second) = tokio::join!(account(&client, one), account(&client, two));
        let (third, fourth) = tokio::join!(closing(&client, one), closing(&client, two));
        ended.extend([first, second, third, fourth]);
    }
    let actions = journal.actions(&client);
    let (mut settled, mut unknown) = (0, 0);
    for (key, ended) in ended {
        let truth = done.lock().unwrap().executed.get(&key).cloned();
        let row = actions.show(&key).await.unwrap().unwrap();
        let is_own = |id: &str| truth.as_ref().is_some_and(|truth| truth.contains(&format!("\"{id}\"")));
        match (row.state, &ended) {
            (State::Executed, Ok(id)) => {
                assert!(
                    is_own(id),
                    "{names:?}: `{key}` returned {id}, and the server did {truth:?}"
                );
                settled += 1;
            }
            (State::Executed, Err(_)) => panic!("{names:?}: {key} is settled behind an error"),
            (State::Refused, _) => panic!("{names:?}: {key} counts as not executed"),
            (_, Ok(id)) => panic!("{names:?}: {key} returned {id} and is not settled"),
            (_, Err(outcome)) => {
                assert_ne!(*outcome, Outcome::NotExecuted, "{key}");
                unknown += 1;
            }
        }
    }
    let strays = done.lock().unwrap().strays;
    println!("{names:?}: {count} calls, {strays} stray responses, {settled} settled, {unknown} unknown, none wrong");
    assert!(strays as usize > count / 4 && settled > count * 9 / 10);
}

#[tokio::test]
async fn no_response_to_another_call_settles_an_action() {
    let count = std::env::var("STRAY_CALLS").map_or(200, |count| count.parse().unwrap());
    for names in [Names::Request, Names::Own, Names::Nothing] {
        calls(names, count).await;
    }
}
