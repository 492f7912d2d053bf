//! The rule language: CEL, with exact decimals. In: the text of an expression, the types of its variables, and their values as
//! JSON. Out: a formula, and its value as JSON; decimals and instants by the schema's `format`. Never: a float, or a formula
//! with a member, a type or a function that does not exist.

mod check;
mod functions;
mod parse;
#[cfg(test)]
mod tests;
mod types;

use crate::budget::StepBudget;
use crate::clock::Instant;
use crate::contract::Contract;
use crate::decimal::Decimal;
use cel::common::types::{CelBool, CelDuration, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelTimestamp};
use cel::common::value::Val;
use cel::{Context, IdedExpr};
pub(crate) use check::Scope;
use chrono::{DateTime, FixedOffset};
use parse::LANGUAGE;
pub(crate) use parse::{Flaw, together};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
pub(crate) use types::Type;

/// The longest text of an expression.
const LONGEST_EXPRESSION: usize = 4000;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Formula {
    expression: IdedExpr,
    /// The variables that it names.
    pub(crate) uses: Vec<String>,
    /// The schemas of which it takes resources from `resources`; `None`: of all.
    of_schemas: Option<BTreeSet<String>>,
}

impl Formula {
    /// Compiles an expression whose value is of a type; `Any` allows all.
    pub(crate) fn compile(text: &str, scope: &mut Scope<'_>, wanted: &Type<'_>) -> Result<Self, Flaw> {
        if text.len() > LONGEST_EXPRESSION {
            return Err(Flaw::new(format!("it is longer than {LONGEST_EXPRESSION} bytes")));
        }
        let tree = parse::parsed(text)?;
        let (expression, places) = &*tree;
        let found = scope.check(expression).map_err(|wrong| {
            let start = places.offset_for(wrong.at).map_or(0, |(start, _)| start);
            Flaw::at(text, start, wrong.why)
        })?;
        if !found.alike(wanted) {
            return Err(Flaw::new(format!("its value is {found}, and {wanted} is needed")));
        }
        if let Some(other) = found.beyond(wanted) {
            return Err(Flaw::new(other));
        }
        let references = expression.references();
        let names = scope.variables.iter().map(|(name, _)| name);
        let uses = names.filter(|name| references.has_variable(name)).cloned().collect();
        let mut expression = expression.clone();
        functions::counted(&mut expression);
        Ok(Self {
            expression,
            uses,
            of_schemas: of_schemas(text),
        })
    }

    /// Returns `true` if it may take resources of a schema from `resources`.
    pub(crate) fn takes(&self, schema: &str) -> bool {
        self.of_schemas.as_ref().is_none_or(|names| names.contains(schema))
    }

    /// The value, as JSON.
    pub(crate) fn value(&self, variables: Vec<(String, Owned)>) -> Result<serde_json::Value, String> {
        self.value_within(variables, &mut StepBudget::default())
    }

    /// The value, if its steps and its time are within a budget, from which they are taken.
    pub(crate) fn value_within(
        &self,
        variables: Vec<(String, Owned)>,
        budget: &mut StepBudget,
    ) -> Result<serde_json::Value, String> {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        for (name, value) in variables {
            context.add_variable_as_val(name, value);
        }
        budget.run(|| {
            let found = cel::Value::resolve_val(&self.expression, &context).map_err(|error| error.to_string())?;
            json_of(found.as_ref()).ok_or_else(|| "its value has no form in JSON".to_owned())
        })
    }
}

/// Returns the names behind each `resources.`; `None` if `resources` is used in another way. A name within a text is one
/// too many at most.
fn of_schemas(text: &str) -> Option<BTreeSet<String>> {
    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
    let uses = text.split("resources").skip(1).map(|rest| {
        let name = rest.trim_start().strip_prefix('.')?.trim_start();
        name.split(is_end).next().map(str::to_owned)
    });
    uses.collect()
}

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
fn json_of(value: &dyn Val) -> Option<Value> {
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
