//! In: JSON and its schema. Out: the same as values of the rule language, and back: decimals and instants by the schema's
//! `format`. Never: a float.

use crate::clock::Instant;
use crate::contract::Contract;
use crate::decimal::Decimal;
use cel::common::types::{CelBool, CelDuration, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelTimestamp};
use cel::common::value::Val;
use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// A value that borrows nothing.
pub(crate) type Owned = Box<dyn Val>;

/// The schema of any value.
pub(crate) static ANY: Value = Value::Null;

/// JSON as a value of the rule language.
pub(crate) fn value_of(contract: &Contract, schema: &Value, json: &Value) -> Owned {
    match json {
        Value::Null => Box::new(CelNull),
        Value::Bool(yes) => Box::new(CelBool::from(*yes)),
        // Numbers with a fraction were read as floats; `types` refuses rules that use them.
        Value::Number(number) => match number.as_i64() {
            Some(number) => Box::new(CelInt::from(number)),
            None => Box::new(CelNull),
        },
        Value::String(text) => of_text(contract, schema, text),
        Value::Array(items) => {
            let item = contract.word(schema, "items").unwrap_or(&ANY);
            let items: Vec<Owned> = items.iter().map(|value| value_of(contract, item, value)).collect();
            Box::new(CelList::from(items))
        }
        Value::Object(members) => {
            let more = contract.word(schema, "additionalProperties").unwrap_or(&ANY);
            let schema = contract.resolve(schema);
            let typed = members.iter().map(|(name, value)| {
                let value = value_of(contract, contract.property(schema, name).unwrap_or(more), value);
                (CelMapKey::from(name.clone()), value)
            });
            Box::new(CelMap::from(typed.collect::<HashMap<_, _>>()))
        }
    }
}

fn of_text(contract: &Contract, schema: &Value, text: &str) -> Owned {
    let instant = || Instant::parse(text).and_then(of_moment);
    let typed = match contract.text(schema, "format") {
        Some("decimal") => Decimal::parse(text).map(|number| Box::new(number) as Owned),
        Some("date-time") => instant(),
        _ => None,
    };
    typed.unwrap_or_else(|| Box::new(CelString::from(text.to_owned())))
}

/// A map of the rule language.
pub(crate) fn map_of(members: impl Iterator<Item = (String, Owned)>) -> Owned {
    let members = members.map(|(name, value)| (CelMapKey::from(name), value));
    Box::new(CelMap::from(members.collect::<HashMap<_, _>>()))
}

/// A list of the rule language.
pub(crate) fn list_of(items: impl Iterator<Item = Owned>) -> Owned {
    Box::new(CelList::from(items.collect::<Vec<_>>()))
}

/// An instant of the rule language, in UTC.
pub(crate) fn of_moment(moment: Instant) -> Option<Owned> {
    let instant = DateTime::from_timestamp(moment.seconds, moment.nanos)?;
    let instant: DateTime<FixedOffset> = instant.into();
    Some(Box::new(CelTimestamp::from(instant)))
}

/// A value of the rule language as JSON, without members that are null; `None` for one that JSON has no form for.
pub(crate) fn json_of(value: &dyn Val) -> Option<Value> {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return Some(Value::String(text.inner().to_owned()));
    }
    if let Some(number) = value.downcast_ref::<Decimal>() {
        return Some(Value::String(number.text()));
    }
    if let Some(yes) = value.downcast_ref::<CelBool>() {
        return Some(Value::Bool(*yes.inner()));
    }
    if let Some(number) = value.downcast_ref::<CelInt>() {
        return Some((*number.inner()).into());
    }
    if let Some(instant) = value.downcast_ref::<CelTimestamp>() {
        let (seconds, nanos) = (instant.inner().timestamp(), instant.inner().timestamp_subsec_nanos());
        return Some(Value::String(Instant { seconds, nanos }.rfc3339()));
    }
    if let Some(span) = value.downcast_ref::<CelDuration>() {
        return Some(span.inner().num_seconds().into());
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        let items = list.inner().iter().map(|item| json_of(item.as_ref()));
        return items.collect::<Option<Vec<_>>>().map(Value::Array);
    }
    if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        let mut members = Map::new();
        for (key, member) in map.inner() {
            let CelMapKey::String(name) = key else { return None };
            let member = json_of(member.as_ref())?;
            if !member.is_null() {
                members.insert(name.inner().to_owned(), member);
            }
        }
        return Some(Value::Object(members));
    }
    value.downcast_ref::<CelNull>().map(|_| Value::Null)
}
