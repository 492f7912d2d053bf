//! Several processes that share a journal, and a server with a proxy that swaps, repeats and delays responses.
//!
//! No response but its request id shows whose it is. `SWAPPED_CALLS` sets the number of calls of each process.

use std::collections::{HashMap, VecDeque};
use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use oceafin_partner::transport::ReqwestTransport;
use oceafin_partner::{
    BankAccountId, Client, ClientReference, CountryCode, CreatePartnerBankAccountRequest,
    CreatePartnerFiatWithdrawalRequest, CurrencyCode, CustomerId, Error, FiatWithdrawalQuoteId, IdempotencyKey,
    Outcome, PartnerApprovalMethod, PartnerBankAccountPage, PartnerBankAccountRelationship,
    PartnerOperationAuthorizationEvidence, PartnerOperationAuthorizationEvidenceRequired,
    SubmitPartnerFiatWithdrawalRequest,
};
use sdkwright_journal::conformance::PrivateServer;
use sdkwright_journal::{Finding, Journal, Memory, Postgres, Sqlite, State, Store};

use crate::raw;
use crate::strays::{Arrived, Impatient, read_request};

/// The response of the proxy to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proxy {
    /// Exchanges the responses to two creations that are under way at once; later ones with an earlier response.
    Swaps,
    /// Delays each connection by [`BEHIND`] responses, and loses the response to each creation.
    IsBehind,
}

/// Number of responses by which a kept connection is late. With one, the second of two reads would show the truth.
const BEHIND: usize = 2;

#[derive(Default)]
struct Done {
    /// Ids of the created accounts, by key.
    executed: HashMap<String, String>,
    /// A first creation that waits for another one, by its number.
    waiting: Option<(usize, String)>,
    /// Responses for those that waited.
    swapped: HashMap<usize, String>,
    strays: usize,
}

type World = Arc<(Mutex<Done>, Condvar)>;

fn response(request: &Arrived, status: u16, body: &str) -> String {
    let length = body.len();
    let id = &request.headers["x-request-id"];
    format!(
        "HTTP/1.1 {status} X\r\nX-Request-Id: {id}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// Executes a request. Returns its response, and whether it is the first one under its key.
fn execute(done: &mut Done, request: &Arrived) -> (String, bool) {
    if request.line.starts_with("GET ") {
        let accounts = done
            .executed
            .values()
            .map(|id| format!("{{\"bankAccountId\":\"{id}\"}}"));
        let accounts = accounts.collect::<Vec<_>>().join(",");
        let body = format!("{{\"data\":[{accounts}],\"pageInfo\":{{\"limit\":100,\"hasMore\":false}}}}");
        return (response(request, 200, &body), false);
    }
    let number = done.executed.len();
    let mut is_first = false;
    let id = done.executed.entry(request.headers["idempotency-key"].clone());
    let id = id.or_insert_with(|| {
        is_first = true;
        format!("account-{number}")
    });
    let body = format!("{{\"bankAccountId\":\"{id}\",\"status\":\"ACTIVE\"}}");
    (response(request, 201, &body), is_first)
}

/// Returns the response of another creation that is under way, or the own one after a while.
fn swap(world: &World, own: String) -> String {
    let (done, changed) = &**world;
    let mut done = done.lock().unwrap();
    if let Some((number, other)) = done.waiting.take() {
        done.swapped.insert(number, own);
        done.strays += 2;
        changed.notify_all();
        return other;
    }
    let number = done.executed.len();
    done.waiting = Some((number, own));
    let wait = changed.wait_timeout_while(done, Duration::from_millis(300), |done| {
        !done.swapped.contains_key(&number)
    });
    let mut done = wait.unwrap().0;
    let swapped = done.swapped.remove(&number);
    swapped.unwrap_or_else(|| done.waiting.take().unwrap().1)
}

fn serve(stream: TcpStream, world: &World, proxy: Proxy) {
    stream.set_nodelay(true).unwrap();
    let mut out = stream.try_clone().unwrap();
    let mut stream = BufReader::new(stream);
    let mut late = VecDeque::new();
    while let Some(request) = read_request(&mut stream) {
        let (own, is_first) = execute(&mut world.0.lock().unwrap(), &request);
        let sent = match proxy {
            Proxy::Swaps if is_first => swap(world, own),
            Proxy::Swaps => own,
            Proxy::IsBehind if is_first => return,
            Proxy::IsBehind => {
                // The copy has no request id, as behind a proxy that removes it.
                let own = own.replacen("X-Request-Id", "X-Other-Id", 1);
                late.push_back(own.clone());
                let is_late = late.len() > BEHIND;
                if is_late { late.pop_front().unwrap() } else { own }
            }
        };
        if out.write_all(sent.as_bytes()).is_err() {
            return;
        }
    }
}

fn start(proxy: Proxy) -> (String, World) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let world = World::default();
    let kept = Arc::clone(&world);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let world = Arc::clone(&kept);
            std::thread::spawn(move || serve(stream.unwrap(), &world, proxy));
        }
    });
    (origin, world)
}

fn client<S: Store>(origin: &str, journal: &Journal<S>) -> Client {
    sdkwright_watch::listen();
    Client::builder()
        .journal(journal.clone())
        .base_url(origin)
        .client_id(raw::CLIENT)
        .client_secret(raw::SECRET)
        .transport(Impatient(ReqwestTransport::new().unwrap()))
        .build()
        .unwrap()
}

fn account() -> CreatePartnerBankAccountRequest {
    CreatePartnerBankAccountRequest::new(
        PartnerBankAccountRelationship::ThirdParty,
        "sentinel9f2 Partner",
        CurrencyCode::Eur,
        CountryCode::from("DE"),
    )
}

/// Creates an account, with a request id of the caller or of the client.
async fn create(client: &Client, key: &str, is_given: bool) -> Result<String, Error> {
    let request_id = if is_given { format!("of-{key}") } else { String::new() };
    let (key, body) = (IdempotencyKey::new(key).unwrap(), account());
    let call = client.bank_accounts().create(key, &CustomerId::from("c-1"), &body);
    let made = call.request_id(request_id).await?;
    Ok(made.bank_account_id.as_ref().map(BankAccountId::to_string).unwrap())
}

/// Two processes create accounts at once. Returns how many calls returned the account of another one, and how many returned
/// their own.
async fn swapped<S: Store>(one: Journal<S>, two: Journal<S>, threads: usize, is_given: bool) -> (usize, usize) {
    let calls: usize = std::env::var("SWAPPED_CALLS").map_or(20, |count| count.parse().unwrap());
    let (origin, world) = start(Proxy::Swaps);
    let mut running = Vec::new();
    for thread in 0..2 * threads {
        let client = client(&origin, if thread % 2 == 0 { &one } else { &two });
        running.push(tokio::spawn(async move {
            let mut ended = Vec::new();
            for number in 0..calls.div_ceil(threads) {
                let key = format!("key-{thread}-{number}");
                ended.push((create(&client, &key, is_given).await, key));
            }
            ended
        }));
    }
    let (mut wrong, mut own) = (0, 0);
    let reader = client(&origin, &one);
    let mut all = Vec::new();
    for running in running {
        for (ended, key) in running.await.unwrap() {
            let truth = world.0.lock().unwrap().executed.get(&key).cloned().unwrap();
            match ended {
                Ok(id) if id == truth => own += 1,
                Ok(_) => wrong += 1,
                Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{key}: {error}"),
            }
            all.push((key, truth));
        }
    }
    // Later, the journal finishes what stayed open.
    one.resume(&reader).await.unwrap();
    for (key, truth) in all {
        let row = one.actions(&reader).show(&key).await.unwrap().unwrap();
        let is_own = row.state == State::Executed && row.id("BankAccountId") == Some(&truth);
        assert!(is_own || wrong > 0, "{key}: {row:?}");
    }
    let strays = world.0.lock().unwrap().strays;
    println!("{threads} threads: {strays} swapped responses, {own} own, {wrong} wrong");
    assert!(strays >= calls);
    (wrong, own)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_response_to_another_process_settles_nothing_with_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Journal::new(Sqlite::open(folder.path().join("journal.db")).unwrap()).unwrap();
    for threads in [1, 4, 16] {
        let (wrong, own) = swapped(open(), open(), threads, false).await;
        assert!(wrong == 0 && own > 30, "{threads} threads: {wrong} wrong, {own} own");
        std::fs::remove_file(folder.path().join("journal.db")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journal_knows_the_request_ids_that_another_process_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Journal::new(Sqlite::open(folder.path().join("journal.db")).unwrap()).unwrap();
    let (wrong, _) = swapped(open(), open(), 4, true).await;
    assert_eq!(wrong, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_response_to_another_process_settles_nothing_with_postgres() {
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let config = server.config();
    let (one, two) = (
        Postgres::connect(&config).await.unwrap(),
        Postgres::connect(&config).await.unwrap(),
    );
    let (wrong, own) = swapped(Journal::new(one).unwrap(), Journal::new(two).unwrap(), 4, false).await;
    assert!(wrong == 0 && own > 30, "{wrong} wrong, {own} own");
}

#[tokio::test]
async fn a_lookup_finds_what_a_connection_that_is_behind_hides() {
    const ACTIONS: usize = 15;
    let (origin, world) = start(Proxy::IsBehind);
    let journal = Journal::new(Memory::default()).unwrap();
    let (payer, other) = (client(&origin, &journal), client(&origin, &journal));
    let customer = CustomerId::from("c-1");
    let (mut hidden, mut found) = (0, 0);
    for number in 0..ACTIONS {
        // Reads leave connections that are behind from now on.
        for client in [&payer, &other] {
            for _ in 0..=BEHIND {
                client.bank_accounts().list(&customer).await.unwrap();
            }
        }
        let key = format!("key-{number}");
        let body = account();
        let created = payer
            .bank_accounts()
            .create(IdempotencyKey::new(&key).unwrap(), &customer, &body);
        created.retries(0).await.unwrap_err();
        let id = world.0.lock().unwrap().executed[&key].clone();
        let is_in = |page: PartnerBankAccountPage| {
            let mut ids = page.data.into_iter().filter_map(|account| account.bank_account_id);
            ids.any(|known| known.as_str() == id)
        };
        hidden += usize::from(!is_in(other.bank_accounts().list(&customer).await.unwrap()));
        let read = async || {
            let page = payer.bank_accounts().list(&customer).await?;
            Ok::<_, Error>(is_in(page).then(|| vec![("BankAccountId".to_owned(), id.clone())]))
        };
        let finding = journal.actions(&payer).look_up(read).await.unwrap();
        found += usize::from(matches!(finding, Finding::Executed { .. }));
    }
    println!("{hidden} of {ACTIONS} hidden by a kept connection, {found} found by a lookup");
    assert_eq!((hidden, found), (ACTIONS, ACTIONS));
}

/// The response of the server to the submission of a withdrawal.
#[derive(Debug, Clone, Copy)]
enum Told {
    /// Another value at this member.
    Other(&'static str, &'static str),
    /// The value in another spelling.
    Same(&'static str, &'static str),
}

/// A bank that executes all, and first reports something else for each submission.
fn bank(request: &Arrived, told: Told, is_first: bool) -> String {
    let mut body: serde_json::Value = "{}".parse().unwrap();
    body["withdrawalId"] = "w-1".into();
    for (name, value) in [
        ("amount", "250.00"),
        ("currency", "EUR"),
        ("quoteId", "q-1"),
        ("bankAccountId", "b-1"),
        ("clientReference", "wd-1"),
    ] {
        body[name] = value.into();
    }
    let is_submission = request.line.contains("/submission");
    body["status"] = if is_submission { "SUBMITTED" } else { "DRAFT" }.into();
    match told {
        Told::Other(name, value) if is_submission && is_first => body[name] = value.into(),
        Told::Same(name, value) if is_submission => body[name] = value.parse().unwrap(),
        _ => {}
    }
    response(request, if is_submission { 202 } else { 201 }, &body.to_string())
}

fn open_bank(told: Told) -> (String, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let submissions = Arc::new(Mutex::new(0));
    let kept = Arc::clone(&submissions);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            while let Some(request) = read_request(&mut stream) {
                let mut submissions = kept.lock().unwrap();
                *submissions += usize::from(request.line.contains("/submission"));
                let said = bank(&request, told, *submissions == 1);
                stream.get_mut().write_all(said.as_bytes()).unwrap();
            }
        }
    });
    (origin, submissions)
}

/// Creates a draft with one client and submits it with another one. Returns the submission and the number of its attempts.
async fn submitted(
    told: Told,
    drafter: impl Fn(&str) -> Client,
    submitter: impl Fn(&str) -> Client,
) -> (Result<(), Error>, usize) {
    let (origin, submissions) = open_bank(told);
    let client = drafter(&origin);
    let request = CreatePartnerFiatWithdrawalRequest::new(
        ClientReference::from("wd-1"),
        FiatWithdrawalQuoteId::from("q-1"),
        BankAccountId::from("b-1"),
        "250.00".parse().unwrap(),
        CurrencyCode::Eur,
    );
    let draft = client
        .fiat_withdrawals()
        .draft(&CustomerId::from("c-1"), &request)
        .unwrap();
    let evidence = PartnerOperationAuthorizationEvidence::new(PartnerOperationAuthorizationEvidenceRequired {
        operation_hash: draft.hash().to_owned(),
        approved_at: "2026-06-28T00:00:00Z".parse().unwrap(),
        approved_by: "user-1".to_owned(),
        approval_method: PartnerApprovalMethod::Passkey,
    });
    let body = draft.authorize(evidence).unwrap();
    let create = client
        .fiat_withdrawals()
        .create(IdempotencyKey::new("create").unwrap(), &body);
    let id = create.await.unwrap().withdrawal_id;
    let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&body);
    let client = submitter(&origin);
    let submit = client
        .fiat_withdrawals()
        .submit(IdempotencyKey::new("submit").unwrap(), &id, &submission);
    let ended = submit.await.map(drop);
    let sent = *submissions.lock().unwrap();
    (ended, sent)
}

#[tokio::test]
async fn a_submission_with_another_amount_or_reference_than_its_draft_settles_nothing() {
    for (told, times) in [
        (Told::Other("amount", "25.00"), 2),
        (Told::Other("currency", "USD"), 2),
        (Told::Other("clientReference", "wd-2"), 2),
        (Told::Other("bankAccountId", "b-2"), 2),
        (Told::Same("amount", "250"), 1),
        (Told::Same("amount", "null"), 1),
        (Told::Same("clientReference", "\"WD-1\""), 1),
    ] {
        // Another process of the same journal, the journal of this one, and a client without a journal.
        let store = tempfile::tempdir().unwrap();
        let file = store.path().join("journal.db");
        let process = |origin: &str| client(origin, &Journal::new(Sqlite::open(&file).unwrap()).unwrap());
        let (ended, sent) = submitted(told, process, process).await;
        assert!(ended.is_ok() && sent == times, "{told:?}: {ended:?} after {sent}");
        let memory = std::sync::OnceLock::new();
        let alone = |origin: &str| {
            let bare = || {
                Client::builder()
                    .without_journal()
                    .base_url(origin)
                    .client_id(raw::CLIENT)
                    .client_secret(raw::SECRET)
                    .transport(Impatient(ReqwestTransport::new().unwrap()))
                    .build()
                    .unwrap()
            };
            memory.get_or_init(bare).clone()
        };
        let (ended, sent) = submitted(told, alone, alone).await;
        assert!(
            ended.is_ok() && sent == times,
            "{told:?} without a journal: {ended:?} after {sent}"
        );
    }
}
