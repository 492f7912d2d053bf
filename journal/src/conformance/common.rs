//! Parts of all rules of the suite: a client, an intent, and the calls that a client makes of a journal.

use std::time::Duration;

use sdkwright_runtime::client::{Builder, Core};
use sdkwright_runtime::description::Api;
use sdkwright_runtime::journal::{
    Claim, Intent, Journal as _, JournalRefusal, Piece, Promise, Sender, Settlement, Verdict,
};
use sdkwright_runtime::security::{Credential, Scheme, SchemeKind};
use sdkwright_runtime::testing::{FixedClock, Script};

use crate::actions::Actions;
use crate::journal::Journal;
use crate::store::{State, Store};

static API: Api = Api {
    schemes: &[Scheme {
        name: "key",
        kind: SchemeKind::HeaderKey("x-key"),
        setter: None,
    }],
    ..Api::new("Things", "test/1")
};

/// The client that [`intent`] is of, at a moment. It sends nothing.
pub fn client(at: i64) -> Result<Core, sdkwright_runtime::ConfigError> {
    client_of("client-1", "https://api.example.com", at)
}

pub(super) fn client_of(client_id: &str, base_url: &str, at: i64) -> Result<Core, sdkwright_runtime::ConfigError> {
    Builder::new(&API)
        .client_id(client_id)
        .base_url(base_url)
        .credential(Credential::api_key("key", "sentinel9f2, the secret of a client"))
        .transport(Script::new([]))
        .clock(FixedClock(u64::try_from(at).unwrap_or_default()))
        .without_journal()
        .build()
}

/// An intent for tests: an action `name` under a key, at a moment, with a lease of a minute and a day of retention.
pub fn intent(key: &str, name: &str, at: i64) -> Intent {
    let body = format!("{{\"name\":\"{name}\"}}");
    let mut sha256 = [0; 32];
    sha256.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = !from);
    // These settings are valid. If they were not, no row could be read and every rule would fail.
    let seal = client(at).map(|client| client.seal()).unwrap_or_default();
    Intent {
        key: key.to_owned(),
        operation: "createThing".to_owned(),
        sender: Sender {
            client_id: Some("client-1".to_owned()),
            base_url: "https://api.example.com".to_owned(),
        },
        seal,
        method: "POST".to_owned(),
        template: "/things".to_owned(),
        origin: "https://api.example.com".to_owned(),
        target: "/things".to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        security: None,
        body: vec![Piece::Bytes(body.into())],
        sha256,
        arguments: Vec::new(),
        echoes: Vec::new(),
        subject: None,
        request_id: None,
        resource: None,
        members: Vec::new(),
        promise: Promise::default(),
        evidence: None,
        later: Vec::new(),
        find: None,
        at,
        lease: Duration::from_secs(60),
        offset: None,
        first: None,
        retention: Some(Duration::from_secs(86_400)),
        freshness: Some(Duration::from_secs(300)),
    }
}

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub(super) type SuiteResult = Result<(), BoxError>;

pub(super) fn fail<T>(what: impl std::fmt::Debug) -> Result<T, BoxError> {
    Err(format!("{what:?}").into())
}

pub(super) async fn sent<S: Store>(journal: &Journal<S>, intent: Intent) -> Result<Claim, BoxError> {
    match journal.begin(intent).await {
        Ok(Verdict::Send(claim)) => Ok(claim),
        other => fail(other),
    }
}

pub(super) async fn again<S: Store>(journal: &Journal<S>, intent: Intent) -> Result<(Claim, i64), BoxError> {
    match journal.begin(intent).await {
        Ok(Verdict::Again { claim, first_sent }) => Ok((claim, first_sent.at)),
        other => fail(other),
    }
}

pub(super) async fn refused<S: Store>(journal: &Journal<S>, intent: Intent) -> Result<JournalRefusal, BoxError> {
    match journal.begin(intent).await {
        Ok(Verdict::Refused(refused)) => Ok(refused),
        other => fail(other),
    }
}

pub(super) async fn settle<S: Store>(journal: &Journal<S>, claim: Claim, settlement: Settlement) -> SuiteResult {
    journal.settle(claim, settlement).await?;
    Ok(())
}

pub(super) fn actions<S: Store>(journal: &Journal<S>) -> Result<Actions<S>, BoxError> {
    Ok(journal.actions(&client(NOW)?))
}

pub(super) async fn state<S: Store>(journal: &Journal<S>, key: &str) -> Result<Option<State>, BoxError> {
    let shown = actions(journal)?.show(key).await?;
    Ok(shown.map(|record| record.state))
}

pub(super) fn ensure<T: PartialEq + std::fmt::Debug>(seen: &T, wanted: &T) -> SuiteResult {
    if seen == wanted {
        Ok(())
    } else {
        Err(format!("{seen:?} instead of {wanted:?}").into())
    }
}

pub(super) fn executed() -> Settlement {
    Settlement::Executed {
        status: 201,
        ids: vec![("ThingId".to_owned(), "t-1".to_owned())],
    }
}

pub(super) fn not_executed(spent: bool) -> Settlement {
    Settlement::NotExecuted {
        code: Some("NO".to_owned()),
        spent,
    }
}

/// A refusal whose outcome has to be looked up.
pub(super) fn to_look_up() -> Settlement {
    Settlement::Unknown {
        refused: Some("STATE".to_owned()),
    }
}

/// An intent with an approval that a later call needs.
pub(super) fn approved(key: &str) -> Intent {
    Intent {
        evidence: Some("{}".into()),
        later: vec!["submitThing".to_owned()],
        ..intent(key, key, NOW)
    }
}

/// The later call, with the id of what was approved.
pub(super) fn submission(key: &str, id: &str) -> Intent {
    Intent {
        operation: "submitThing".to_owned(),
        arguments: vec![("thingId".to_owned(), id.to_owned())],
        ..intent(key, key, NOW)
    }
}

/// The approval that a row keeps.
pub(super) async fn evidence<S: Store>(journal: &Journal<S>, key: &str) -> Result<Option<Vec<u8>>, BoxError> {
    Ok(actions(journal)?.evidence(key).await?)
}

pub(super) const UNKNOWN: Settlement = Settlement::Unknown { refused: None };
pub(super) const NOW: i64 = 1_782_604_800;

pub(super) fn about(key: &str, subject: &str) -> Intent {
    let mut intent = intent(key, key, NOW);
    intent.subject = Some(subject.to_owned());
    intent
}
