//! In: a request to the sandbox itself, beside the contract's paths. Out: what was carried out, or another clock. Never: an
//! answer in the name of the contract.

use crate::app::{App, plain};
use crate::effect::Effect;
use crate::request::{Reply, Request};
use serde_json::Value;

const FOLDER: &str = "/.sandbox/";

/// Returns `true` for a path that is the server's own, and not the contract's.
pub(crate) fn is_own(request: &Request) -> bool {
    request.target == "/.sandbox" || request.target.starts_with(FOLDER)
}

/// The answer, unless the request is for the contract.
pub(crate) fn answer(app: &App, request: &Request) -> Option<Reply> {
    let path = request.target.strip_prefix(FOLDER)?;
    let reply = match (request.method.as_str(), path.split_once('/')) {
        ("GET", None) if path == "effects" => {
            let effects: Vec<Value> = app.state().effects.iter().map(Effect::to_json).collect();
            Reply {
                status: 200,
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: serde_json::to_vec(&effects).unwrap_or_default(),
                code: None,
            }
        }
        ("POST", Some(("clock", seconds))) => match seconds.parse() {
            Ok(seconds) => {
                app.clock.set_offset(seconds);
                plain(200, &app.clock.now().rfc3339())
            }
            Err(_) => plain(400, "The clock is set ahead by a number of seconds."),
        },
        _ => plain(
            404,
            "The sandbox has GET /.sandbox/, GET /.sandbox/effects and POST /.sandbox/clock/SECONDS.",
        ),
    };
    Some(reply)
}
