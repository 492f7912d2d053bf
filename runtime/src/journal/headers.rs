//! Headers that an intent keeps: all headers of a request come in, those of the call itself go out. No credential may go out.

use http::HeaderMap;
use http::header::{COOKIE, USER_AGENT};

use crate::description::Api;
use crate::scheme::SchemeKind;

/// Returns the headers of the call itself: `all` without `defaults`, and the pairs of its cookie that are arguments. Those of the client are added again when it is sent, and credentials are never
/// stored.
pub(crate) fn own_headers(
    api: &Api,
    defaults: &HeaderMap,
    all: &HeaderMap,
    cookies: &[String],
) -> Vec<(String, String)> {
    let own = all.iter().filter(|(name, value)| {
        **name != USER_AGENT
            && defaults.get(*name) != Some(*value)
            && !value.is_sensitive()
            && !api.is_secret_header(name)
    });
    let mut kept: Vec<(String, String)> = own
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let is_key = |pair: &&String| {
        let name = pair.split('=').next();
        let of_scheme = |kind: &SchemeKind| matches!(kind, SchemeKind::CookieKey(key) if name == Some(key));
        api.schemes.iter().any(|scheme| of_scheme(&scheme.kind))
    };
    let arguments: Vec<&str> = cookies
        .iter()
        .filter(|pair| !is_key(pair))
        .map(String::as_str)
        .collect();
    if !arguments.is_empty() {
        kept.push((COOKIE.as_str().to_owned(), arguments.join("; ")));
    }
    kept
}
