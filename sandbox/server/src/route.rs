//! In: a method and a request target as it came on the wire. Out: the operation and the decoded path parameters.
//! Never: a target rewritten before it is matched.

use crate::encode::percent_decode;
use crate::operation::Operation;
use std::collections::BTreeMap;

/// The result of matching a target.
#[derive(Debug)]
pub(crate) enum Route<'a> {
    Found(&'a Operation, BTreeMap<String, String>),
    /// The path is known, but not with this method; these are.
    OtherMethod(Vec<String>),
    Unknown,
}

/// Finds the operation; a literal segment is stronger than a parameter.
pub(crate) fn route<'a>(operations: &'a [Operation], method: &str, target: &str) -> Route<'a> {
    let path = target.split('?').next().unwrap_or_default();
    let mut best: Option<(usize, &Operation, BTreeMap<String, String>)> = None;
    let mut others = Vec::new();
    for operation in operations {
        let Some((literal, values)) = matches(&operation.template, path, |name| operation.spans(name)) else {
            continue;
        };
        if operation.method != method {
            others.push(operation.method.clone());
        } else if best.as_ref().is_none_or(|(known, _, _)| literal > *known) {
            best = Some((literal, operation, values));
        }
    }
    match best {
        Some((_, operation, values)) => Route::Found(operation, values),
        None if others.is_empty() => Route::Unknown,
        None => Route::OtherMethod(others),
    }
}

/// Two for each literal segment and one for one with literal text, and the parameters as they are on the wire, if the path fits.
fn matches(template: &str, path: &str, spans: impl Fn(&str) -> bool) -> Option<(usize, BTreeMap<String, String>)> {
    let mut rest = path;
    let (mut literal, mut values) = (0, BTreeMap::new());
    let mut spare = path.matches('/').count().checked_sub(template.matches('/').count())?;
    for wanted in template.split('/') {
        let name = wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        // A value with reserved characters is as long as the rest of the path allows.
        let more = if name.is_some_and(&spans) {
            std::mem::take(&mut spare)
        } else {
            0
        };
        let end = rest.match_indices('/').nth(more).map_or(rest.len(), |(at, _)| at);
        let given = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        if wanted.contains('{') {
            segment(wanted, given, &mut values)?;
            literal += usize::from(!(wanted.starts_with('{') && wanted.ends_with('}')));
        } else {
            let is_it =
                wanted == given || (given.contains('%') && percent_decode(given, false).as_deref() == Some(wanted));
            is_it.then(|| literal += 2)?;
        }
    }
    (spare == 0).then_some((literal, values))
}

/// Puts the parameters of a segment into `values`; each but the last one ends where the text after it begins.
fn segment(wanted: &str, given: &str, values: &mut BTreeMap<String, String>) -> Option<()> {
    let (before, mut wanted) = wanted.split_once('{')?;
    let mut given = given.strip_prefix(before)?;
    loop {
        let (name, after) = wanted.split_once('}')?;
        let next = after.split_once('{');
        let value = match next {
            None => given.strip_suffix(after)?,
            Some((between, _)) => {
                let first = given.chars().next()?.len_utf8();
                &given[..first + given[first..].find(between)?]
            }
        };
        percent_decode(value, false).filter(|text| !text.is_empty())?;
        values.insert(name.to_owned(), value.to_owned());
        let Some((between, rest)) = next else { return Some(()) };
        (given, wanted) = (&given[value.len() + between.len()..], rest);
    }
}

/// The decoded pairs of a query, in order.
pub fn query(target: &str) -> Vec<(String, String)> {
    let Some((_, query)) = target.split_once('?') else {
        return Vec::new();
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| percent_decode(text, true).unwrap_or_else(|| text.to_owned());
            (decode(name), decode(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_segment_by_segment_and_decoded_afterwards() {
        let (literal, values) = matches("/v1/things/{thingId}/parts", "/v1/things/a%2Fb%20c/parts", |_| false).unwrap();
        assert_eq!((literal, values["thingId"].as_str()), (8, "a%2Fb%20c"));
        assert!(matches("/v1/things/{thingId}", "/v1/things/", |_| false).is_none());
        assert!(matches("/v1/things/{thingId}", "/v1/things/a/b", |_| false).is_none());
        let (_, values) = matches("/files/{name}.txt", "/files/read.me.txt", |_| false).unwrap();
        assert_eq!(values["name"], "read.me");
        let (_, values) = matches("/files/{path}/parts", "/files/a/b/c/parts", |name| name == "path").unwrap();
        assert_eq!(values["path"], "a/b/c");
        let (_, values) = matches("/compare/{base}...{head}", "/compare/a.b...c", |_| false).unwrap();
        assert_eq!((values["base"].as_str(), values["head"].as_str()), ("a.b", "c"));
    }

    #[test]
    fn a_query_keeps_order_and_repeats() {
        let pairs = query("/x?a=1&a=%26+&b");
        assert_eq!(
            pairs,
            [
                ("a".into(), "1".into()),
                ("a".into(), "& ".into()),
                ("b".into(), String::new())
            ]
        );
        assert!(query("/x").is_empty());
    }
}
