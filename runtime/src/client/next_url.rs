//! The URL of the next page: the request of a page and a URL of its response come in, the query of the next request goes out.
//!
//! The client uses nothing else of the URL, so no credential follows it. Scheme, host and prefix may be those of a server that a proxy
//! hides. The path must be that of the call, so that a list never changes its place.

use super::core::Core;
use crate::request::Request;
use crate::scheme::SchemeKind;
use crate::signing::SignaturePlace;
use crate::target;

const NO_URL: &str = "the URL of the next page is not valid";

/// Returns the query of the URL (RFC 3986), which may be relative; without pairs that the client writes itself.
pub(crate) fn next_query(core: &Core, request: &Request, url: &str) -> Result<String, &'static str> {
    let (_, target) = request.aim(core).map_err(|_| NO_URL)?;
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (path, fixed) = target.split_once('?').unwrap_or((&target, ""));
    let (template, template_query) = request
        .description
        .path
        .split_once('?')
        .unwrap_or((request.description.path, ""));
    let next = path_of(address, path).ok_or(NO_URL)?;
    let own = target::fill("", template, &request.path).map_err(|_| NO_URL)?;
    if !is_same_place(&next, &own, template) {
        return Err("the URL of the next page has another path");
    }
    let fixed: Vec<&str> = fixed.split('&').take(template_query.split('&').count()).collect();
    let is_fixed = |pair: &str| !template_query.is_empty() && fixed.contains(&pair);
    let query = target::whole(query);
    let pairs = query.split('&');
    let kept: Vec<&str> = pairs
        .filter(|pair| !pair.is_empty() && !is_fixed(pair) && !is_added(core, pair))
        .collect();
    Ok(kept.join("&"))
}

/// Returns true for a parameter that each attempt adds again: a key of a security scheme, or a part of the signature. A server may repeat it
/// in its URLs.
fn is_added(core: &Core, pair: &str) -> bool {
    let name = bytes(pair.split('=').next().unwrap_or_default());
    let keys = core.api().schemes.iter().filter_map(|scheme| match scheme.kind {
        SchemeKind::QueryKey(key) => Some(key),
        _ => None,
    });
    let signed = core.api().signing.into_iter().flat_map(|signing| {
        let signature = match signing.signature {
            SignaturePlace::Query(name) => Some(name),
            _ => None,
        };
        signing.query().map(|(name, _)| name).chain(signature)
    });
    keys.chain(signed).any(|known| known.as_bytes() == name)
}

/// Returns the path of a URL, which may be relative to the path of the call. Refuses dot segments.
fn path_of(address: &str, call: &str) -> Option<String> {
    let is_scheme = |(scheme, _): &(&str, &str)| !scheme.contains('/');
    let rest = match address.split_once(':').filter(is_scheme) {
        Some((scheme, rest)) => {
            let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
            Some(rest).filter(|rest| is_web && rest.starts_with("//"))?
        }
        None => address,
    };
    let path = match rest.strip_prefix("//") {
        Some(rest) => format!("/{}", rest.split_once('/').map_or("", |(_, path)| path)),
        None if rest.is_empty() => call.to_owned(),
        None if rest.starts_with('/') => rest.to_owned(),
        None => format!("{}/{rest}", call.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    target::raw("", &path).ok()
}

/// Returns true if one path ends with the other, and both contain all arguments of the template: a proxy adds and removes prefixes.
fn is_same_place(next: &str, own: &str, template: &str) -> bool {
    let segments = |path: &str| -> Vec<Vec<u8>> { path.trim_matches('/').split('/').rev().map(bytes).collect() };
    let (next, own) = (segments(next), segments(own));
    let shorter = next.len().min(own.len());
    let named: Vec<&str> = template.trim_matches('/').split('/').collect();
    let first = named.iter().position(|segment| segment.contains('{'));
    let least = named.len() - first.unwrap_or(named.len() - 1);
    shorter >= least && next[..shorter] == own[..shorter]
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
