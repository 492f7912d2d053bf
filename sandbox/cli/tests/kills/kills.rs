//! Time and a kill: a step of time that was answered is never taken back, and what it brought about happens once, with its events.

use crate::program::Program;
use crate::support::client::{FIRST, exchange};
use crate::support::partner::{Partner, text};
use crate::support::receiver::receiver;
use crate::with_store_file;
use sdkwright_sandbox_server::{Options, Sandbox};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const SECRET: &str = "a secret of the north";

/// The events that came: the ids of those about each resource.
type Came = BTreeMap<String, BTreeSet<String>>;

/// A server whose time stands still until it is stepped, over a store.
fn server(store: Option<&str>, url: &str, customer: Option<&str>) -> Partner {
    let options = Options {
        client_id: Some("north".to_owned()),
        client_secret: Some(SECRET.to_owned()),
        store: store.map(str::to_owned),
        speed: Some(0),
        webhook_url: Some(url.to_owned()),
        ..Options::default()
    };
    match customer {
        None => Partner::with(options),
        Some(customer) => Partner {
            server: Sandbox::start_file(FIRST, options).unwrap(),
            customer: customer.to_owned(),
        },
    }
}

/// A submitted withdrawal.
fn withdraw(jane: &Partner, account: &str) -> String {
    let quote = jane.fiat_quote(account, "75.00", "EUR");
    let body = jane.withdrawal(&quote, "75.00", "EUR");
    let id = text(&jane.post(&jane.own("fiat-withdrawals"), &body), "withdrawalId");
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    jane.post(&format!("/partner/v1/fiat-withdrawals/{id}/submission"), &evidence);
    id
}

/// Steps time on until the server is killed, and gives the last time that it answered.
fn step_until_killed(host: &str) -> Option<String> {
    let head = format!("POST /.sandbox/step/1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut last = None;
    while let Ok(answer) = exchange(host, head.as_bytes()) {
        last = Some(String::from_utf8(answer.body).unwrap());
    }
    last
}

/// Runs the server as a program, steps time on, and kills it soon.
fn kill(store: &str, url: &str, after: Duration) -> Option<String> {
    let own = [
        "--frozen",
        "--client-id=north",
        "--client-secret",
        SECRET,
        "--webhook-url",
        url,
    ];
    let server = Program::start(FIRST, store, own);
    let host = server.host().to_owned();
    let stepping = std::thread::spawn(move || step_until_killed(&host));
    std::thread::sleep(after);
    drop(server);
    stepping.join().unwrap()
}

/// Waits until no event comes any more, and gives those about each transaction.
fn all(came: &std::sync::mpsc::Receiver<(Vec<String>, Value)>, found: &mut Came) {
    while let Ok((_, body)) = came.recv_timeout(Duration::from_secs(2)) {
        if body["eventType"] == "customer.transaction.updated" {
            let id = text(&body["resource"], "resourceId");
            found.entry(id).or_default().insert(text(&body, "eventId"));
        }
    }
}

/// Ids of the transactions of withdrawals, each of which has to be complete.
fn transactions(jane: &Partner, withdrawals: &[String]) -> Vec<String> {
    let (mut found, mut more) = (Vec::new(), String::new());
    loop {
        let page = jane.get(&jane.own(&format!("transactions?limit=100{more}")));
        for one in page["data"].as_array().unwrap() {
            if withdrawals.iter().any(|id| one["resource"]["resourceId"] == *id) {
                assert_eq!(one["status"], "COMPLETED", "{one}");
                found.push(text(one, "transactionId"));
            }
        }
        match page["pageInfo"]["nextCursor"].as_str() {
            Some(cursor) => more = format!("&cursor={cursor}"),
            None => return found,
        }
    }
}

fn killed(kills: usize, store: &str) {
    let (url, came) = receiver(|_| 200);
    // The events of one withdrawal without any kill.
    let jane = server(None, &url, None);
    let one = withdraw(&jane, &jane.account());
    (0..20).for_each(|_| jane.server.step(1));
    let own = transactions(&jane, &[one]);
    let mut found = Came::new();
    all(&came, &mut found);
    let usual = found[&own[0]].len();
    assert!(own.len() == 1 && usual > 2, "{usual}");
    drop(jane);

    let jane = server(Some(store), &url, None);
    let (customer, account) = (jane.customer.clone(), jane.account());
    drop(jane);
    let (mut withdrawals, mut last, mut found, mut steps) = (Vec::new(), None, Came::new(), 0);
    for round in 0..kills {
        let jane = server(Some(store), &url, Some(&customer));
        withdrawals.push(withdraw(&jane, &account));
        drop(jane);
        let millis = 20 + (round * 37 % 90) as u64;
        let time = kill(store, &url, Duration::from_millis(millis));
        if let Some(time) = time {
            assert!(last.as_ref() < Some(&time), "{last:?} was answered before {time}");
            (last, steps) = (Some(time), steps + 1);
        }
        while let Ok((_, body)) = came.try_recv() {
            if body["eventType"] == "customer.transaction.updated" {
                found
                    .entry(text(&body["resource"], "resourceId"))
                    .or_default()
                    .insert(text(&body, "eventId"));
            }
        }
    }
    let jane = server(Some(store), &url, Some(&customer));
    (0..20).for_each(|_| jane.server.step(1));
    all(&came, &mut found);
    let own = transactions(&jane, &withdrawals);
    assert_eq!(own.len(), withdrawals.len(), "each withdrawal has one transaction");
    for id in &own {
        assert_eq!(
            found.get(id).map_or(0, BTreeSet::len),
            usual,
            "events of one transaction"
        );
    }
    assert!(
        steps > kills / 2,
        "{steps} of {kills} servers answered a step before they were killed"
    );
    println!(
        "{kills} kills while time was stepped on, {} withdrawals with {usual} events each",
        own.len()
    );
}

fn kills(usual: usize) -> usize {
    std::env::var("SANDBOX_KILLS").map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn a_step_of_time_and_its_events_happen_once_whenever_the_server_is_killed() {
    with_store_file("kills", |file| killed(kills(6), file));
}
