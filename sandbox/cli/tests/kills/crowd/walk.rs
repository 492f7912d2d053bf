//! Threads that call a server at random for groups of customers, and what they find wrong. Signed by hand; it takes nothing from the server's code.

use super::answers::Answers;
use crate::support::client::{hex, now, unique};
use crate::support::partner::rfc3339;
use aws_lc_rs::{digest, hmac};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Threads, and groups of customers among which they are divided.
const THREADS: usize = 6;
const GROUPS: usize = 3;
const CLIENT: &str = "north";
const SECRET: &str = "a long secret of the north";
/// Digits behind the point in sums.
const PLACES: usize = 18;

/// The size and the conditions of a walk.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) calls: u64,
    pub(crate) store: Option<String>,
    /// The contract that is served, and the one by which answers are judged.
    pub(crate) served: String,
    pub(crate) stated: String,
}

/// The findings of a walk.
pub(crate) struct Crowd {
    pub(crate) wrong: Vec<String>,
    pub(crate) made: u64,
    /// Calls that name what another customer made.
    pub(crate) foreign: u64,
    pub(crate) statuses: BTreeMap<u16, u64>,
}

/// Ids that calls for one group of customers made, by what they name.
#[derive(Default)]
struct Made {
    customers: Vec<String>,
    /// Customer and account.
    accounts: Vec<(String, String)>,
    /// Withdrawal and evidence.
    withdrawals: Vec<(String, Value)>,
    conversions: Vec<String>,
    /// Customer and deposit.
    deposits: Vec<(String, String)>,
}

/// State that all threads share.
struct Ground<'a> {
    server: &'a Running,
    answers: Answers,
    made: [Mutex<Made>; GROUPS],
    /// The group for which a call made what has an id.
    owners: Mutex<HashMap<String, usize>>,
    wrong: Mutex<Vec<String>>,
    statuses: Mutex<BTreeMap<u16, u64>>,
    calls: AtomicU64,
    foreign: AtomicU64,
    plan: &'a Plan,
}

/// One thread: a group, its connection and its numbers.
struct Walker<'a> {
    ground: &'a Ground<'a>,
    group: usize,
    connection: Option<BufReader<TcpStream>>,
    numbers: u64,
}

/// An answer, as it was read.
struct Answer {
    status: u16,
    media: String,
    is_replayed: bool,
    body: Vec<u8>,
    json: Value,
}

impl Crowd {
    pub(crate) fn run(plan: &Plan) -> Self {
        let active = [
            ("PartnerCustomer", "APPROVED"),
            ("PartnerBankAccount", "ACTIVE"),
            ("PartnerFiatWithdrawalCapabilityActivation", "APPROVED"),
        ];
        let options = Options {
            client_id: Some(CLIENT.to_owned()),
            client_secret: Some(SECRET.to_owned()),
            store: plan.store.clone(),
            speed: Some(30),
            begin: active
                .map(|(schema, state)| (schema.to_owned(), state.to_owned()))
                .into(),
            ..Options::default()
        };
        let server = Sandbox::start(&plan.served, options).unwrap();
        let ground = Ground {
            server: &server,
            answers: Answers::from_contract(&plan.stated),
            made: Default::default(),
            owners: Mutex::default(),
            wrong: Mutex::default(),
            statuses: Mutex::default(),
            calls: AtomicU64::new(0),
            foreign: AtomicU64::new(0),
            plan,
        };
        let is_over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            threads.spawn(|| ground.watch(&is_over));
            let walkers: Vec<_> = (0..THREADS)
                .map(|number| {
                    let ground = &ground;
                    threads.spawn(move || {
                        let numbers = ground.plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number as u64;
                        let connection = None;
                        Walker {
                            ground,
                            group: number % GROUPS,
                            connection,
                            numbers,
                        }
                        .walk();
                    })
                })
                .collect();
            for walker in walkers {
                let ended = walker.join();
                if ended.is_err() {
                    ground.finds("a walker gave up".to_owned());
                }
            }
            is_over.store(true, Ordering::SeqCst);
        });
        Self {
            made: ground.calls.load(Ordering::SeqCst),
            foreign: ground.foreign.load(Ordering::SeqCst),
            wrong: ground.wrong.into_inner().unwrap(),
            statuses: ground.statuses.into_inner().unwrap(),
        }
    }
}

/// Everything that is wrong with the books: sums that are not zero, and accounts below zero that have to hold what they owe.
pub(crate) fn wrong_books(books: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for one in books["accounts"].as_array().unwrap() {
        let (account, unit) = (one["account"].as_str().unwrap(), one["unit"].as_str().unwrap());
        let amount = units(one["balance"].as_str().unwrap());
        *sums.entry(unit).or_default() += amount;
        let may_owe = ["outside", "exchange"].contains(&account) || account.starts_with("opening:");
        if amount < 0 && !may_owe {
            wrong.push(format!("{account} is below zero: {one}"));
        }
    }
    let uneven = sums.into_iter().filter(|(_, sum)| *sum != 0);
    wrong.extend(uneven.map(|(unit, sum)| {
        let (sign, digits) = (if sum < 0 { "-" } else { "" }, sum.unsigned_abs());
        let scale = 10_u128.pow(PLACES.try_into().unwrap());
        let part = format!("{:0>1$}", digits % scale, PLACES);
        format!(
            "all accounts add up to {sign}{}.{} {unit}",
            digits / scale,
            part.trim_end_matches('0')
        )
    }));
    wrong
}

/// An amount in the smallest units of sums.
fn units(amount: &str) -> i128 {
    let (sign, amount) = amount.strip_prefix('-').map_or((1, amount), |rest| (-1, rest));
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    assert!(part.len() <= PLACES, "{amount}");
    sign * format!("{whole}{part:0<PLACES$}").parse::<i128>().unwrap()
}

impl Ground<'_> {
    fn finds(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// Looks at the books while calls are made, and once more behind the last one.
    fn watch(&self, is_over: &AtomicBool) {
        let host = self.server.base_url.strip_prefix("http://").unwrap();
        let host = host.split('/').next().unwrap();
        let head = format!("GET /.sandbox/ledger HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        loop {
            let is_last = is_over.load(Ordering::SeqCst);
            let books = crate::support::client::exchange(host, head.as_bytes()).unwrap().json();
            self.wrong.lock().unwrap().extend(wrong_books(&books));
            if is_last {
                return;
            }
            for _ in 0..80 {
                if !is_over.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }
}

/// A path of the contract with an id in it.
fn filled(template: &str, id: &str) -> String {
    let (before, rest) = template.split_once('{').unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    format!("{before}{id}{after}")
}

const CUSTOMERS: &str = "/partner/v1/customers";
const ACCOUNTS: &str = "/partner/v1/customers/{customerId}/bank-accounts";
const ACTIVATIONS: &str = "/partner/v1/customers/{customerId}/fiat-withdrawal-capabilities/activation";
const BALANCES: &str = "/partner/v1/customers/{customerId}/balances";
const TRANSACTIONS: &str = "/partner/v1/customers/{customerId}/transactions";
const DEPOSITS: &str = "/partner/v1/customers/{customerId}/crypto/deposits";
const QUOTES: &str = "/partner/v1/customers/{customerId}/fiat-withdrawal-quotes";
const WITHDRAWALS: &str = "/partner/v1/customers/{customerId}/fiat-withdrawals";
const WITHDRAWAL: &str = "/partner/v1/fiat-withdrawals/{withdrawalId}";
const SUBMISSION: &str = "/partner/v1/fiat-withdrawals/{withdrawalId}/submission";
const RATES: &str = "/partner/v1/customers/{customerId}/conversion-quotes";
const CONVERSIONS: &str = "/partner/v1/customers/{customerId}/conversions";
const CONVERSION: &str = "/partner/v1/conversions/{conversionId}";
const REFUNDS: &str = "/partner/v1/customers/{customerId}/crypto/refunds";

impl Walker<'_> {
    fn below(&mut self, most: usize) -> usize {
        self.numbers = self
            .numbers
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.numbers >> 33).unwrap() % most
    }

    fn pick<T: Clone>(&mut self, of: impl Fn(&Made) -> &Vec<T>, group: usize) -> Option<T> {
        let number = self.below(1 << 20);
        let made = self.ground.made[group].lock().unwrap();
        let all = of(&made);
        (!all.is_empty()).then(|| all[number % all.len()].clone())
    }

    fn walk(&mut self) {
        self.register();
        while self.ground.calls.load(Ordering::Relaxed) < self.ground.plan.calls {
            let Some(customer) = self.pick(|made| &made.customers, self.group) else {
                self.register();
                continue;
            };
            match self.below(20) {
                0 => self.register(),
                1 => self.open_account(&customer),
                2..=5 => self.withdraw(),
                6 | 7 => self.submit(),
                8 | 9 => self.convert(&customer),
                10 => self.refund(),
                11 | 12 => drop(self.call("GET", BALANCES, &customer, "", None)),
                13 => self.list(&customer),
                14 => {
                    if let Some((id, _)) = self.pick(|made| &made.withdrawals, self.group) {
                        self.call("GET", WITHDRAWAL, &id, "", None);
                    }
                }
                15 => {
                    if let Some(id) = self.pick(|made| &made.conversions, self.group) {
                        self.call("GET", CONVERSION, &id, "", None);
                    }
                }
                16 => {
                    let body = json!({ "partnerCustomerRef": unique("cust"), "customerType": "NOBODY" });
                    self.call("POST", CUSTOMERS, "", "", Some(&body));
                }
                _ => self.trespass(&customer),
            }
        }
    }

    fn register(&mut self) {
        let ending = ["", "-crypto-deposit", "-travel-rule"][self.below(3)];
        let body = json!({ "partnerCustomerRef": unique("cust") + ending, "customerType": "INDIVIDUAL", "displayName": "Jane" });
        if let Some(id) = self.made("POST", CUSTOMERS, "", &body, "customerId") {
            let route = json!({ "routeCode": "SEPA_EUR", "currency": "EUR" });
            self.made("POST", ACTIVATIONS, &id, &route, "activationId");
            self.keep(|made| made.customers.push(id.clone()));
            self.open_account(&id);
        }
    }

    fn open_account(&mut self, customer: &str) {
        let body = json!({ "relationship": "SAME_NAME", "accountHolderName": "Jane", "currency": "EUR", "bankCountry": "DE",
            "iban": "DE89370400440532013000", "clientReference": unique("ba") });
        if let Some(id) = self.made("POST", ACCOUNTS, customer, &body, "bankAccountId") {
            self.keep(|made| made.accounts.push((customer.to_owned(), id)));
        }
    }

    fn withdraw(&mut self) {
        let Some((customer, account)) = self.pick(|made| &made.accounts, self.group) else {
            return;
        };
        let amount = ["7.00", "75.25", "33333.33", "48000.00", "50000.00"][self.below(5)];
        let wish = json!({ "bankAccountId": account, "amount": amount, "currency": "EUR" });
        let Some(quote) = self.made("POST", QUOTES, &customer, &wish, "quoteId") else {
            return;
        };
        let body = json!({ "clientReference": unique("wd"), "quoteId": quote, "bankAccountId": account, "amount": amount, "currency": "EUR" });
        let body = approved("createPartnerFiatWithdrawalApprovalDraft", &customer, &body);
        if let Some(id) = self.made("POST", WITHDRAWALS, &customer, &body, "withdrawalId") {
            let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
            self.keep(|made| made.withdrawals.push((id, evidence)));
        }
    }

    fn submit(&mut self) {
        if let Some((id, evidence)) = self.pick(|made| &made.withdrawals, self.group) {
            self.call("POST", SUBMISSION, &id, "", Some(&evidence));
        }
    }

    fn convert(&mut self, customer: &str) {
        let amount = ["10.00", "250000.00", "900000.00"][self.below(3)];
        let wish =
            json!({ "sourceAsset": "EUR", "destinationAsset": "USDC", "amount": amount, "amountSide": "SOURCE" });
        let Some(quote) = self
            .call("POST", RATES, customer, "", Some(&wish))
            .filter(|one| one.status == 201)
        else {
            return;
        };
        let mut body = json!({ "clientReference": unique("cv"), "quoteId": quote.json["quoteId"] });
        for member in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
            body[member] = quote.json[member].clone();
        }
        let body = approved("createPartnerConversionApprovalDraft", customer, &body);
        if let Some(id) = self.made("POST", CONVERSIONS, customer, &body, "conversionId") {
            self.keep(|made| made.conversions.push(id));
        }
    }

    fn refund(&mut self) {
        let Some((customer, deposit)) = self.pick(|made| &made.deposits, self.group) else {
            return;
        };
        let amount = ["100.00", "900.00"][self.below(2)];
        let body = json!({ "clientReference": unique("rf"), "source": { "sourceType": "CRYPTO_DEPOSIT", "depositId": deposit },
            "asset": "USDC", "network": "ETHEREUM", "amount": amount, "reason": "OVERPAYMENT",
            "destinationAddress": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359" });
        let body = approved("createPartnerCryptoRefundApprovalDraft", &customer, &body);
        self.call("POST", REFUNDS, &customer, "", Some(&body));
    }

    fn list(&mut self, customer: &str) {
        let template = [TRANSACTIONS, DEPOSITS, WITHDRAWALS][self.below(3)];
        let Some(page) = self.call("GET", template, customer, "?limit=5", None) else {
            return;
        };
        if template == DEPOSITS {
            let deposits = page.json["data"].as_array().into_iter().flatten();
            let ids = deposits.filter_map(|one| one["depositId"].as_str());
            for id in ids {
                self.own(id);
                self.keep(|made| made.deposits.push((customer.to_owned(), id.to_owned())));
            }
        }
        if let Some(cursor) = page.json["pageInfo"]["nextCursor"].as_str() {
            self.call("GET", template, customer, &format!("?limit=5&cursor={cursor}"), None);
        }
    }

    /// Names the account of another customer in a body: it is as if it were not there.
    fn trespass(&mut self, customer: &str) {
        let other = (self.group + 1 + self.below(GROUPS - 1)) % GROUPS;
        let Some((_, account)) = self.pick(|made| &made.accounts, other) else {
            return;
        };
        let wish = json!({ "bankAccountId": account, "amount": "7.00", "currency": "EUR" });
        let answer = self.call("POST", QUOTES, customer, "", Some(&wish));
        self.ground.foreign.fetch_add(1, Ordering::Relaxed);
        if let Some(answer) = answer.filter(|one| one.status != 404) {
            self.ground.finds(format!(
                "something of another customer is answered with {}: {}",
                answer.status, answer.json
            ));
        }
    }

    fn keep(&self, put: impl FnOnce(&mut Made)) {
        put(&mut self.ground.made[self.group].lock().unwrap());
    }

    /// Notes that a call for this group made what has an id.
    fn own(&self, id: &str) {
        self.ground
            .owners
            .lock()
            .unwrap()
            .entry(id.to_owned())
            .or_insert(self.group);
    }

    /// The id of what a call made, if it made something. Some calls are made again under their key.
    fn made(&mut self, method: &str, template: &str, id: &str, body: &Value, member: &str) -> Option<String> {
        let answer = self
            .call(method, template, id, "", Some(body))
            .filter(|one| one.status == 201)?;
        let made = answer.json[member].as_str()?.to_owned();
        self.own(&made);
        Some(made)
    }

    /// Makes a call and looks at its answer. One call in ten with a key is made twice, and its second answer has to be the first one again.
    fn call(&mut self, method: &str, template: &str, id: &str, query: &str, body: Option<&Value>) -> Option<Answer> {
        let target = if id.is_empty() {
            template.to_owned()
        } else {
            filled(template, id)
        } + query;
        let body = body.map(Value::to_string).unwrap_or_default();
        let key = if method == "GET" { String::new() } else { unique("key") };
        let answer = self.sent(method, (template, &target), &key, &body)?;
        if !key.is_empty() && self.below(10) == 0 {
            let again = self.sent(method, (template, &target), &key, &body)?;
            if again.is_replayed && (again.status, &again.body) != (answer.status, &answer.body) {
                self.ground
                    .finds(format!("{method} {target}: the answer under a key was another one"));
            }
            if answer.status < 300 && !again.is_replayed {
                self.ground
                    .finds(format!("{method} {target}: was carried out twice under one key"));
            }
        }
        Some(answer)
    }

    fn sent(&mut self, method: &str, (template, target): (&str, &str), key: &str, body: &str) -> Option<Answer> {
        let answer = match self.exchange(method, target, key, body) {
            Ok(answer) => answer,
            Err(error) => {
                self.ground.finds(format!("{method} {target}: no answer: {error}"));
                return None;
            }
        };
        self.ground.calls.fetch_add(1, Ordering::Relaxed);
        *self.ground.statuses.lock().unwrap().entry(answer.status).or_default() += 1;
        let judged = (answer.status, answer.media.as_str());
        if let Some(wrong) = self.ground.answers.wrong(method, template, judged, &answer.body) {
            self.ground.finds(wrong);
        }
        if template == BALANCES && answer.status == 200 {
            let all = answer.json["data"].as_array().into_iter().flatten();
            for one in all.filter(|one| {
                ["available", "reserved"]
                    .iter()
                    .any(|name| one[name].as_str().is_some_and(|text| text.starts_with('-')))
            }) {
                self.ground.finds(format!("a balance is below zero: {one}"));
            }
        }
        // Ids of other groups are in no answer, but for a refusal that repeats what was sent.
        let sent = format!("{target} {body}");
        let owners = self.ground.owners.lock().unwrap();
        each_text(&answer.json, &mut |text| {
            if owners.get(text).is_some_and(|owner| *owner != self.group) && !sent.contains(text) {
                self.ground.finds(format!(
                    "{method} {target}: {text} of another customer is in the answer"
                ));
            }
        });
        Some(answer)
    }

    fn exchange(&mut self, method: &str, target: &str, key: &str, body: &str) -> std::io::Result<Answer> {
        let (time, nonce) = (rfc3339(now()), unique("nonce-nonce"));
        let sum = hex(digest::digest(&digest::SHA256, body.as_bytes()).as_ref());
        let base = [method, target, &sum, &time, &nonce, key].join("\n");
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), base.as_bytes());
        let host = self.ground.server.base_url.strip_prefix("http://").unwrap();
        let mut text = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nX-Request-Id: {nonce}\r\nX-Partner-Client-Id: {CLIENT}\r\n\
             X-Partner-Timestamp: {time}\r\nX-Partner-Nonce: {nonce}\r\nX-Partner-Signature: {}\r\n",
            body.len(),
            hex(mac.as_ref())
        );
        if !key.is_empty() {
            text.extend(["Idempotency-Key: ", key, "\r\nContent-Type: application/json\r\n"]);
        }
        text.extend(["\r\n", body]);
        if self.connection.is_none() {
            let stream = TcpStream::connect(host)?;
            stream.set_nodelay(true)?;
            self.connection = Some(BufReader::new(stream));
        }
        let connection = self.connection.as_mut().unwrap();
        connection.get_mut().write_all(text.as_bytes())?;
        let (mut line, mut length) = (String::new(), 0);
        connection.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other("no status line"))?;
        let (mut media, mut is_replayed) = (String::new(), false);
        loop {
            line.clear();
            connection.read_line(&mut line)?;
            let Some((name, value)) = line.trim().split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(std::io::Error::other)?,
                "content-type" => value.clone_into(&mut media),
                "idempotent-replayed" => is_replayed = true,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body)?;
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Answer {
            status,
            media,
            is_replayed,
            body,
            json,
        })
    }
}

/// The body with evidence that it was approved.
fn approved(operation: &str, customer: &str, body: &Value) -> Value {
    let payload = json!({ "operation": operation, "customerId": customer, "payload": body });
    // Keys of a `serde_json` map are sorted, and the values are ASCII texts: this is the canonical form.
    let hash = hex(digest::digest(&digest::SHA256, payload.to_string().as_bytes()).as_ref());
    let mut body = body.clone();
    body["operationAuthorization"] = json!({ "operationHash": hash, "approvedAt": rfc3339(now()), "approvedBy": "user-4711",
        "approvalMethod": "PASSKEY" });
    body
}

fn each_text(value: &Value, act: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => act(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, act)),
        Value::Object(members) => members.values().for_each(|member| each_text(member, act)),
        _ => {}
    }
}
