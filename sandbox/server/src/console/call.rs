//! In: one call that is kept. Out: its page: the failed check, each check in order, what was signed and what arrived, request and response.
//! Never: a secret.

use super::page::body;
use super::visit::Visit;
use super::{copy, outcome};
use crate::diagnose::{self, Secrets};
use crate::log::{Call, Check};
use crate::request::{Reply, Request};
use crate::shared::locked;
use crate::signature::{self, MessageValues};
use crate::view::{self, Thing};
use minijinja::value::Serde;
use minijinja::{Value as Data, context};

/// The checks in the order in which they are made.
#[rustfmt::skip]
const CHECKS: [&str; 10] = [
    "client", "signature", "freshness", "nonce", "enabled", "key", "parameters", "body", "owner", "state",
];

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Reply> {
    let app = &visit.shared.app;
    let (call, last) = {
        let calls = locked(&visit.shared.calls);
        (calls.get(number)?, calls.last())
    };
    let named = view::named(app, &call.resources);
    let things: Vec<&Thing> = call.resources.iter().filter_map(|number| named.get(number)).collect();
    let extensions = &app.api.contract.extensions;
    let id_header = extensions.sdk("/requestId/header");
    let answered = id_header.and_then(|name| {
        let mut headers = call.answer_headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name))
    });
    let is_refused = call.failures().next().is_some();
    let place = |name: &str| CHECKS.iter().position(|known| *known == name);
    let reached = call.checks.iter().rev().find_map(|check| place(check.name));
    let missing = CHECKS.into_iter().filter(|name| is_refused && place(name) > reached);
    let values = context! {
        last,
        call => outcome::shown(number, &call, 1),
        operation => &call.operation,
        key => extensions.idempotency.as_ref().and_then(|rules| call.header(&rules.header)),
        request_id => answered.map(|(_, value)| value.as_str()).or_else(|| call.header(id_header?)),
        failed => call.failures().next().map(|check| failed(visit, &call, check, &things)),
        things => Serde(&things),
        copied => copy::curl(app, &call),
        checks => call.checks.iter().map(checked).collect::<Data>(),
        missing => missing.collect::<Data>(),
        signed => signed(visit, &call),
        request => context! { headers => Serde(&call.headers), body => body(&call.body) },
        answer => context! { headers => Serde(&call.answer_headers), body => body(&call.answer_body) },
    };
    let title = format!("Call {number}: {}", call.operation.as_deref().unwrap_or(&call.method));
    Some(visit.still(200, "call", &title, values))
}

/// The first check that failed, with the resource in the wrong state.
fn failed(visit: &Visit<'_>, call: &Call, check: &Check, things: &[&Thing]) -> Data {
    let note = check.finding();
    let is_word = |state: &str| {
        note.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .any(|word| word == state)
    };
    let states = ["state", "rules"].contains(&check.name).then(|| {
        let state = visit.shared.app.state();
        let states = things.iter().filter_map(|thing| {
            let then = state.history.state_at(thing.number, call.place).map(str::to_owned);
            Some((thing, then.or_else(|| thing.state.clone())?))
        });
        let states: Vec<(&&Thing, String)> = states.collect();
        let is_named = states.iter().any(|(_, state)| is_word(state));
        let wrong = states.iter().filter(|(_, state)| !is_named || is_word(state));
        wrong
            .map(|(thing, then)| context! { thing => Serde(thing), then })
            .collect::<Data>()
    });
    context! { note, states, name => check.name }
}

fn checked(check: &Check) -> Data {
    let rest: Vec<&str> = check.note.lines().skip(1).collect();
    context! {
        name => check.name,
        passed => check.passed,
        first => check.finding(),
        // The components of a signature are in a table.
        more => (check.name != "signature").then(|| rest.join("\n")),
    }
}

/// The components of the base string: what arrived, and what was signed as far as it is known. Also the base string and the signature that the
/// server makes of it.
fn signed(visit: &Visit<'_>, call: &Call) -> Option<Data> {
    let app = &visit.shared.app;
    let extensions = &app.api.contract.extensions;
    let mut operations = app.api.contract.operations.iter();
    let operation = operations.find(|one| Some(&one.id) == call.operation.as_ref())?;
    let signing = extensions.signing.get(operation.scheme.as_ref()?)?;
    let request = Request {
        method: call.method.clone(),
        target: call.target.clone(),
        headers: call.headers.clone(),
        body: call.body.clone(),
    };
    let parts = MessageValues::new(signing, app.api.contract.key_header(), &request);
    let given = call.header(&signing.signature_header).unwrap_or_default();
    let is_right = call
        .checks
        .iter()
        .find(|check| check.name == "signature")
        .map(|check| check.passed);
    let secret = &app.credentials.client_secret;
    let secrets = Secrets {
        client: secret,
        webhook: &app.credentials.webhook_secret,
    };
    let wrong = is_right == Some(false);
    let found = wrong
        .then(|| diagnose::find(signing, &parts, given, &secrets))
        .flatten();
    let differs = found.as_ref().and_then(|found| found.signed.as_ref());
    let components = signing.message.values.iter().enumerate().map(|(at, value)| {
        let other = differs.filter(|(place, _)| *place == at);
        context! {
            name => &value.name,
            arrived => parts.text(value),
            differs => other.is_some(),
            other => other.and_then(|(_, other)| other.as_ref()),
        }
    });
    Some(context! {
        is_right, given,
        found => found.as_ref().map(|found| &found.text),
        is_known => differs.is_some() || is_right == Some(true),
        components => components.collect::<Data>(),
        base => parts.base_string(signing),
        template => format!("{:?}", signing.message.template()),
        right => signature::sign(signing, &parts, secret),
    })
}
