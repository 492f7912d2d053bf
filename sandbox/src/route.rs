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
        let Some((literal, values)) = matches(&operation.template, path) else {
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

/// The number of literal segments and the parameters, if the path fits.
fn matches(template: &str, path: &str) -> Option<(usize, BTreeMap<String, String>)> {
    let (mut segments, mut rest) = (template.split('/'), path.split('/'));
    let (mut literal, mut values) = (0, BTreeMap::new());
    loop {
        let (wanted, given) = match (segments.next(), rest.next()) {
            (Some(wanted), Some(given)) => (wanted, given),
            (None, None) => return Some((literal, values)),
            _ => return None,
        };
        match wanted
            .split_once('{')
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            None if wanted == given
                || (given.contains('%') && percent_decode(given, false).as_deref() == Some(wanted)) =>
            {
                literal += 1;
            }
            None => return None,
            Some((before, (name, after))) => {
                let value = given.strip_prefix(before)?.strip_suffix(after)?;
                if value.is_empty() {
                    return None;
                }
                values.insert(name.to_owned(), percent_decode(value, false)?);
            }
        }
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
        let (literal, values) = matches("/v1/things/{thingId}/parts", "/v1/things/a%2Fb%20c/parts").unwrap();
        assert_eq!((literal, values["thingId"].as_str()), (4, "a/b c"));
        assert!(matches("/v1/things/{thingId}", "/v1/things/").is_none());
        assert!(matches("/v1/things/{thingId}", "/v1/things/a/b").is_none());
        assert_eq!(
            matches("/files/{name}.txt", "/files/read.me.txt").unwrap().1["name"],
            "read.me"
        );
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
