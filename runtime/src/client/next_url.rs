//! The URL of the next page: the request of a page and a URL of its response come in, the query of the next request goes out.
//!
//! The client uses nothing else of the URL. It must have scheme, host and path of the call, so that a list never changes its place, and no
//! credential follows a URL of a response.

use super::base::Base;
use super::core::Core;
use crate::request::Request;
use crate::scheme::SchemeKind;
use crate::target;

const NO_URL: &str = "the URL of the next page is not valid";

/// Returns the query of the URL (RFC 3986), which may be relative; without pairs that the client writes itself.
pub(crate) fn next_query(core: &Core, request: &Request, url: &str) -> Result<String, &'static str> {
    let (origin, target) = request.aim(core).map_err(|_| NO_URL)?;
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (path, fixed) = target.split_once('?').unwrap_or((&target, ""));
    let call = Base::parse(&format!("{origin}{path}")).map_err(|_| NO_URL)?;
    let next = Base::parse(&absolute(&origin, path, address)).map_err(|_| NO_URL)?;
    if next.origin != call.origin {
        return Err("the URL of the next page has another scheme or host");
    }
    if bytes(&next.prefix) != bytes(&call.prefix) {
        return Err("the URL of the next page has another path");
    }
    let template = request.description.path.split_once('?').map_or("", |(_, fixed)| fixed);
    let fixed: Vec<&str> = fixed.split('&').take(template.split('&').count()).collect();
    let is_fixed = |pair: &str| !template.is_empty() && fixed.contains(&pair);
    let query = target::whole(query);
    let pairs = query.split('&');
    let kept: Vec<&str> = pairs
        .filter(|pair| !pair.is_empty() && !is_fixed(pair) && !is_credential(core, pair))
        .collect();
    Ok(kept.join("&"))
}

/// Returns true for a key of a security scheme: a server may repeat it in its URLs.
fn is_credential(core: &Core, pair: &str) -> bool {
    let name = bytes(pair.split('=').next().unwrap_or_default());
    let is_it = |kind: &SchemeKind| matches!(kind, SchemeKind::QueryKey(key) if key.as_bytes() == name);
    core.api().schemes.iter().any(|scheme| is_it(&scheme.kind))
}

/// Returns a reference as an absolute URL. It keeps dot segments, which a later check refuses.
fn absolute(origin: &str, path: &str, address: &str) -> String {
    let scheme = origin.split(':').next().unwrap_or_default();
    let is_absolute = |(scheme, _): (&str, &str)| !scheme.contains('/');
    if address.split_once(':').is_some_and(is_absolute) {
        return address.to_owned();
    }
    if address.is_empty() {
        return format!("{origin}{path}");
    }
    if address.starts_with("//") {
        return format!("{scheme}:{address}");
    }
    if address.starts_with('/') {
        return format!("{origin}{address}");
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{origin}{folder}/{address}")
}

/// Decodes all percent-encoded bytes.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| first == b'%');
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    out
}
