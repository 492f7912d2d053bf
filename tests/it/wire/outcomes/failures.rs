//! Outcomes of failed calls, over real HTTP: histories and last attempts that the sandbox plays.

use std::net::TcpListener;
use std::time::Duration;

use super::expected::{Before, CODES, End, expected};
use crate::contract::Contract;
use crate::raw::{self, Server, Step, say};
use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, Error, IdempotencyKey, Outcome, PartnerCustomer,
    PartnerCustomerRef, PartnerCustomerType, errors::ErrorKind, settings::Policy,
};
use sdkwright_sandbox_server::{Options, Running, Sandbox};

fn sandbox() -> Running {
    Sandbox::start_file(Contract::path("openapi/partner-api.yaml"), Options::default()).unwrap()
}

fn client(base_url: &str, id: &str, secret: &str) -> Client {
    sdkwright_watch::listen();
    let short = Duration::from_millis(1);
    let policy = Policy {
        base: short,
        cap: short,
        ..Policy::default()
    };
    let builder = Client::builder()
        .without_journal()
        .base_url(base_url)
        .client_id(id)
        .client_secret(secret.to_owned());
    builder.retry(policy).build().unwrap()
}

fn of(sandbox: &Running) -> Client {
    client(&sandbox.base_url, &sandbox.client_id, &sandbox.client_secret)
}

fn request() -> CreatePartnerCustomerRequest {
    CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from("cust-1"),
        PartnerCustomerType::Individual,
        "sentinel9f2 Partner",
    )
}

async fn create(client: &Client, key: IdempotencyKey, retries: u32) -> Result<PartnerCustomer, Error> {
    client.customers().create(key, &request()).retries(retries).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_code_live_and_replayed_after_every_kind_of_first_attempt() {
    let parts = CODES.chunks(CODES.len().div_ceil(4));
    let parts: Vec<_> = parts.map(|codes| tokio::spawn(every_code_of(codes))).collect();
    let mut cells = 0;
    for part in parts {
        cells += part.await.unwrap();
    }
    println!("{cells} cells over real HTTP");
}

/// Returns the number of cells. Codes are checked with a server of their own, so that parts of them can be checked side by side.
async fn every_code_of(codes: &[(&'static str, u16, Outcome, bool)]) -> usize {
    let sandbox = sandbox();
    let client = of(&sandbox);
    // First answer of the sandbox, its kind, and `true` if the action was executed under the key.
    let firsts = [
        (None, false),
        (Some(("drop:before", End::NoAnswer)), false),
        (Some(("drop", End::NoAnswer)), true),
        (Some(("status=502", End::Page(502))), false),
        (Some(("status=408", End::Page(408))), false),
        (Some(("status=425", End::Page(425))), false),
        (Some(("truncate", End::CutOff)), true),
    ];
    let mut cells = 0;
    for (code, status, _, stored) in codes {
        for (first, executed) in firsts {
            // The operation declares no 404.
            let [live, replayed] = match status {
                404 => [End::Stray(code, 404); 2],
                _ => [End::Code(code, *status), End::Replayed(code, *status)],
            };
            for (word, last, comes_back) in [
                ((*code).to_owned(), live, executed && *stored),
                (format!("replayed:{code}"), replayed, false),
            ] {
                for before in [Before::Nothing, Before::Unseen] {
                    cells += 1;
                    let text = format!("cell-{cells}");
                    let key = match before {
                        Before::Nothing => IdempotencyKey::new(text).unwrap(),
                        Before::Unseen => IdempotencyKey::used_before(text).unwrap(),
                    };
                    let ends: Vec<End> = first.iter().map(|(_, end)| *end).chain([last]).collect();
                    for word in first.iter().map(|(word, _)| *word).chain([word.as_str()]) {
                        sandbox.answer_next(word).unwrap();
                    }
                    let result = create(&client, key, u32::try_from(ends.len()).unwrap() - 1).await;
                    if comes_back {
                        // The server has stored the success under the key, and replays it.
                        assert!(result.is_ok(), "{ends:?}");
                        continue;
                    }
                    let error = result.unwrap_err();
                    let wanted = expected(before, false, false, true, &ends);
                    let what = format!("{before:?}, {ends:?}: {error}");
                    assert_eq!((error.outcome(), error.attempts()), (wanted, ends.len()), "{what}");
                    assert_eq!(error.code(), Some(*code), "{what}");
                }
            }
        }
    }
    cells
}

#[tokio::test]
async fn every_ending_without_a_code_says_it_too() {
    let body = r#"{"customerId":7}"#;
    let json = "Content-Type: application/json\r\n";
    for (step, kind, outcome) in [
        (Step::Hang, ErrorKind::NoAnswer, Outcome::Unknown),
        (Step::Say("HTTP/1.1 20".into()), ErrorKind::NoAnswer, Outcome::Unknown),
        (
            Step::Say("HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{".into()),
            ErrorKind::CutOff,
            Outcome::Unknown,
        ),
        (say(201, json, body), ErrorKind::Unreadable, Outcome::Unknown),
        (say(200, json, ""), ErrorKind::Unreadable, Outcome::Unknown),
        (
            say(200, "Content-Type: text/html\r\n", "<html>Welcome</html>"),
            ErrorKind::Unreadable,
            Outcome::Unknown,
        ),
        (
            say(302, "Location: /login\r\n", ""),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (
            say(307, "Location: http://127.0.0.1:1/\r\n", ""),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (
            say(502, "Content-Type: text/html\r\n", "<html>Bad gateway</html>"),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (say(503, "", ""), ErrorKind::Status, Outcome::Unknown),
        (
            say(500, json, r#"{"code":"PARTNER_SOMETHING_NEW"}"#),
            ErrorKind::Problem,
            Outcome::Unknown,
        ),
        (say(408, "", ""), ErrorKind::Status, Outcome::Unknown),
        (say(409, "", "taken"), ErrorKind::Status, Outcome::Unknown),
        (say(425, "", ""), ErrorKind::Status, Outcome::Unknown),
        (say(429, "", ""), ErrorKind::Status, Outcome::Unknown),
        (
            say(404, "Content-Type: text/html\r\n", "<html>Not here</html>"),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (
            say(422, json, r#"{"code":"PARTNER_SOMETHING_NEW"}"#),
            ErrorKind::Problem,
            Outcome::Unknown,
        ),
        (
            say(
                422,
                "Content-Type: application/problem+json\r\n",
                r#"{"code":"PARTNER_SOMETHING_NEW"}"#,
            ),
            ErrorKind::Problem,
            Outcome::Unknown,
        ),
    ] {
        let server = Server::start(vec![step.clone()]);
        let client = client(&server.origin, raw::CLIENT, raw::SECRET);
        let error = create(&client, IdempotencyKey::new("k").unwrap(), 0).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{step:?}: {error}");
        assert_eq!(error.key(), Some("k"), "the failure owns its key");

        let error = create(&client, IdempotencyKey::used_before("k").unwrap(), 0)
            .await
            .unwrap_err();
        assert_eq!(error.outcome(), outcome.max(Outcome::Unknown), "{step:?}: {error}");

        let error = client
            .transactions()
            .list(&CustomerId::from("c-1"))
            .retries(0)
            .await
            .unwrap_err();
        assert_eq!(
            error.outcome(),
            Outcome::NotExecuted,
            "{step:?}: a safe method does nothing: {error}"
        );

        let error = create(&client, IdempotencyKey::new("k").unwrap(), 0).await.unwrap_err();
        let error = client.resend(error).value::<PartnerCustomer>().await.unwrap_err();
        assert_eq!(error.outcome(), outcome.max(Outcome::Unknown), "{step:?}: {error}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_the_one_failure_after_which_nothing_was_sent() {
    // The local port of an open connection: no program listens there, and no other test gets it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let address = connection.local_addr().unwrap();
    let client = client(&format!("http://{address}"), raw::CLIENT, raw::SECRET);
    let error = create(&client, IdempotencyKey::new("k").unwrap(), 2).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::NotSent, Outcome::NotExecuted, 3),
        "{error}"
    );
    let error = create(&client, IdempotencyKey::used_before("k").unwrap(), 0)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::NotSent, Outcome::Unknown),
        "{error}"
    );
}

#[tokio::test]
async fn a_cut_off_success_stays_unknown_whatever_comes_after_it() {
    let cut = "HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{";
    let busy = say(
        503,
        "Content-Type: application/json\r\n",
        r#"{"code":"PARTNER_PROCESSING_UNAVAILABLE"}"#,
    );
    for (steps, kind) in [
        (vec![Step::Say(cut.into())], ErrorKind::CutOff),
        (vec![Step::Say(cut.into()), busy], ErrorKind::Problem),
        (vec![Step::Last(cut.into())], ErrorKind::NotSent),
    ] {
        let server = Server::start(steps);
        let client = client(&server.origin, raw::CLIENT, raw::SECRET);
        let error = create(&client, IdempotencyKey::new("k").unwrap(), 3).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.attempts()),
            (kind, Outcome::Unknown, 4),
            "{error}"
        );
    }
}
