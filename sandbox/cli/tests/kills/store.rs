//! The store: what was answered is there again after the server was killed at any instant, once; and a file answers as memory does.

use crate::program::Program;
use crate::support::client::{Answer, Request, SECOND, booking, exchange, get, post, unique};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const CLIENT: &str = "north";
const SECRET: &str = "6e6f7274686e6f7274686e6f7274686e";

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(unique("sdkwright-store"));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Numbers that look random, the same for one seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// A registration, and its answer once there was one.
struct Registration {
    request: Request,
    id: Option<Value>,
}

impl Registration {
    fn send(&mut self, base_url: &str) {
        let Ok(answer) = self.request.again().send_to(base_url, CLIENT, SECRET) else {
            return;
        };
        assert_eq!(answer.status, 201, "{answer:?}");
        let made = answer.json()["senderId"].clone();
        // The server repeats what it told before, and makes nothing anew.
        assert!(
            self.id.as_ref().is_none_or(|known| *known == made),
            "{:?} became {made}",
            self.id
        );
        self.id = Some(made);
    }
}

fn effects(host: &str) -> Vec<Value> {
    let text = format!("GET /.sandbox/effects HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    exchange(host, text.as_bytes())
        .unwrap()
        .json()
        .as_array()
        .unwrap()
        .clone()
}

/// Kills a server so often, and counts what it knows in the end.
fn kill(kills: usize, store: &str) {
    let start = || Program::start(SECOND, store, ["--client-id", CLIENT, "--client-secret", SECRET]);
    let mut numbers = Numbers(u64::from(std::process::id()));
    let mut all: Vec<Registration> = Vec::new();
    let mut cut_off = 0;
    for _ in 0..kills {
        let server = start();
        let base_url = server.base_url.clone();
        // Requests without an answer are sent again, and some of the others.
        for one in &mut all {
            if one.id.is_none() || numbers.below(20) == 0 {
                one.send(&base_url);
            }
        }
        let is_over = AtomicBool::new(false);
        let sent = std::thread::scope(|threads| {
            let workers: Vec<_> = (0..4)
                .map(|_| {
                    let (is_over, base_url) = (&is_over, &base_url);
                    threads.spawn(move || {
                        let mut sent = Vec::new();
                        while !is_over.load(Ordering::Relaxed) {
                            let body = json!({ "senderRef": unique("shop"), "name": "Corner Shop" });
                            let mut one = Registration {
                                request: post("/senders", &body),
                                id: None,
                            };
                            one.send(base_url);
                            let is_cut_off = one.id.is_none();
                            sent.push(one);
                            if is_cut_off {
                                break;
                            }
                        }
                        sent
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(20 + numbers.below(100) as u64));
            drop(server);
            is_over.store(true, Ordering::Relaxed);
            workers
                .into_iter()
                .flat_map(|worker| worker.join().unwrap())
                .collect::<Vec<_>>()
        });
        cut_off += sent.iter().filter(|one| one.id.is_none()).count();
        all.extend(sent);
    }
    let server = start();
    for one in &mut all {
        one.send(&server.base_url);
        assert!(one.id.is_some());
    }
    let mut counts: HashMap<(String, Value), usize> = HashMap::new();
    for effect in effects(server.host()) {
        let key = effect["key"].as_str().unwrap().to_owned();
        *counts.entry((key, effect["resource"].clone())).or_default() += 1;
    }
    drop(server);
    for one in &all {
        let found = counts.remove(&(one.request.key.clone().unwrap(), one.id.clone().unwrap()));
        assert_eq!(found, Some(1), "{:?}", one.request.key);
    }
    assert!(counts.is_empty(), "{counts:?}");
    assert!(
        all.len() > kills && cut_off > 0,
        "{} calls, {cut_off} cut off",
        all.len()
    );
    println!("{kills} kills, {} effects, {cut_off} of them cut off", all.len());
}

#[test]
fn a_server_that_is_killed_at_any_instant_knows_every_effect_that_it_answered_and_none_twice() {
    let folder = Folder::new();
    kill(kills(8), folder.file("store.db").to_str().unwrap());
}

fn kills(usual: usize) -> usize {
    std::env::var("SANDBOX_KILLS").map_or(usual, |text| text.parse().unwrap())
}

fn start(store: Option<&str>) -> Running {
    let options = Options {
        client_id: Some(CLIENT.to_owned()),
        client_secret: Some(SECRET.to_owned()),
        store: store.map(str::to_owned),
        ..Options::default()
    };
    Sandbox::start_file(SECOND, options).unwrap()
}

/// An answer without what differs between two servers: ids become numbers in the order in which they appear, moments and numbers of calls go.
fn plain(value: &Value, ids: &mut Vec<String>) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !["trace"].contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), plain(value, ids))).collect()
        }
        Value::Array(items) => items.iter().map(|item| plain(item, ids)).collect(),
        Value::String(text) if text.len() > 19 && text.as_bytes()[10] == b'T' => json!("moment"),
        Value::String(text) if text.len() > 9 && text.chars().any(|letter| letter.is_ascii_digit()) => {
            let at = ids.iter().position(|id| id == text).unwrap_or_else(|| {
                ids.push(text.clone());
                ids.len() - 1
            });
            json!(format!("id {at}"))
        }
        other => other.clone(),
    }
}

/// Random calls; between some of them the server ends and begins again. Gives every answer.
fn walk(seed: u64, steps: usize, store: Option<&str>) -> Vec<String> {
    let mut server = start(store);
    let (mut numbers, mut ids, mut told) = (Numbers(seed), Vec::new(), Vec::new());
    let mut senders: Vec<String> = vec!["snd_nobody".to_owned()];
    let mut shipments: Vec<(String, Value)> = vec![("shp_nothing".to_owned(), json!({}))];
    let mut last: Option<Request> = None;
    for step in 0..steps {
        if numbers.below(12) == 0 && store.is_some() {
            drop(server);
            server = start(store);
        }
        if numbers.below(8) == 0 {
            server.step(u32::try_from(numbers.below(3_000)).unwrap());
        }
        let sender = senders[numbers.below(senders.len())].clone();
        let (shipment, approval) = shipments[numbers.below(shipments.len())].clone();
        let choice = numbers.below(9);
        let request = match choice {
            0 => post(
                "/senders",
                &json!({ "senderRef": format!("shop-{step}"), "name": "Corner Shop" }),
            ),
            1 => get(&format!("/senders/{sender}")),
            2 => get(&format!("/senders/{sender}/shipments?size=2")),
            3 | 4 => post(
                &format!("/senders/{sender}/shipments"),
                &booking(&sender, &format!("order-{}", numbers.below(20))),
            ),
            5 => post(
                &format!("/shipments/{shipment}/handover"),
                &json!({ "approval": approval }),
            ),
            6 => post(
                &format!("/shipments/{shipment}/cancellation"),
                &json!({ "reason": "duplicate", "cancelledByAccount": server.client_id }),
            ),
            7 => last.as_ref().map_or_else(|| get("/senders/any"), Request::again),
            _ => get(&format!("/shipments/{shipment}")),
        };
        let answer: Answer = request.send(&server);
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status == 201 && choice == 0 {
            senders.push(body["senderId"].as_str().unwrap().to_owned());
        }
        if answer.status == 201 && (choice == 3 || choice == 4) {
            let sent: Value = serde_json::from_slice(&request.body).unwrap();
            shipments.push((
                body["shipmentId"].as_str().unwrap().to_owned(),
                sent["approval"].clone(),
            ));
        }
        let repeat = answer.header("x-once-repeat").unwrap_or("first");
        told.push(format!("{step} {} {repeat} {}", answer.status, plain(&body, &mut ids)));
        last = Some(request);
    }
    let effects = server.effects().into_iter();
    told.extend(effects.map(|effect| format!("{} {:?}", effect.operation, effect.resource.is_some())));
    told
}

/// The same calls over memory and over a store, for several choices of them.
fn alike(seeds: u64, store: &dyn Fn(u64) -> String) {
    for seed in 0..seeds {
        let (expected, found) = (walk(seed, 150, None), walk(seed, 150, Some(&store(seed))));
        assert!(expected.iter().filter(|line| line.contains(" 201 ")).count() > 10);
        for (expected, found) in expected.iter().zip(&found) {
            assert_eq!(expected, found, "seed {seed}");
        }
        assert_eq!(expected.len(), found.len());
    }
}

#[test]
fn a_file_answers_as_memory_does_whenever_the_server_begins_again() {
    let folder = Folder::new();
    alike(6, &|seed| {
        folder.file(&format!("{seed}.db")).to_str().unwrap().to_owned()
    });
}

#[test]
fn a_request_is_not_taken_again_by_the_next_server_while_its_signature_is_fresh() {
    let folder = Folder::new();
    let file = folder.file("store.db");
    let mut server = start(file.to_str());
    let registration = post("/senders", &json!({ "senderRef": "shop", "name": "Corner Shop" }));
    let mut conflict = post("/senders", &json!({ "senderRef": "other", "name": "Corner Shop" }));
    conflict.key.clone_from(&registration.key);
    let requests = [registration, get("/senders/snd_nobody"), conflict];
    let first: Vec<u16> = requests.iter().map(|one| one.send(&server).status).collect();
    assert_eq!(first, [201, 404, 409]);
    for _ in 0..2 {
        drop(server);
        server = start(file.to_str());
        for request in &requests {
            let answer = request.send(&server);
            assert_eq!(answer.problem(), (401, "salt-seen".to_owned()), "{answer:?}");
        }
    }
}

#[test]
fn a_store_belongs_to_one_server_and_a_wrong_one_is_named() {
    let folder = Folder::new();
    let file = folder.file("store.db");
    let running = start(file.to_str());
    let refused = |place: &Path| {
        let options = Options {
            store: place.to_str().map(str::to_owned),
            ..Options::default()
        };
        Sandbox::start_file(SECOND, options).unwrap_err().to_string()
    };
    let said = refused(&file);
    assert!(said.contains("store.db is in use by another sandbox"), "{said}");
    drop(running);
    let other = folder.file("other.db");
    std::fs::write(
        &other,
        "no database, and longer than the head of one would be: ".repeat(20),
    )
    .unwrap();
    let said = refused(&other);
    assert!(said.contains("other.db: file is not a database"), "{said}");
    let said = refused(&folder.file("no-folder/store.db"));
    assert!(said.contains("no-folder/store.db: unable to open"), "{said}");
}
