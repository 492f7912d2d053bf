//! Responses of a device authorization endpoint (RFC 8628, section 3.2): a body comes in, the codes with their times go out.
//!
//! Must never print the device code: it gets the token of the user.

use std::time::Duration;

use super::response::{IsSecret, TokenFailure, read, seconds, told};
use crate::json::JsonValue;
use crate::secret::Secret;

/// Life of codes whose response has none.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5 * 60);
/// Time between two polls, if the response has none.
const INTERVAL: Duration = Duration::from_secs(5);
/// Shortest time between two polls.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// A device authorization as the endpoint starts it.
pub(crate) struct StartedDevice {
    pub(crate) device_code: Secret,
    pub(crate) user_code: String,
    pub(crate) verification_uri: String,
    pub(crate) verification_uri_complete: Option<String>,
    /// Time of use, since the request.
    pub(crate) life: Duration,
    /// Time between two polls.
    pub(crate) interval: Duration,
}

/// Reads the codes of a response of success.
pub(crate) fn started(is_secret: IsSecret<'_>, body: &[u8]) -> Result<StartedDevice, TokenFailure> {
    let document = read(body);
    let missing = |name: &str| {
        let what = format!("the device authorization endpoint answered with success, but without a usable `{name}`");
        told(is_secret, document.as_ref(), &what)
    };
    let member = |name: &str| document.as_ref()?.get(name);
    // The application shows the texts, often in a terminal.
    let text = |name: &str| {
        let text = member(name).and_then(JsonValue::as_str);
        text.filter(|text| !text.trim().is_empty() && !text.chars().any(char::is_control))
    };
    let needed = |name: &str| text(name).ok_or_else(|| missing(name));
    Ok(StartedDevice {
        device_code: Secret::new(needed("device_code")?),
        user_code: needed("user_code")?.to_owned(),
        verification_uri: needed("verification_uri")?.to_owned(),
        verification_uri_complete: text("verification_uri_complete").map(str::to_owned),
        life: member("expires_in").and_then(seconds).unwrap_or(UNKNOWN_LIFE),
        interval: member("interval")
            .and_then(seconds)
            .map_or(INTERVAL, |interval| interval.max(SHORTEST_INTERVAL)),
    })
}
