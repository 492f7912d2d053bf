//! Nothing leaks: sentinels in every secret, every sensitive member and every file go through every operation of both generated
//! crates, through errors of every kind, deliveries and the journal, and are in nothing that is told: no `Debug` or `Display` of
//! any value, no cause of an error, no panic, no span, event or log record of us or of a dependency at the most verbose level, no
//! file of a settled journal. The same search finds planted ones.

use crate::{contract, parcels, partner, suite};
mod echoed;
mod search;
mod sentinel;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::path::Path;

use contract::Contract;
use oceafin_partner::metrics::{AttemptEnd, CallEnd, Metrics};
use oceafin_partner::testing::{Script, Step};
use oceafin_partner::{
    Client, CountryCode, CreatePartnerBankAccountRequest, CreatePartnerCustomerRequest, CurrencyCode, CustomerId,
    Error, IdempotencyKey, PartnerBankAccountRelationship, PartnerCustomerRef, PartnerCustomerType, http,
    settings::Builder, webhooks::WebhookVerifier,
};
use sdkwright_journal::conformance::PrivateServer;
use sdkwright_journal::{Journal, Postgres, Sqlite, Store};
use sdkwright_runtime::secret::{ClientSecrets, Secret, SecretFile, SecretVariable, SigningSecret};
use sdkwright_runtime::security::{Credential, Token};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use sdkwright_watch::Ear;
use search::find;
use sentinel::Planted;
use serde::de::DeserializeOwned;
use suite::{World, all_of};

const SECRET: &str = "sentinel9f2-client-secret-0123456789abcdef";
const WEBHOOK_SECRET: &str = "sentinel9f2-webhook-secret-0123456789";

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

fn sandbox(planted: &Planted, secret: &str, webhook_secret: &str) -> Running {
    let options = Options {
        client_secret: Some(secret.to_owned()),
        webhook_secret: Some(webhook_secret.to_owned()),
        ..Options::default()
    };
    Sandbox::start(&planted.document.to_string(), options).unwrap()
}

/// A client that also tells all its measures.
fn settings(sandbox: &Running) -> Builder<Client> {
    Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id)
        .client_secret(sandbox.client_secret.clone())
        .metrics(Measured)
}

struct Measured;

impl Metrics for Measured {
    fn attempt(&self, attempt: &AttemptEnd<'_>) {
        Ear::everywhere().note(format_args!("measure {attempt:?} {attempt:#?}"));
    }

    fn call(&self, call: &CallEnd<'_>) {
        Ear::everywhere().note(format_args!("measure {call:?} {call:#?}"));
    }
}

fn assert_silent(what: &str, told: &str) {
    assert_eq!(find(told.as_bytes()), Vec::<String>::new(), "{what}");
}

/// Every call so far had a signature, and nothing that was told has it.
fn assert_no_signature(sandbox: &Running, header: &str, told: &str) {
    for call in sandbox.calls() {
        let signature = call.header(header).unwrap();
        assert!(signature.len() > 16 && !told.contains(signature), "{signature}");
    }
}

#[tokio::test]
async fn nothing_sensitive_is_told_by_any_operation_of_the_first_contract() {
    let ear = Ear::everywhere();
    let planted = sentinel::plant(&sdkwright_tests::contract(partner::FILE));
    let sandbox = sandbox(&planted, SECRET, WEBHOOK_SECRET);
    let client = |sandbox: &Running| settings(sandbox).build().unwrap();
    let world = World::with_sandbox(Contract::from_document(planted.document.clone()), sandbox, client);
    world.tell(&world.client);
    world.walk(partner::TABLE, false).await;
    assert_no_signature(&world.sandbox, "X-Partner-Signature", &ear.heard());
    let codes = world.fail(partner::TABLE, partner::typed).await;
    assert!(codes > 500, "{codes}");
    let kept: String = world
        .sandbox
        .resources()
        .iter()
        .map(|one| one.value.to_string())
        .collect();
    assert!(find(kept.as_bytes()).len() >= 5, "the server got no sentinels");
    let told = world.told();
    assert!(told.len() > 100_000 && told.contains("[redacted]"), "{}", told.len());
    assert_silent("values and errors", &told);
    let heard = ear.heard();
    for word in [
        "span sdkwright_runtime",
        "attempt ended",
        "measure AttemptEnd",
        "log reqwest",
        "hyper",
    ] {
        assert!(heard.contains(word), "`{word}` was not heard");
    }
    assert_silent("spans, events and log records", &heard);
}

#[tokio::test]
async fn nothing_sensitive_is_told_by_any_operation_of_the_second_contract() {
    let ear = Ear::everywhere();
    let planted = sentinel::plant(&sdkwright_tests::contract(parcels::FILE));
    let sandbox = sandbox(&planted, &hex(SECRET), &hex(WEBHOOK_SECRET));
    let world = World::with_sandbox(
        Contract::from_document(planted.document.clone()),
        sandbox,
        parcels::client,
    );
    world.walk(parcels::TABLE, false).await;
    world.fail(parcels::TABLE, parcels::typed).await;
    assert!(world.told().contains("[redacted]"));
    assert_silent("values and errors", &world.told());
    assert_silent("spans, events and log records", &ear.heard());
}

/// The reason why the example of a sensitive member may stay. It holds for its neighbours too: it is redacted
/// where it stands, and by whatever holds it.
const KEPT: [(&str, &[&str]); 5] = [
    ("a date", &["dateOfBirth", "expiresOn", "issuedOn"]),
    (
        "one of a few words",
        &[
            "beneficiaryType",
            "currency",
            "documentType",
            "employmentStatus",
            "partyType",
            "roles",
            "sourceOfFunds",
        ],
    ),
    ("no text", &["politicallyExposed"]),
    (
        "too short for one",
        &["countryCode", "issuingCountry", "nationality", "ownershipPercentage"],
    ),
    (
        "a type of its own without the mark",
        &[
            "bankCountry",
            "country",
            "currency",
            "fileAssetId",
            "issuingCountry",
            "nationality",
        ],
    ),
];

#[test]
fn every_sensitive_member_travels_with_a_sentinel_or_is_said_to_have_none() {
    let contract = sdkwright_tests::contract(partner::FILE);
    let planted = sentinel::plant(&contract);
    for (place, why) in &planted.kept {
        let (_, said) = KEPT.iter().find(|(known, _)| known == why).unwrap();
        let member = place.rsplit('/').next().unwrap();
        assert!(said.contains(&member), "{place}: {why}");
    }
    assert!(planted.places.len() > 100, "{:#?}", planted.places);
}

/// The search of the whole run (`.ci/leaks`) also looks for what the other tests send and are answered: the examples of our
/// contracts as they are.
#[test]
fn the_sensitive_examples_of_both_contracts_are_listed_for_the_search_of_the_whole_run() {
    let mut texts = BTreeSet::new();
    for file in [partner::FILE, parcels::FILE] {
        let all = sentinel::plant(&sdkwright_tests::contract(file)).texts;
        assert!(!all.is_empty(), "{file}");
        texts.extend(all.into_iter().filter(|text| text.len() >= 16));
    }
    assert!(texts.contains("DE89370400440532013000"));
    sdkwright_watch::keep("sentinels", serde_json::to_vec(&texts).unwrap());
}

/// Every type with something sensitive in it, printed alone, with all its sensitive texts set.
#[test]
fn a_type_prints_none_of_its_sensitive_members() {
    let contract = sdkwright_tests::contract(partner::FILE);
    let planted = sentinel::plant(&contract);
    let schemas = contract["components"]["schemas"].as_object().unwrap();
    let marked: BTreeSet<&str> = schemas
        .iter()
        .filter(|(_, schema)| !sensitive_texts(schema).is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    let mut printed = BTreeSet::new();
    macro_rules! print {
        ($($name:ident)*) => {$(
            let name = stringify!($name);
            print_all::<oceafin_partner::$name>(name, &schemas[name], &planted);
            printed.insert(name);
        )*};
    }
    print!(
        ActivatePartnerFiatWithdrawalCapabilityRequest CreatePartnerBankAccountRequest CreatePartnerBuyerRequest
        CreatePartnerCheckoutRequest CreatePartnerCollectionWalletRequest CreatePartnerCryptoRefundRequest
        CreatePartnerCryptoWithdrawalRequest CreatePartnerCustomerRequest CreatePartnerFiatAccountApplicationRequest
        CreatePartnerFiatWithdrawalRequest CreatePartnerWalletBeneficiaryRequest PartnerAttestation
        PartnerBankAccount PartnerBankAccountThirdPartyAddress PartnerBankAccountThirdPartyBeneficiary PartnerBuyer
        PartnerBuyerDocument PartnerCheckout PartnerCheckoutActionRequest PartnerCheckoutPosPaymentRequest
        PartnerCollectionPayment PartnerCollectionWallet PartnerCollectionWalletActionRequest
        PartnerCollectionWalletAddress PartnerConsentEvidence PartnerConversion PartnerCryptoDeposit
        PartnerCryptoDepositWallet PartnerCryptoRefund PartnerCryptoTravelRuleInfo
        PartnerCryptoWalletBeneficiaryActionRequest PartnerCryptoWithdrawal PartnerCustomerFile PartnerFiatAccount
        PartnerFiatAccountApplication PartnerFiatAccountBankDetails PartnerFiatCapabilityRoute PartnerFiatDeposit
        PartnerFiatDepositInstruction PartnerFiatWithdrawal PartnerFiatWithdrawalCapabilityActivation
        PartnerFiatWithdrawalCapabilityRoute PartnerKybAdditionalCorporationDetails PartnerKybCorporationDetails
        PartnerKycAdditionalPersonalDetails PartnerKycPersonalDetails PartnerOnboardingAddress
        PartnerOnboardingContactPerson PartnerOnboardingSupportingDocument PartnerOperationAuthorizationEvidence
        PartnerRequirement PartnerRequirementAnswer PartnerTaxResidency PartnerTransaction PartnerTravelRuleParty
        PartnerWalletBeneficiary PartnerWalletBeneficiarySupportFile SubmitPartnerCryptoTravelRuleInfoRequest
        SubmitPartnerFiatAccountAdditionalInfoRequest SubmitPartnerFiatWithdrawalAdditionalInfoRequest
        SubmitPartnerFiatWithdrawalCapabilityAdditionalInfoRequest UpdatePartnerBuyerRequest
    );
    // The upload is not JSON; the walks print it.
    printed.insert("UploadPartnerCustomerFileRequest");
    assert_eq!(printed, marked);
}

/// The plain text members that are sensitive, by their own mark or that of the whole.
fn sensitive_texts(schema: &serde_json::Value) -> Vec<&str> {
    let members = schema["properties"].as_object().into_iter().flatten();
    let is_text = |what: &serde_json::Value| {
        what["type"] == "string"
            && ["enum", "format", "pattern", "x-newtype"]
                .iter()
                .all(|word| what.get(word).is_none())
    };
    let marked =
        members.filter(|(_, what)| is_text(what) && (schema["x-sensitive"] == true || what["x-sensitive"] == true));
    marked.map(|(name, _)| name.as_str()).collect()
}

fn print_all<T: DeserializeOwned + Debug>(name: &str, schema: &serde_json::Value, planted: &Planted) {
    let mut value = planted.examples.get(name).cloned().unwrap_or_default();
    for member in sensitive_texts(schema) {
        value[member] = "sentinel9f2-of-a-member".into();
    }
    assert!(!find(value.to_string().as_bytes()).is_empty());
    let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{name}: {error}: {value}"));
    let told = format!("{read:?} {read:#?}");
    assert_silent(name, &told);
    assert!(told.contains("[redacted]"), "{told}");
}

fn planted_request() -> CreatePartnerCustomerRequest {
    CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from("cust-1"),
        PartnerCustomerType::Individual,
        "sentinel9f2 Partner",
    )
}

fn key() -> IdempotencyKey {
    IdempotencyKey::one_off_lost_on_crash().unwrap()
}

fn scripted(steps: impl IntoIterator<Item = Step>) -> Client {
    Client::builder()
        .without_journal()
        .base_url("https://api.example.com")
        .client_id("client")
        .client_secret(SECRET)
        .transport(Script::new(steps))
        .metrics(Measured)
        .build()
        .unwrap()
}

#[tokio::test]
async fn an_error_of_any_kind_says_nothing_of_what_was_sent_or_answered() {
    let ear = Ear::everywhere();
    let echo = r#"{"code":"PARTNER_REQUEST_INVALID","given":"sentinel9f2-echo"}"#;
    let answers = [
        Step::json(
            201,
            r#"{"customerId":{"a":"sentinel9f2"},"displayName":"sentinel9f2-0001"}"#,
        ),
        Step::json(
            201,
            r#"{"customerId":"c-1","displayName":"sentinel9f2-0001","status":["sentinel9f2"]}"#,
        ),
        Step::json(201, "sentinel9f2 is no JSON"),
        Step::json(
            201,
            r#"{"displayName":"sentinel9f2-0001","displayName":"sentinel9f2-0002"}"#,
        ),
        Step::answer(201, "sentinel9f2").header("content-type", "text/sentinel9"),
        Step::json(201, r#"{"displayName":"sentinel9f2-0001""#).cut_off(),
        Step::answer(502, "<html>sentinel9f2</html>"),
        Step::json(418, r#"{"sentinel":"sentinel9f2"}"#),
        Step::answer(422, echo).header("content-type", "application/problem+json"),
        Step::problem(401, "PARTNER_SIGNATURE_INVALID"),
        Step::problem(401, "PARTNER_SIGNATURE_EXPIRED"),
        Step::no_answer(),
        Step::not_sent(),
    ];
    let mut kinds = BTreeSet::new();
    let mut errors = Vec::new();
    for answer in answers {
        let client = scripted([answer.clone(), answer.clone(), answer]);
        errors.push(
            client
                .customers()
                .create(key(), &planted_request())
                .retries(1)
                .await
                .unwrap_err(),
        );
    }
    let client = scripted([]);
    let own = PartnerBankAccountRelationship::SameName;
    let long = "sentinel9f2".repeat(50);
    let account = CreatePartnerBankAccountRequest::new(own, &long, CurrencyCode::Eur, CountryCode::from("DE"))
        .with_iban("sentinel9f2 is no IBAN");
    let customer = CustomerId::from("c-1");
    errors.push(
        client
            .bank_accounts()
            .create(key(), &customer, &account)
            .await
            .unwrap_err(),
    );
    let call = client
        .customers()
        .create(key(), &planted_request())
        .header("X-Note", "sentinel9f2\n");
    errors.push(call.await.unwrap_err());
    let call = client.raw(http::Method::POST, "/a?secret=sentinel9f2").key(key());
    errors.push(call.body("text/plain", "sentinel9f2 in a raw call").await.unwrap_err());
    for error in errors {
        kinds.insert(error.kind().as_str());
        assert_silent("an error", &all_of(&error));
        // A careless program may unwrap the error, which prints it.
        let careless = |failed: Result<(), Error>| failed.unwrap();
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| careless(Err(error)))).unwrap_err();
    }
    let all = ["cut-off", "decode", "problem", "refused", "status", "transport"];
    assert!(kinds.len() >= all.len(), "{kinds:?}");
    let heard = ear.heard();
    assert!(heard.contains("panic "), "panics were not heard");
    assert_silent("spans, events, measures and panics", &heard);
}

#[test]
fn a_setting_that_is_refused_is_not_repeated() {
    let told = |value: &dyn Debug| format!("{value:?} {value:#?}");
    let settings = || {
        Client::builder()
            .without_journal()
            .base_url("https://api.example.com")
            .client_id("c")
            .client_secret(SECRET)
    };
    let refused = [
        settings()
            .base_url("https://user:sentinel9f2-password@api.example.com")
            .build(),
        settings()
            .base_url("https://api.example.com/?token=sentinel9f2-token")
            .build(),
        settings()
            .default_header("X-Api-Key", "sentinel9f2\nX-Other: 1")
            .build(),
        settings()
            .credential(Credential::api_key("noSuchScheme", "sentinel9f2-key"))
            .build(),
        settings()
            .credential(Credential::token("noSuchScheme", "sentinel9f2\n"))
            .build(),
    ];
    for refused in refused {
        let error = refused.unwrap_err();
        assert_silent("a setting", &format!("{} {error}", told(&error)));
    }
    let error = parcels_partner::Client::builder()
        .without_journal()
        .base_url("https://api.example.com")
        .client_id("c")
        .client_secret("sentinel9f2 is no hexadecimal")
        .build()
        .unwrap_err();
    assert_silent("a secret in the wrong form", &format!("{} {error}", told(&error)));
    let error = parcels_partner::webhooks::WebhookVerifier::new("sentinel9f2 is no hexadecimal").unwrap_err();
    assert_silent(
        "a webhook secret in the wrong form",
        &format!("{} {error}", told(&error)),
    );
    for value in [
        &Secret::new(SECRET) as &dyn Debug,
        &SigningSecret::new(SECRET),
        &ClientSecrets::new(SECRET).previous(SECRET),
        &Token::from(SECRET),
        &Credential::basic("scheme", "user", SECRET),
        &SecretVariable::new("A_VARIABLE"),
        &SecretFile::new("/no/such/file"),
        &settings()
            .default_header("X-Api-Key", SECRET)
            .credential(Credential::api_key("a", SECRET)),
        &scripted([Step::json(200, "\"sentinel9f2\"")]),
        &Script::new([Step::json(200, "\"sentinel9f2\"")]),
    ] {
        assert_silent("a setting", &told(value));
    }
}

#[tokio::test]
async fn a_script_prints_nothing_of_what_it_was_sent() {
    let script = Script::new([Step::no_answer()]);
    let settings = Client::builder()
        .without_journal()
        .base_url("https://api.example.com")
        .client_id("c")
        .client_secret(SECRET);
    let client = settings.transport(script.clone()).build().unwrap();
    client
        .customers()
        .create(key(), &planted_request())
        .retries(0)
        .await
        .unwrap_err();
    let sent = script.sent();
    assert!(!find(&sent[0].body).is_empty());
    assert_silent("a script", &format!("{sent:?} {sent:#?} {script:?}"));
}

#[tokio::test]
async fn an_answer_of_bytes_prints_none_of_them() {
    let client = scripted([Step::answer(200, "sentinel9f2-of-an-answer")]);
    let answer = client.raw(http::Method::GET, "/a").await.unwrap();
    assert!(!find(&answer.value).is_empty());
    assert_silent("an answer of bytes", &format!("{answer:?} {answer:#?}"));
}

#[tokio::test]
async fn a_transport_can_print_headers_without_a_credential() {
    let script = Script::new([Step::no_answer(), Step::no_answer()]);
    let settings = Client::builder()
        .without_journal()
        .base_url("https://api.example.com")
        .client_id("c")
        .client_secret(SECRET);
    let settings = settings.default_header("X-Api-Key", "sentinel9f2-of-all-calls");
    let client = settings.transport(script.clone()).build().unwrap();
    let typed = client.customers().create(key(), &planted_request()).retries(0);
    typed
        .header("Authorization", "Bearer sentinel9f2-of-a-call")
        .await
        .unwrap_err();
    let raw = client
        .raw(http::Method::GET, "/a")
        .retries(0)
        .header("Proxy-Authorization", "sentinel9f2-of-a-proxy");
    raw.header("Cookie", "session=sentinel9f2-of-a-session")
        .await
        .unwrap_err();
    for sent in script.sent() {
        assert_eq!(sent.header("x-api-key"), "sentinel9f2-of-all-calls");
        let told = format!("{:?}", sent.headers);
        assert_silent("headers", &told);
        assert!(
            !told.contains(sent.header("x-partner-signature")) && told.contains("x-partner-nonce"),
            "{told}"
        );
    }
}

#[test]
fn a_delivery_prints_nothing_of_its_event() {
    let planted = sentinel::plant(&sdkwright_tests::contract(partner::FILE));
    let sandbox = sandbox(&planted, SECRET, WEBHOOK_SECRET);
    let verifier = WebhookVerifier::new(WEBHOOK_SECRET).unwrap();
    let mut told = format!("{verifier:?} {verifier:#?}");
    for event in sandbox.events() {
        let mut body: serde_json::Value =
            serde_json::from_slice(&sandbox.signed_delivery(&event).unwrap().body).unwrap();
        body["data"] = serde_json::json!({ "payerName": "sentinel9f2-payer", "deep": [{ "iban": "SENTINEL9F2" }] });
        body["note"] = "sentinel9f2-note".into();
        let body = body.to_string().into_bytes();
        let headers = verifier.sign(&body);
        let delivery = verifier.verify(&headers, &body).unwrap();
        let event = delivery.event().unwrap();
        let resource = event.resource();
        write!(told, "{delivery:?} {delivery:#?} {event:?} {event:#?} {resource:?}").unwrap();
        let other = WebhookVerifier::new("sentinel9f2-another-secret").unwrap();
        let error = other.verify(&headers, &body).unwrap_err();
        write!(told, "{error:?} {error}").unwrap();
    }
    for body in [
        &b"sentinel9f2 is no JSON"[..],
        br#"{"eventId":["sentinel9f2"]}"#,
        br#"{"data":"sentinel9f2"}"#,
    ] {
        let delivery = verifier.verify(&verifier.sign(body), body).unwrap();
        let error = delivery.event().unwrap_err();
        write!(told, "{delivery:?} {error:?} {error:#?} {error}").unwrap();
    }
    assert_silent("deliveries", &told);
}

/// Calls every operation with a journal, and lets go what only a person can.
async fn journaled<S: Store>(journal: &Journal<S>) {
    let planted = sentinel::plant(&sdkwright_tests::contract(partner::FILE));
    let sandbox = sandbox(&planted, SECRET, WEBHOOK_SECRET);
    let client = |sandbox: &Running| settings(sandbox).journal(journal.clone()).build().unwrap();
    let world = World::with_sandbox(Contract::from_document(planted.document.clone()), sandbox, client);
    world.walk(partner::TABLE, false).await;
    let actions = journal.actions(&world.client);
    for listed in [actions.pending().await, actions.to_reconcile().await] {
        let listed = listed.unwrap();
        assert!(listed.records.is_empty() && listed.broken.is_empty());
    }
    let mut approvals = 0;
    for call in world.keys() {
        if actions.evidence(&call).await.unwrap().is_some() {
            actions.finish(&call).await.unwrap();
            approvals += 1;
        }
    }
    assert!(approvals < 4, "approvals of what was submitted are still there");
    let mut told = format!("{journal:?}");
    for key in world.keys() {
        write!(
            told,
            "{:?} {:#?}",
            actions.show(&key).await.unwrap(),
            actions.ids(&key).await.unwrap()
        )
        .unwrap();
    }
    assert_silent("records", &told);
}

/// Leaves one action open: its bytes have to be kept, and are found.
async fn opened<S: Store>(journal: &Journal<S>) {
    let script = Script::new([Step::no_answer()]);
    let settings = Client::builder()
        .without_journal()
        .base_url("https://api.example.com")
        .client_id("c")
        .client_secret(SECRET);
    let client = settings.transport(script).journal(journal.clone()).build().unwrap();
    let call = client.customers().create(key(), &planted_request()).retries(0);
    assert_silent("an error", &all_of(&call.await.unwrap_err()));
    let pending = journal.actions(&client).pending().await.unwrap();
    assert_eq!(pending.records.len(), 1);
    assert_silent("a record", &format!("{pending:?} {pending:#?}"));
}

fn files_in(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files_in(&path));
        } else {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}

#[tokio::test]
async fn the_files_of_a_settled_journal_hold_nothing_and_those_of_an_open_one_are_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap())
        .unwrap()
        .spool(folder.path().join("spool"));
    journaled(&journal).await;
    let files = files_in(folder.path());
    assert!(files.len() > 10_000, "{}", files.len());
    assert_eq!(find(&files), Vec::<String>::new());
    opened(&journal).await;
    assert!(!find(&files_in(folder.path())).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_of_a_settled_journal_hold_nothing_and_those_of_an_open_one_are_found_out() {
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let journal = Journal::new(Postgres::connect(&server.config()).await.unwrap()).unwrap();
    journaled(&journal).await;
    let dump = tables(&server.config()).await;
    assert!(dump.contains("wire-test:1"));
    assert_silent("tables", &dump);
    opened(&journal).await;
    assert!(!find(tables(&server.config()).await.as_bytes()).is_empty());
}

/// Every row of every table as text.
async fn tables(config: &str) -> String {
    let (client, connection) = tokio_postgres::connect(config, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let names = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let mut dump = String::new();
    for table in client.query(names, &[]).await.unwrap() {
        let table: String = table.get(0);
        for row in client
            .query(&format!("SELECT t::text FROM {table} t"), &[])
            .await
            .unwrap()
        {
            writeln!(dump, "{table} {}", row.get::<_, String>(0)).unwrap();
        }
    }
    dump
}

#[test]
fn a_planted_leak_is_found_by_the_same_search() {
    use base64::Engine as _;
    #[derive(Debug)]
    struct Careless {
        #[expect(dead_code, reason = "printed")]
        iban: String,
        #[expect(dead_code, reason = "printed")]
        raw: Vec<u8>,
    }
    let ear = Ear::default();
    sdkwright_watch::heard_only_by(ear.clone(), || {
        tracing::trace_span!("call", secret = SECRET).in_scope(|| {});
    });
    assert!(!find(ear.heard().as_bytes()).is_empty(), "a span");
    let ear = Ear::default();
    sdkwright_watch::heard_only_by(ear.clone(), || {
        let span = tracing::trace_span!("call", answer = tracing::field::Empty);
        span.record("answer", tracing::field::debug(SECRET));
    });
    assert!(!find(ear.heard().as_bytes()).is_empty(), "a field of a span");
    let ear = Ear::default();
    sdkwright_watch::heard_only_by(ear.clone(), || tracing::trace!(body = ?SECRET.as_bytes(), "sent"));
    assert!(!find(ear.heard().as_bytes()).is_empty(), "an event");
    let ear = Ear::default();
    log::Log::log(
        &ear,
        &log::Record::builder()
            .args(format_args!("connecting with {SECRET}"))
            .build(),
    );
    assert!(!find(ear.heard().as_bytes()).is_empty(), "a log record");
    for text in ["SENTINEL9F2", "DE89SENTINEL9F200001", "73514682907351004", SECRET] {
        let value = Careless {
            iban: text.to_owned(),
            raw: Vec::new(),
        };
        assert!(!find(format!("{value:?}").as_bytes()).is_empty(), "{text}");
        let value = Careless {
            iban: String::new(),
            raw: text.into(),
        };
        assert!(!find(format!("{value:#?}").as_bytes()).is_empty(), "{text} as numbers");
        assert!(
            !find(hex(text).to_uppercase().as_bytes()).is_empty(),
            "{text} in hexadecimal"
        );
        let percent: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert!(!find(percent.concat().as_bytes()).is_empty(), "{text} percent-encoded");
        for before in ["", "a", "ab", "abc"] {
            let encoded = base64::prelude::BASE64_STANDARD.encode(format!("{before}{text}:x"));
            assert!(
                !find(encoded.as_bytes()).is_empty(),
                "{text} in base64 behind {before:?}"
            );
        }
    }
    assert_eq!(find(b"nothing of it: a sentinel, 9f2, 735146"), Vec::<String>::new());
}
