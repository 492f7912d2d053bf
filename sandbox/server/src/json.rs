//! In: JSON values and pointers (RFC 6901). Out: values set, removed and moved in time, the exact order and equality of numbers,
//! and whether a text has its format. Never: a float, or anything of HTTP.

use crate::clock::Instant;
use crate::encode::is_uuid;
use bigdecimal::{BigDecimal, Zero as _};
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The items of an array; none of anything else.
pub(crate) fn items(value: Option<&Value>) -> impl DoubleEndedIterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// Returns the only item; `None` if there are none or several.
pub(crate) fn exactly_one<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// The members of an object; none of anything else.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Returns the values of an object, or the items of a list.
pub(crate) fn children(value: &Value) -> impl Iterator<Item = &Value> {
    members(Some(value)).map(|(_, child)| child).chain(items(Some(value)))
}

/// Returns the values of an object, or the items of a list, to change them.
pub fn children_mut(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match value {
        Value::Object(members) => Box::new(members.values_mut()),
        Value::Array(items) => Box::new(items.iter_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Returns a value and everything inside of it, each before its children.
pub fn nodes(root: &Value) -> impl Iterator<Item = &Value> {
    let mut open = vec![root];
    std::iter::from_fn(move || {
        let next = open.pop()?;
        let first = open.len();
        open.extend(children(next));
        open[first..].reverse();
        Some(next)
    })
}

/// Returns all members of all objects in a value.
pub(crate) fn all_members(root: &Value) -> impl Iterator<Item = (&String, &Value)> {
    nodes(root).flat_map(|node| members(Some(node)))
}

/// Returns `true` for a media type of JSON, and not for a sequence of JSON texts.
pub(crate) fn is_media(media: &str) -> bool {
    media.to_ascii_lowercase().contains("json") && !is_sequence(media)
}

/// Returns `true` for a media type of several JSON texts.
pub(crate) fn is_sequence(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    let names = [
        "ndjson",
        "jsonl",
        "json-seq",
        "stream+json",
        "json+stream",
        "json-stream",
    ];
    names.iter().any(|name| media.contains(name))
}

/// Sets what a pointer names, making objects on the way; where the way is barred, nothing happens.
pub fn set(root: &mut Value, pointer: &str, value: Value) {
    let mut at = root;
    for token in tokens(pointer) {
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        at = match at {
            Value::Object(members) => members.entry(token).or_insert(Value::Null),
            Value::Array(items) => match token.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                Some(item) => item,
                None => return,
            },
            _ => return,
        };
    }
    *at = value;
}

/// Sets a member of an object by its name.
pub(crate) fn put(object: &mut Value, member: &str, value: Value) {
    set(object, &format!("/{}", token(member)), value);
}

/// Sets what a pointer names; null removes it.
pub(crate) fn assign(root: &mut Value, pointer: &str, value: Value) {
    if value.is_null() {
        remove(root, pointer);
    } else {
        set(root, pointer, value);
    }
}

/// Removes the member that a pointer names.
pub(crate) fn remove(root: &mut Value, pointer: &str) {
    let Some((parent, _)) = pointer.rsplit_once('/') else {
        return;
    };
    if let (Some(Value::Object(members)), Some(name)) = (root.pointer_mut(parent), tokens(pointer).pop()) {
        members.remove(&name);
    }
}

/// The text of an id, which is a text or a whole number.
pub(crate) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// The unescaped tokens of a pointer.
pub(crate) fn tokens(pointer: &str) -> Vec<String> {
    pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// One token of a pointer, escaped.
pub(crate) fn token(name: &str) -> String {
    if !name.contains(['~', '/']) {
        return name.to_owned();
    }
    name.replace('~', "~0").replace('/', "~1")
}

/// Moves every date-time of an example by one distance, so that the earliest of them becomes `now`;
/// what tells the last change becomes `now` too.
pub(crate) fn shift_times(value: &mut Value, now: Instant) {
    let mut earliest = None;
    each_text(value, &mut |text| {
        if let Some(moment) = Instant::parse(text) {
            earliest = Some(earliest.map_or(moment.seconds, |old: i64| old.min(moment.seconds)));
        }
    });
    let Some(earliest) = earliest else { return };
    each_text(value, &mut |text| {
        if let Some(moment) = Instant::parse(text) {
            *text = Instant {
                seconds: moment.seconds - earliest + now.seconds,
                nanos: 0,
            }
            .rfc3339();
        }
    });
    // The example's time of change may be older: a new resource was not changed before.
    mark_changed(value, now);
}

/// The instant at which a value came into being, where a member tells it.
pub(crate) fn created(value: &Value) -> Option<Instant> {
    let mut members = value.as_object()?.iter();
    members.find_map(|(name, value)| {
        let tells = name.to_ascii_lowercase().contains("creat");
        tells.then(|| Instant::parse(value.as_str()?)).flatten()
    })
}

/// Sets the members that tell when a value last changed, where they are instants.
pub(crate) fn mark_changed(value: &mut Value, now: Instant) {
    for (name, value) in value.as_object_mut().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        let tells = ["updat", "modif", "chang"].iter().any(|word| name.contains(word));
        if tells && value.as_str().is_some_and(|text| Instant::parse(text).is_some()) {
            *value = Value::String(now.rfc3339());
        }
    }
}

/// Does something with each text in a value.
fn each_text(value: &mut Value, act: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => act(text),
        other => children_mut(other).for_each(|child| each_text(child, act)),
    }
}

fn decimal(value: &Value) -> Option<BigDecimal> {
    value.as_number()?.to_string().parse().ok()
}

/// The order of two numbers.
pub(crate) fn compare_numbers(left: &Value, right: &Value) -> Option<Ordering> {
    Some(decimal(left)?.cmp(&decimal(right)?))
}

/// Returns true for a multiple.
pub(crate) fn is_multiple(value: &Value, of: &Value) -> bool {
    let numbers = decimal(value).zip(decimal(of));
    numbers.is_none_or(|(value, of)| !of.is_zero() && (value % of).is_zero())
}

/// Returns true for a number without a fraction, however it is written.
pub(crate) fn is_whole(value: &Value) -> bool {
    value.is_number() && is_multiple(value, &Value::from(1))
}

/// Equality of JSON Schema: `1` is `1.0`.
pub(crate) fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => compare_numbers(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, one)| right.get(name).is_some_and(|other| is_same(one, other)))
        }
        _ => left == right,
    }
}

/// A text that two values have in common where they are the same.
pub(crate) fn unique_key(value: &Value) -> String {
    match value {
        Value::Number(number) => decimal(value).map_or_else(
            || number.to_string(),
            |number| number.normalized().to_scientific_notation(),
        ),
        Value::Array(items) => format!("[{}]", items.iter().map(unique_key).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let mut keys: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{name:?}:{}", unique_key(member)))
                .collect();
            keys.sort_unstable();
            format!("{{{}}}", keys.join(","))
        }
        other => other.to_string(),
    }
}

pub(crate) fn has_format(name: &str, text: &str, is_30: bool) -> bool {
    match name {
        "date-time" => Instant::parse(text).is_some(),
        "date" => text.len() == 10 && Instant::parse(&format!("{text}T00:00:00Z")).is_some(),
        "email" => is_email(text),
        "uri" => is_uri(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        // Draft 4 does not know it.
        "uuid" if !is_30 => is_uuid(text),
        _ => true,
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    let is_word = |word: &str| {
        let fits = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter);
        !word.is_empty() && word.chars().all(fits)
    };
    local.split('.').all(is_word) && domain.split('.').all(is_label)
}

/// A scheme, a colon, and characters that RFC 3986 allows.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let of_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(of_scheme)
        && rest.bytes().all(of_rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pointer_makes_its_own_way() {
        let mut value = json!({ "a": 1 });
        set(&mut value, "/b/c~1d", json!(2));
        assert_eq!(value, json!({ "a": 1, "b": { "c/d": 2 } }));
        remove(&mut value, "/b/c~1d");
        assert_eq!(value, json!({ "a": 1, "b": {} }));
    }

    #[test]
    fn times_keep_their_distances() {
        let mut value = json!({ "made": "2026-01-01T00:00:00Z", "ends": "2026-01-01T00:05:00Z", "day": "2026-01-01" });
        shift_times(&mut value, Instant::parse("2030-01-01T12:00:00Z").unwrap());
        assert_eq!(
            value,
            json!({ "made": "2030-01-01T12:00:00Z", "ends": "2030-01-01T12:05:00Z", "day": "2026-01-01" })
        );
    }
}
