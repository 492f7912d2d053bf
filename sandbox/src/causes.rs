//! In: `x-webhooks.causes` of a contract. Out: the event types that tell of a change of a resource. Never: an event that is guessed from its name.

use crate::contract::Contract;
use crate::error::Error;
use crate::formula::{Formula, Type};
use crate::mail::Happening;
use crate::model::Model;
use crate::rules::scope_of_resource;
use serde_json::Value;
use std::collections::BTreeMap;

/// A row of `x-webhooks.causes`.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) event: String,
    change: Wanted,
    pub(crate) when: Option<Formula>,
}

/// The change that an event tells of.
#[derive(Debug)]
enum Wanted {
    Created,
    /// Every change, the first one included.
    Changed,
    /// A change into a state, from any other or from one.
    Into {
        from: Option<String>,
        to: String,
    },
}

impl Cause {
    /// Returns `true` if the event tells of such a change. Its condition is not looked at.
    pub(crate) fn tells_of(&self, happening: &Happening) -> bool {
        match &self.change {
            Wanted::Created => happening.is_new,
            Wanted::Changed => true,
            Wanted::Into { from, to } => {
                happening.to.as_ref() == Some(to) && (from.is_none() || happening.from == *from)
            }
        }
    }
}

/// All causes by the schema of the resource.
#[derive(Debug, Default)]
pub(crate) struct Causes(BTreeMap<String, Vec<Cause>>);

impl Causes {
    pub(crate) fn read(contract: &Contract, model: &Model) -> Result<Self, Error> {
        let mut causes = Self::default();
        let Some(webhooks) = &contract.extensions.webhooks else {
            return Ok(causes);
        };
        let rows = webhooks.get("causes").and_then(Value::as_array);
        for (index, row) in rows.into_iter().flatten().enumerate() {
            let (of, cause) = cause(contract, model, webhooks, row)
                .map_err(|why| Error::Contract(format!("x-webhooks.causes, row {}: {why}", index + 1)))?;
            causes.0.entry(of).or_default().push(cause);
        }
        Ok(causes)
    }

    pub(crate) fn of(&self, schema: &str) -> &[Cause] {
        self.0.get(schema).map_or(&[], Vec::as_slice)
    }
}

fn cause(contract: &Contract, model: &Model, webhooks: &Value, row: &Value) -> Result<(String, Cause), String> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let event = text("event").ok_or("`event` is missing")?;
    let events = webhooks.get("events").and_then(Value::as_object);
    let names = || events.into_iter().flatten().map(|(name, _)| name.as_str());
    if !names().any(|name| name == event) {
        let known: Vec<&str> = names().collect();
        return Err(format!(
            "event: there is no event `{event}`; there are {}",
            known.join(", ")
        ));
    }
    let of = text("of").ok_or("`of` is missing")?;
    if !model.resources.contains_key(&of) {
        let known: Vec<&str> = model.resources.keys().map(String::as_str).collect();
        return Err(format!(
            "of: there is no resource `{of}`; there are {}",
            known.join(", ")
        ));
    }
    let state = |word: &str| match text(word) {
        Some(state) if !model.states(contract, &of).contains(&state.as_str()) => {
            Err(format!("{word}: {of} has no state `{state}`"))
        }
        state => Ok(state),
    };
    let (from, to) = (state("from")?, state("to")?);
    let change = match (text("on").as_deref(), to) {
        (None, Some(to)) => Wanted::Into { from, to },
        (Some("created"), None) if from.is_none() => Wanted::Created,
        (Some("changed"), None) if from.is_none() => Wanted::Changed,
        (Some(on), None) if !["created", "changed"].contains(&on) => {
            return Err(format!("on: `{on}` is neither `created` nor `changed`"));
        }
        _ => return Err("it needs either `on`, or `to` with or without `from`".to_owned()),
    };
    let compile = |text: String| {
        let formula = Formula::compile(&text, &mut scope_of_resource(contract, model, &of), &Type::Bool);
        formula.map_err(|why| format!("when: {why}"))
    };
    let when = row.get("when").map(|node| match node {
        Value::String(text) => compile(text.clone()),
        node => compile(node.to_string()),
    });
    let when = when.transpose()?;
    Ok((of, Cause { event, change, when }))
}
