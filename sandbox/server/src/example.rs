//! In: a schema. Out: an example of it, the contract's own where it has one. Never: a random value.

use crate::contract::Contract;
use crate::json;
use crate::pattern::{self, matches};
use bigdecimal::{BigDecimal, RoundingMode, Zero as _};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// The example of a schema, put together from its parts where it has none of its own.
pub(crate) fn from_schema(contract: &Contract, schema: &Value) -> Value {
    build(contract, schema, &Allowance::default())
}

/// Limit of the values inside of an example. Members that share schemas would multiply.
const VALUES: usize = 5_000;

/// The values that an example may still have.
#[derive(Debug, Clone)]
struct Allowance {
    depth: usize,
    left: Rc<Cell<usize>>,
}

impl Default for Allowance {
    fn default() -> Self {
        let left = Rc::new(Cell::new(VALUES));
        Self { depth: 0, left }
    }
}

impl Allowance {
    /// The same, one level deeper.
    fn inside(&self) -> Self {
        Self {
            depth: self.depth + 1,
            left: Rc::clone(&self.left),
        }
    }
}

fn build(contract: &Contract, schema: &Value, allowed: &Allowance) -> Value {
    let left = allowed.left.get();
    if allowed.depth > 12 || left == 0 {
        return Value::Null;
    }
    allowed.left.set(left - 1);
    for word in ["example", "default", "const"] {
        if let Some(found) = contract.word(schema, word) {
            let is_text = contract.type_of(schema) == Some("string");
            // YAML reads an example such as `404` as a number.
            return if found.is_number() && is_text {
                json!(found.to_string())
            } else {
                found.clone()
            };
        }
    }
    let listed = |word: &str| contract.listed(schema, word)?.first();
    if let Some(first) = listed("examples").or_else(|| listed("enum")) {
        return first.clone();
    }
    let resolved = contract.resolve(schema);
    for word in ["oneOf", "anyOf"] {
        if let Some(first) = resolved.get(word).and_then(Value::as_array).and_then(|all| all.first()) {
            let mut value = build(contract, first, &allowed.inside());
            put_own(contract, resolved, allowed, &mut value);
            choose(contract, resolved, first, &mut value);
            return value;
        }
    }
    match contract.type_of(schema) {
        Some("string") => json!(text(contract, schema)),
        Some("integer" | "number") => number(contract, schema),
        Some("boolean") => json!(true),
        Some("array") => contract.word(schema, "items").map_or(json!([]), |items| {
            list(contract, schema, &build(contract, items, &allowed.inside()))
        }),
        Some("null") => Value::Null,
        _ => {
            let required = contract.required(schema);
            let mut members = Map::new();
            for (name, property) in contract.properties(schema) {
                if contract.is_write_only(property) {
                    continue;
                }
                // Optional members end where recursion could begin.
                if required.iter().any(|known| known == name) || allowed.depth < 3 {
                    members.insert(name.to_owned(), build(contract, property, &allowed.inside()));
                }
            }
            Value::Object(members)
        }
    }
}

/// Puts the members that a schema requires beside its alternatives.
fn put_own(contract: &Contract, schema: &Value, allowed: &Allowance, value: &mut Value) {
    let own = schema.get("properties").and_then(Value::as_object);
    let (Value::Object(members), Some(own)) = (value, own) else {
        return;
    };
    let required = contract.required(schema);
    for (name, property) in own.iter().filter(|(name, _)| required.contains(name)) {
        members
            .entry(name.clone())
            .or_insert_with(|| build(contract, property, &allowed.inside()));
    }
}

/// An example of each alternative of a schema.
pub(crate) fn alternatives(contract: &Contract, schema: &Value) -> Vec<Value> {
    let resolved = contract.resolve(schema);
    let mut found = Vec::new();
    for word in ["oneOf", "anyOf"] {
        for alternative in json::items(resolved.get(word)) {
            let mut value = build(contract, alternative, &Allowance::default().inside());
            put_own(contract, resolved, &Allowance::default(), &mut value);
            choose(contract, resolved, alternative, &mut value);
            found.push(value);
        }
    }
    found
}

/// Sets the member that distinguishes alternatives to the value of this one.
fn choose(contract: &Contract, schema: &Value, alternative: &Value, value: &mut Value) {
    let Some(discriminator) = schema.get("discriminator") else {
        return;
    };
    let name = discriminator.get("propertyName").and_then(Value::as_str);
    let reference = alternative.get("$ref").and_then(Value::as_str);
    let (Some(name), Some(reference), Value::Object(members)) = (name, reference, value) else {
        return;
    };
    let component = reference.rsplit('/').next().unwrap_or_default();
    let mut mapping = json::members(discriminator.get("mapping"));
    let mapped = mapping.find(|(_, target)| [Some(reference), Some(component)].contains(&target.as_str()));
    let own = || contract.own_tags(alternative, name).first().copied();
    let tag = mapped.map(|(tag, _)| tag.as_str()).or_else(own).unwrap_or(component);
    members.insert(name.to_owned(), json!(tag));
}

/// As many items as the contract requires; other values where all have to differ.
fn list(contract: &Contract, schema: &Value, item: &Value) -> Value {
    let limit = |word| contract.number(schema, word);
    let least = limit("minItems")
        .unwrap_or(1)
        .clamp(1, 100)
        .min(limit("maxItems").unwrap_or(u64::MAX));
    let differ = contract.is_set(schema, "uniqueItems");
    let item_schema = contract.word(schema, "items").unwrap_or(&Value::Null);
    let choices = contract.listed(item_schema, "enum").unwrap_or_default();
    let has_choices = !choices.is_empty();
    let mut choices = choices.iter().cycle();
    let items = (0..least).map(|number| match item {
        _ if !differ => item.clone(),
        _ if has_choices => choices.next().unwrap_or(item).clone(),
        _ if number == 0 => item.clone(),
        Value::String(text) if crate::encode::is_uuid(text) => json!(format!("{}{:012}", &text[..24], number + 1)),
        Value::String(text) => json!(format!("{text}{number}")),
        Value::Number(first) => first.as_u64().map_or(item.clone(), |first| {
            json!(first + number * contract.number(item_schema, "multipleOf").unwrap_or(1))
        }),
        _ => item.clone(),
    });
    items.collect()
}

/// A number within the limits of a schema: the least one, 1, or another one.
fn number(contract: &Contract, schema: &Value) -> Value {
    let limit = |word: &str| contract.word(schema, word)?.as_number()?.to_string().parse().ok();
    // In 3.0, `exclusiveMinimum` is a boolean beside the limit.
    let bound = |word: &str, exclusive: &str| -> Option<(BigDecimal, bool)> {
        let own = limit(exclusive).map(|bound| (bound, true));
        own.or_else(|| Some((limit(word)?, contract.is_set(schema, exclusive))))
    };
    let low = bound("minimum", "exclusiveMinimum");
    let high = bound("maximum", "exclusiveMaximum");
    let one = BigDecimal::from(1);
    let whole = contract.is_integer(schema).then(|| one.clone());
    let step = limit("multipleOf").filter(|step| !step.is_zero()).or(whole);
    let fits = |value: &BigDecimal| {
        let is_high = |(low, excluded): &(BigDecimal, bool)| value > low || (value == low && !excluded);
        let is_low = |(high, excluded): &(BigDecimal, bool)| value < high || (value == high && !excluded);
        let is_multiple = |step: &BigDecimal| (value % step).is_zero();
        low.as_ref().is_none_or(is_high) && high.as_ref().is_none_or(is_low) && step.as_ref().is_none_or(is_multiple)
    };
    let near = |(bound, _): &(BigDecimal, bool)| {
        let step = step.as_ref().unwrap_or(&one);
        let first = (bound / step).with_scale_round(0, RoundingMode::Ceiling) * step;
        [bound.clone(), &first - step, first.clone(), &first + step]
    };
    let between = low.as_ref().zip(high.as_ref());
    let between = between.map(|((low, _), (high, _))| (low + high) / BigDecimal::from(2));
    let of_low = low.iter().flat_map(near);
    let usual = of_low.chain([one.clone()]).chain(step.clone());
    let mut all = usual
        .chain(high.iter().flat_map(near))
        .chain(between)
        .chain([BigDecimal::zero()]);
    let found = all.find(fits).unwrap_or(one.clone());
    serde_json::from_str(&found.normalized().to_plain_string()).unwrap_or(json!(1))
}

/// Returns `true` for a text that a schema describes, as far as its words for texts tell.
pub(crate) fn fits(contract: &Contract, schema: &Value, text: &str) -> bool {
    let limit = |word: &str| contract.number(schema, word);
    let length = text.chars().count() as u64;
    let pattern = contract.text(schema, "pattern");
    let listed = contract.listed(schema, "enum");
    limit("minLength").is_none_or(|least| length >= least)
        && limit("maxLength").is_none_or(|most| length <= most)
        && pattern.is_none_or(|pattern| matches(pattern, text) != Some(false))
        && listed.is_none_or(|listed| listed.iter().any(|one| one == text))
        && (contract.word(schema, "format") != Some(&json!("uuid")) || crate::encode::is_uuid(text))
}

/// A random text for the first of these patterns, which another round makes longer or shorter; any letters where there is none.
pub(crate) fn id(patterns: &[&str], round: u32, most: usize) -> Option<String> {
    let tail = crate::encode::hex(&crate::encode::random::<12>());
    let Some(pattern) = patterns.first() else {
        return Some(tail.chars().take(most).collect());
    };
    let base = pattern::random(pattern, 21_u32.saturating_sub(round / 3))?;
    let mark = if round.is_multiple_of(3) { "_" } else { "" };
    let room = most.saturating_sub(base.chars().count() + mark.len());
    let is_bare = round % 3 == 2 || room == 0;
    Some(if is_bare {
        base
    } else {
        format!("{base}{mark}{}", &tail[..room.min(tail.len())])
    })
}

fn text(contract: &Contract, schema: &Value) -> String {
    let plain = match contract.text(schema, "format") {
        Some("date-time") => "2026-01-01T00:00:00Z",
        Some("date") => "2026-01-01",
        Some("time") => "00:00:00Z",
        Some("duration") => "P1D",
        Some("hostname" | "idn-hostname") => "example.com",
        Some("ipv4" | "ip") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some("json-pointer") => "/text",
        Some("relative-json-pointer" | "decimal" | "int32" | "int64" | "uint32" | "uint64" | "double" | "float") => "1",
        Some("uuid") => "00000000-0000-4000-8000-000000000001",
        Some("uri" | "url" | "iri") => "https://example.com/",
        Some("email" | "idn-email") => "someone@example.com",
        _ => "text",
    };
    let limit = |word: &str| usize::try_from(contract.number(schema, word)?).ok();
    let (least, most) = (
        limit("minLength").unwrap_or(0),
        limit("maxLength").unwrap_or(usize::MAX),
    );
    let pattern = contract.text(schema, "pattern");
    let pattern = pattern.filter(|pattern| matches(pattern, plain) != Some(true));
    if let Some(text) = pattern.and_then(|pattern| pattern::text(pattern, least, most)) {
        return text;
    }
    let mut text = format!("{plain:x<width$}", width = least.min(4096));
    text.truncate(most.max(least));
    text
}
