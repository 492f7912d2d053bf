//! Responses of a token endpoint and of a device authorization endpoint: status and body come in, a token or codes with their life go
//! out, or the reason of a failure.
//!
//! A reason names the error code and the description of the server (RFC 6749, section 5.2), unless they contain the secret.

use std::time::Duration;

use crate::json::{JsonValue, Limits, from_slice_within};
use crate::problem::one_line;
use crate::secret::Secret;

/// Returns `true` for a text that contains the secret of the client.
pub(crate) type IsSecret<'s> = &'s dyn Fn(&str) -> bool;

/// A token that the endpoint issued.
#[derive(Clone)]
pub(crate) struct IssuedToken {
    pub(crate) secret: Secret,
    /// Time of use since the request, if the endpoint states it.
    pub(crate) life: Option<Duration>,
    /// The token that gets the next one (RFC 6749, section 6).
    pub(crate) refresh: Option<Secret>,
}

/// The reason why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenFailure {
    /// Contains no secret.
    pub(crate) why: String,
    /// It is the failure of all calls that wait, and not that of one: its scopes, its time.
    pub(crate) is_shared: bool,
    /// Code of the endpoint's error.
    pub(crate) code: Option<String>,
}

impl TokenFailure {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_shared: true,
            code: None,
        }
    }

    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

/// Reads the token of a response of success.
pub(crate) fn issued(is_secret: IsSecret<'_>, body: &[u8]) -> Result<IssuedToken, TokenFailure> {
    let document = read(body);
    let Some(token) = document
        .as_ref()
        .and_then(|document| document.get("access_token")?.as_str())
    else {
        let what = "the token endpoint answered with success, but without an `access_token`";
        return Err(told(is_secret, document.as_ref(), what));
    };
    let kind = document
        .as_ref()
        .and_then(|document| document.get("token_type")?.as_str());
    if let Some(kind) = kind.filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let kind = shown(is_secret, kind, 40).unwrap_or_default();
        let why =
            format!("the token endpoint issued a token of type `{kind}`, but the client sends only `Bearer` tokens");
        return Err(TokenFailure::new(why));
    }
    // `Bearer` and a blank precede it.
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let why = "the token of the token endpoint cannot be sent: it is empty, or has other characters than a token";
        return Err(TokenFailure::new(why));
    }
    let refresh = document
        .as_ref()
        .and_then(|document| document.get("refresh_token")?.as_str());
    Ok(IssuedToken {
        secret: Secret::new(token),
        life: document
            .as_ref()
            .and_then(|document| seconds(document.get("expires_in")?)),
        refresh: refresh.filter(|token| !token.is_empty()).map(Secret::new),
    })
}

/// Returns the reason of a response of `endpoint` that is not a success.
pub(crate) fn failure(endpoint: &str, is_secret: IsSecret<'_>, status: u16, body: &[u8]) -> TokenFailure {
    if (300..400).contains(&status) {
        let why = format!("{endpoint} answered {status}, and no redirect is followed with the client's secret");
        return TokenFailure::new(why);
    }
    told(is_secret, read(body).as_ref(), &format!("{endpoint} answered {status}"))
}

pub(super) fn read(body: &[u8]) -> Option<JsonValue> {
    from_slice_within(body, &Limits::default()).ok()
}

/// Adds the code and the description of an error to `what`, and what to do about the code.
pub(super) fn told(is_secret: IsSecret<'_>, document: Option<&JsonValue>, what: &str) -> TokenFailure {
    let text = |name: &str, most: usize| shown(is_secret, document?.get(name)?.as_str()?, most);
    let mut why = what.to_owned();
    let code = text("error", 60);
    if let Some(code) = &code {
        why.extend([" `", code, "`"]);
    }
    if let Some(description) = text("error_description", 200) {
        why.extend([" (", &description, ")"]);
    }
    let advice = match code.as_deref() {
        Some("invalid_client") => {
            "; check the client id and the client secret, and with the API's documentation how a client authenticates (`x-token`)"
        }
        Some("unauthorized_client") => "; this client may not use this grant",
        Some("unsupported_grant_type") => "; the endpoint has no such grant: `grant` of `x-token` names another one",
        Some("invalid_scope") => "; the client may not have all scopes that this call requires",
        _ => "",
    };
    why.push_str(advice);
    TokenFailure {
        why,
        is_shared: code.as_deref() != Some("invalid_scope"),
        code,
    }
}

/// Returns a text of the server on one line; `None` if it contains the secret.
fn shown(is_secret: IsSecret<'_>, text: &str, most: usize) -> Option<String> {
    (!text.is_empty() && !is_secret(text)).then(|| one_line(text, most))
}

/// Reads a number of seconds, also from a text. A negative one counts as zero.
pub(super) fn seconds(value: &JsonValue) -> Option<Duration> {
    let text = match value {
        JsonValue::Number(number) => number.as_str(),
        JsonValue::String(text) => text.trim(),
        _ => return None,
    };
    if text.starts_with('-') {
        return Some(Duration::ZERO);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // A number beyond 64 bits is longer than any life.
    (is_digits(whole) && is_digits(fraction)).then(|| Duration::from_secs(whole.parse().unwrap_or(u64::MAX)))
}

/// Life of codes whose response has none.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5 * 60);
/// Time between two polls, if the response has none.
const INTERVAL: Duration = Duration::from_secs(5);
/// Shortest time between two polls.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// A device authorization as the endpoint starts it. Must never print the device code: it gets the token of the user.
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

/// Reads the codes and their times in a response of success (RFC 8628, section 3.2).
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
