//! In: a request to the sandbox itself, beside the contract's paths. Out: what was carried out, or another clock. Never: an
//! answer in the name of the contract.

use crate::idempotency::Effect;
use crate::ledger::{Account, Posting};
use crate::outbox::DeliveryPolicy;
use crate::request::{Reply, Request};
use crate::shared::{SharedServer, locked};
use crate::state::SandboxState;
use crate::webhook::Delivery;
use serde::Serialize;
use serde_json::Value;

const FOLDER: &str = "/.sandbox/";

/// Returns `true` for a path that is the server's own, and not the contract's.
pub(crate) fn is_own(request: &Request) -> bool {
    request.target == "/.sandbox" || request.target.starts_with(FOLDER)
}

/// The answer, unless the request is for the contract.
pub(crate) fn answer(shared: &SharedServer, request: &Request) -> Option<Reply> {
    let app = &shared.app;
    let path = request.target.strip_prefix(FOLDER)?;
    let reply = match (request.method.as_str(), path.split_once('/')) {
        ("GET", None) if path == "effects" => {
            let state = app.state();
            let effects: Vec<Effect> = state.effects.all().map(|(_, one)| Effect::clone(one)).collect();
            counted(json(&effects), state.effects.gone())
        }
        ("GET", None) if path == "ledger" => {
            let state = app.state();
            let accounts: Vec<Value> = state.ledger.accounts().map(account).collect();
            let postings: Vec<Value> = state
                .ledger
                .postings
                .all()
                .map(|(_, one)| posting(&state, one))
                .collect();
            let reply = json(&serde_json::json!({ "accounts": accounts, "postings": postings }));
            counted(reply, state.ledger.postings.gone())
        }
        ("GET", None) if path == "events" => {
            let deliveries = locked(&shared.deliveries);
            let reply = json(&deliveries.all().map(|(_, one)| delivery(one)).collect::<Value>());
            counted(reply, deliveries.gone())
        }
        ("POST", Some(("manner", words))) => match words.parse::<DeliveryPolicy>() {
            Ok(manner) => {
                app.post.send_as(manner);
                Reply::text(200, &manner.to_string())
            }
            Err(why) => Reply::text(400, &why),
        },
        ("POST", Some(("clock", seconds))) => match seconds.parse() {
            Ok(seconds) => {
                app.clock.set_offset(seconds);
                Reply::text(200, &app.clock.now().rfc3339())
            }
            Err(_) => Reply::text(400, "Write the number of seconds by which the clock is ahead."),
        },
        ("POST", Some(("step", seconds))) => match seconds.parse() {
            Ok(seconds) => {
                app.clock.step(seconds);
                shared.advance();
                shared.send(app.save());
                Reply::text(200, &app.clock.life().rfc3339())
            }
            Err(_) => Reply::text(400, "Write the number of seconds by which time advances."),
        },
        _ => Reply::text(
            404,
            "The sandbox has GET /.sandbox/, GET /.sandbox/effects, GET /.sandbox/ledger, GET /.sandbox/events, POST /.sandbox/manner/WORDS, POST /.sandbox/clock/SECONDS and POST /.sandbox/step/SECONDS.",
        ),
    };
    Some(reply)
}

fn json(value: &impl Serialize) -> Reply {
    Reply::new(200, "application/json", serde_json::to_vec(value).unwrap_or_default())
}

/// Says in a header how many older entries are gone.
fn counted(mut reply: Reply, gone: u64) -> Reply {
    reply.headers.push(("sandbox-gone".to_owned(), gone.to_string()));
    reply
}

fn account(one: Account<'_>) -> Value {
    serde_json::json!({ "account": one.name, "unit": one.unit, "balance": one.balance.text() })
}

/// An attempt to deliver an event; the body has the id of the event.
fn delivery(one: &Delivery) -> Value {
    serde_json::json!({
        "event": one.event,
        "body": serde_json::from_slice::<Value>(&one.body).unwrap_or_default(),
        "url": one.url,
        "attempt": one.attempt,
        "status": one.status,
        "failure": one.failure,
        "outcome": one.outcome(),
        "failed": one.failed,
        "forged": one.forged,
    })
}

fn posting(state: &SandboxState, one: &Posting) -> Value {
    let record = state.records.place(one.resource).and_then(|at| state.records.get(at));
    serde_json::json!({
        "debit": one.debit,
        "credit": one.credit,
        "unit": one.unit,
        "amount": one.amount.text(),
        "schema": record.map(|record| &record.schema),
        "resource": record.and_then(|record| record.id.as_ref()),
    })
}
