//! The local sandbox and the router of the generated crate share no code. Both must refuse the same requests, with the same status and
//! problem code, before an operation runs.

mod http;
mod requests;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oceafin_partner::PartnerProblemCode;
use oceafin_partner::secret::SigningSecret;
use oceafin_partner::server::{self, Context, FixedClients, Options, Problem, axum};
use sdkwright_sandbox_server::{Call, Options as SandboxOptions, Running, Sandbox};

use crate::contract::Contract as Files;
use http::{Connection, Incoming, Outgoing};
use requests::{CLIENT, Contract, Operation, Random, SECRET, sign, sign_again};

/// Number of requests.
const REQUESTS: usize = 10_000;
/// Checks of the sandbox that come before the operation. Those after them know its resources.
const LAYERS: [&str; 10] = [
    "client",
    "signature",
    "freshness",
    "nonce",
    "key",
    "parameters",
    "body",
    "bound",
    "payload-hash",
    "target",
];

/// A handler of each operation: 501, and for a new customer a response that is stored under its key.
struct Stub;

macro_rules! stub {
    ($($name:ident)*) => { $(impl server::$name for Stub {})* };
}

stub! {
    BalancesApi TransactionsApi ConversionQuotesApi ConversionsApi FiatAccountCapabilitiesApi FiatAccountApplicationsApi FiatAccountsApi
    FiatDepositInstructionsApi FiatDepositsApi BankAccountsApi FiatWithdrawalCapabilitiesApi FiatWithdrawalQuotesApi FiatWithdrawalsApi
    CryptoDepositWalletsApi CryptoDepositsApi CryptoWithdrawalQuotesApi WalletBeneficiariesApi CryptoWithdrawalsApi CryptoRefundsApi
    CryptoCheckoutsApi BuyersApi CollectionWalletsApi CollectionPaymentsApi
}

impl server::CustomersApi for Stub {
    async fn create(
        &self,
        _: &Context,
        _: server::customers::CreateRequest,
    ) -> Result<server::customers::CreateResponse, Problem> {
        Err(PartnerProblemCode::QuoteExpired.into())
    }
}

/// The end of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// The operation was reached.
    Reached,
    /// A layer refused the request.
    Refused(Incoming),
}

impl Verdict {
    fn status(&self) -> u16 {
        match self {
            Self::Reached => 0,
            Self::Refused(response) => response.status,
        }
    }

    fn of_sandbox(call: &Call, response: Incoming) -> Self {
        let is_of_layer = call.failures().any(|check| LAYERS.contains(&check.name));
        // A status of HTTP has no problem code.
        if is_of_layer || call.code.is_none() && response.status >= 400 {
            Self::Refused(response)
        } else {
            Self::Reached
        }
    }

    fn of_server(response: Incoming) -> Self {
        let code = PartnerProblemCode::QuoteExpired;
        if response.status == 501 || response.code == code.as_str() {
            Self::Reached
        } else {
            Self::Refused(response)
        }
    }
}

/// A request with the name of its fault.
struct Sent {
    fault: &'static str,
    operation: String,
    request: Outgoing,
}

/// The ends of a request.
struct Ends {
    sandbox: Verdict,
    server: Verdict,
    /// The mistakes that the sandbox found in the values.
    found: String,
}

/// A difference that is right.
struct Difference {
    reason: &'static str,
    /// The status of the sandbox and that of the router; 0 if the operation was reached.
    statuses: [u16; 2],
    is_it: fn(&Sent, &Ends) -> bool,
}

const DIFFERENCES: [Difference; 6] = [
    Difference {
        reason: "a handler reads the parts of a body that is not JSON: the sandbox checks their values before",
        statuses: [400, 0],
        is_it: |sent, _| sent.operation == "uploadOrLinkAFileToAPartnerCustomer",
    },
    Difference {
        reason: "`required` and `x-payload-hash` give a missing approval two codes: the router takes the first, the sandbox the second",
        statuses: [403, 400],
        is_it: |sent, _| !String::from_utf8_lossy(&sent.request.body).contains("\"operationAuthorization\""),
    },
    Difference {
        reason: "a key is one of its operation without `scope: account`: the sandbox compares the keys of all operations",
        statuses: [409, 0],
        is_it: |sent, _| sent.fault == "a key for the second time" && !sent.request.target.ends_with("/customers"),
    },
    Difference {
        reason: "a text that is not UTF-8 is not a string of JSON: the sandbox keeps its escapes",
        statuses: [0, 400],
        is_it: |sent, _| sent.request.target.contains("=%ff"),
    },
    Difference {
        reason: "`1.0` and `1e1` are integers (JSON Schema, section 6.1.1): the sandbox takes digits alone in a query",
        statuses: [400, 0],
        is_it: |sent, _| ["=1.0", "=1e1"].iter().any(|end| sent.request.target.contains(end)),
    },
    Difference {
        reason: "`format` asserts nothing (JSON Schema, section 7.2.1) if no type of Rust has the form: the sandbox asserts it",
        statuses: [400, 0],
        is_it: |_, ends| {
            let formats = ["is not a email", "is not a uri", "is not a uuid"];
            ends.found
                .lines()
                .all(|line| formats.iter().any(|format| line.ends_with(format)))
        },
    },
];

/// Both servers.
struct Both {
    sandbox: Running,
    to_sandbox: Connection,
    to_server: Connection,
    _runtime: tokio::runtime::Runtime,
}

impl Both {
    fn start() -> Self {
        let options = SandboxOptions {
            client_id: Some(CLIENT.to_owned()),
            client_secret: Some(SECRET.to_owned()),
            ..SandboxOptions::default()
        };
        let sandbox = Sandbox::start_file(Files::path(crate::partner::FILE), options).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let clients = FixedClients::new().with(CLIENT, SigningSecret::new(SECRET));
        let router: axum::Router = server::router(Stub, Options::new().clients(clients));
        runtime.spawn(async move { ::axum::serve(listener, router).await });
        let origin = sandbox.base_url.trim_start_matches("http://");
        Self {
            to_sandbox: Connection::new(origin.split('/').next().unwrap()),
            to_server: Connection::new(&address),
            sandbox,
            _runtime: runtime,
        }
    }

    /// Sends requests to both.
    fn send(&mut self, all: &[Sent]) -> Vec<Ends> {
        self.sandbox.clear_calls();
        let send_all = |to: &mut Connection| all.iter().map(|sent| to.send(&sent.request)).collect();
        let (to_sandbox, to_server) = (&mut self.to_sandbox, &mut self.to_server);
        let (of_sandbox, of_server): (Vec<Incoming>, Vec<Incoming>) = std::thread::scope(|scope| {
            let of_sandbox = scope.spawn(|| send_all(to_sandbox));
            let of_server = send_all(to_server);
            (of_sandbox.join().unwrap(), of_server)
        });
        let calls = self.sandbox.calls();
        assert_eq!(calls.len(), of_sandbox.len());
        let both = calls.iter().zip(of_sandbox.into_iter().zip(of_server));
        both.map(|(call, (sandbox, server))| {
            let failed = call.failures().map(|check| check.note.as_str());
            Ends {
                found: failed.collect::<Vec<_>>().join("\n"),
                sandbox: Verdict::of_sandbox(call, sandbox),
                server: Verdict::of_server(server),
            }
        })
        .collect()
    }
}

/// Faults of the head of a request.
fn spoil_head(request: &mut Outgoing, random: &mut Random) -> &'static str {
    let stamps = [
        "X-Partner-Client-Id",
        "X-Partner-Timestamp",
        "X-Partner-Nonce",
        "X-Partner-Signature",
    ];
    match random.below(15) {
        0 => {
            request.remove(random.one(&stamps));
            "a header of the signature is missing"
        }
        1 => {
            let name = random.one(&stamps);
            request.headers.push((name, request.header(name).to_owned()));
            "a header of the signature is there twice"
        }
        2 => {
            request.set("X-Partner-Client-Id", "stranger");
            "an unknown client"
        }
        3 => {
            sign_again(request, "another secret");
            "a signature with another secret"
        }
        4 => {
            request.set("X-Partner-Signature", random.one(&["", "00", "x"]));
            "a signature in another form"
        }
        5 => {
            request.body.push(b' ');
            "a body that was not signed"
        }
        6 => {
            let shift = random.one(&[-100_000, -310, -290, 290, 310, 100_000]);
            sign(request, shift, random);
            "an instant before or after the clock"
        }
        7 => {
            let instant = random.one(&["yesterday", "1767225600", "2026-02-30T00:00:00Z"]);
            request.set("X-Partner-Timestamp", instant);
            sign_again(request, SECRET);
            "an instant in another form"
        }
        8 => {
            let long = "a".repeat(129);
            request.set("X-Partner-Nonce", random.one(&["short", "nonce.with.sixteen", &long]));
            sign_again(request, SECRET);
            "a nonce in another form"
        }
        9 => {
            let long = "k".repeat(256);
            let keys = ["", "key with space", &long];
            request.set("Idempotency-Key", random.one(&keys));
            sign_again(request, SECRET);
            "a key in another form"
        }
        10 => {
            request.remove("Idempotency-Key");
            sign_again(request, SECRET);
            "no key"
        }
        11 => {
            let media = ["text/plain", "application/xml", "application/JSON; charset=utf-8", "x"];
            request.set("Content-Type", random.one(&media));
            "another media type"
        }
        12 => {
            request.remove("Content-Type");
            "no media type"
        }
        13 => {
            let ranges = [
                "text/html",
                "application/*;q=0.5",
                "application/json;q=0, application/problem+json;q=0.0",
                "*/*",
            ];
            request.set("Accept", random.one(&ranges));
            "the header Accept"
        }
        _ => {
            request.remove("X-Request-Id");
            "no request id"
        }
    }
}

/// Faults of the bytes of a body, and of method and path.
fn spoil_line(request: &mut Outgoing, random: &mut Random) -> &'static str {
    let fault = match random.below(6) {
        0 => {
            let length = request.body.len();
            request.body.truncate(random.below(length));
            "a body that is cut off"
        }
        1 => {
            let at = random.below(request.body.len());
            request
                .body
                .splice(at..at, [random.one(&[0, b'"', b'{', b',', 0xff, b'\\'])]);
            "a body with another byte"
        }
        2 => {
            let start = random.one(&[
                &b"\xef\xbb\xbf"[..],
                b" ",
                b"{\"currency\":\"EUR\",",
                b"[",
                b"{\"x\":1,\"x\":2,",
            ]);
            let rest = request.body.split_off(request.body.len().min(1));
            request.body = [start, &rest].concat();
            "a body with another start"
        }
        3 => {
            let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
            request.method = random.one(&methods).to_owned();
            "another method"
        }
        4 => {
            request.target.push_str(random.one(&["/x", "//", "x"]));
            "another path"
        }
        _ => {
            request.body = random.one(&[&b"{}"[..], b"null", b"[]", b"", b"7"]).to_vec();
            "another document"
        }
    };
    sign(request, 0, random);
    fault
}

/// Returns a request with a fault, and the request that must come before it.
fn requests(contract: &Contract, random: &mut Random) -> Vec<Sent> {
    let kind = random.below(20);
    // Only this handler has a response that is stored.
    let is_stored = |operation: &&Operation| operation.id == "createPartnerCustomer";
    let mut operation = &contract.operations[random.below(contract.operations.len())];
    let first = contract.operations.iter().find(is_stored).unwrap();
    if kind == 18 && random.below(3) > 0 {
        operation = first;
    }
    let mut draft = operation.valid(random);
    let mut fault = "none";
    if kind < 11 && contract.spoil(operation, &mut draft, random) {
        fault = "a value";
    }
    let mut request = contract.request(operation, &draft, random);
    let mut before = None;
    match kind {
        11..=13 => fault = spoil_head(&mut request, random),
        14 | 15 => fault = spoil_line(&mut request, random),
        16 => {
            request.announced = Some(100 << 20);
            fault = "a body that is too large";
        }
        17 => {
            before = Some(request.clone());
            fault = "a nonce for the second time";
        }
        18 => {
            let draft = first.valid(random);
            let sent = contract.request(first, &draft, random);
            request.set("Idempotency-Key", sent.header("Idempotency-Key"));
            if random.below(2) == 0 && operation.id == first.id {
                request.body.clone_from(&sent.body);
            }
            sign(&mut request, 0, random);
            before = Some(sent);
            fault = "a key for the second time";
        }
        _ => {}
    }
    let sent = |request| Sent {
        fault,
        operation: operation.id.clone(),
        request,
    };
    before.into_iter().chain([request]).map(sent).collect()
}

#[test]
fn the_local_sandbox_and_the_router_refuse_the_same_requests() {
    sdkwright_watch::listen();
    let contract = Contract::new(&std::fs::read_to_string(Files::path(crate::partner::FILE)).unwrap());
    let mut random = Random::new(0x0cea_f10b_a5e5);
    let mut both = Both::start();
    let (mut agreed, mut differ) = (BTreeMap::<_, usize>::new(), BTreeMap::<_, Vec<String>>::new());
    let (mut number, mut explained) = (0, [0; DIFFERENCES.len()]);
    while number < REQUESTS {
        let mut batch = Vec::new();
        while batch.len() < 200 {
            batch.extend(requests(&contract, &mut random));
        }
        number += batch.len();
        for (sent, ends) in batch.iter().zip(both.send(&batch)) {
            if ends.sandbox == ends.server {
                *agreed.entry((sent.fault, ends.server)).or_default() += 1;
                continue;
            }
            let statuses = [ends.sandbox.status(), ends.server.status()];
            let is_it = |row: &Difference| row.statuses == statuses && (row.is_it)(sent, &ends);
            if let Some(row) = DIFFERENCES.iter().position(is_it) {
                explained[row] += 1;
                continue;
            }
            let Outgoing {
                method, target, body, ..
            } = &sent.request;
            let body = String::from_utf8_lossy(body);
            let line = format!("{} {method} {target} {body}\n    {}", sent.operation, ends.found);
            differ
                .entry((sent.fault, ends.sandbox, ends.server))
                .or_default()
                .push(line);
        }
    }
    let mut report = String::new();
    for ((fault, sandbox, server), lines) in &differ {
        writeln!(report, "{} times {fault}: {sandbox:?}, {server:?}", lines.len()).unwrap();
        for line in lines.iter().take(3) {
            writeln!(report, "  {line}").unwrap();
        }
    }
    assert!(differ.is_empty(), "{report}");
    for (row, count) in DIFFERENCES.iter().zip(explained) {
        assert!(count > 0, "no request shows that {}", row.reason);
    }
    println!("{number} requests, {explained:?} explained, agreed: {agreed:#?}");
}
