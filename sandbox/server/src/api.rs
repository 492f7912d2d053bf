//! In: a contract. Out: everything that servers of it compute from it before the first call, computed once for all of them, and
//! the events that tell of a change (`x-webhooks.causes`). Never: something that differs from client to client, or an event that
//! is guessed from its name.

use crate::contract::Contract;
use crate::error::{Error, suggestion};
use crate::formula::{self, Formula, Type};
use crate::json;
use crate::model::Model;
use crate::origin::Defect;
use crate::outbox::ResourceChange;
use crate::rules::{ContractRules, RuleRow, rows, scope_of_resource};
use crate::schema::{Direction, Schemas};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A contract with its model and its compiled rules.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) contract: Arc<Contract>,
    pub(crate) model: Model,
    pub(crate) rules: ContractRules,
    pub(crate) event_triggers: EventTriggers,
    pub(crate) schemas: Schemas,
}

impl Api {
    /// Returns `true` if a response can contain a value of a schema.
    pub(crate) fn is_answer(&self, schema: &Value, value: &Value) -> bool {
        self.schemas
            .check(&self.contract, schema, Direction::Answer, value)
            .is_empty()
    }

    /// Compiles the rules of a contract. The error names everything that is wrong with them.
    pub(crate) fn new(contract: Contract) -> Result<Arc<Self>, Error> {
        let model = Model::new(&contract);
        let compile = || {
            Ok((
                ContractRules::compile(&contract, &model)?,
                EventTriggers::compile(&contract, &model)?,
            ))
        };
        let compiled = formula::together(compile).map_err(|flaw| Error::Contract(flaw.why))?;
        let (mut rules, event_triggers) = compiled?;
        Ok(Arc::new(Self {
            schemas: Schemas::with_rules(rules.take_schemas()),
            contract: Arc::new(contract),
            model,
            rules,
            event_triggers,
        }))
    }
}

/// A row of `x-webhooks.causes`.
#[derive(Debug)]
pub(crate) struct EventTrigger {
    pub(crate) event: String,
    /// The type that the event is sent with.
    pub(crate) sent_as: String,
    change: ChangeFilter,
    /// `true` for an event that is sent only on demand.
    pub(crate) off: bool,
    pub(crate) when: Option<Formula>,
}

/// The change that an event tells of.
#[derive(Debug)]
enum ChangeFilter {
    Created,
    /// Every change, the first one included.
    Changed,
    /// A change into a state, from any other or from one.
    Into {
        from: Option<String>,
        to: String,
    },
}

impl EventTrigger {
    /// Returns `true` if the event tells of such a change. Its condition is not looked at.
    pub(crate) fn tells_of(&self, happening: &ResourceChange) -> bool {
        match &self.change {
            ChangeFilter::Created => happening.is_new,
            ChangeFilter::Changed => true,
            ChangeFilter::Into { from, to } => {
                happening.to.as_ref() == Some(to) && (from.is_none() || happening.from == *from)
            }
        }
    }
}

/// All causes by the schema of the resource.
#[derive(Debug, Default)]
pub(crate) struct EventTriggers(BTreeMap<String, Vec<EventTrigger>>);

impl EventTriggers {
    pub(crate) fn compile(contract: &Contract, model: &Model) -> Result<Self, Error> {
        let (mut causes, mut wrong) = (Self::default(), Vec::new());
        let webhooks = contract.root.get("x-webhooks").unwrap_or(&Value::Null);
        for (of, cause) in rows(contract, webhooks.get("causes"), &mut wrong, |row| {
            cause(contract, model, webhooks, row)
        }) {
            causes.0.entry(of).or_default().push(cause);
        }
        if wrong.is_empty() {
            Ok(causes)
        } else {
            Err(contract.wrong(&wrong))
        }
    }

    /// The events that are off by default.
    pub(crate) fn unsent(&self) -> BTreeSet<&str> {
        let all = self.0.values().flatten().filter(|cause| cause.off);
        all.map(|cause| cause.sent_as.as_str()).collect()
    }

    pub(crate) fn causes(&self, schema: &str) -> &[EventTrigger] {
        self.0.get(schema).map_or(&[], Vec::as_slice)
    }
}

fn cause<'a>(
    contract: &'a Contract,
    model: &'a Model,
    webhooks: &'a Value,
    row: &'a Value,
) -> Result<(String, EventTrigger), Defect<'a>> {
    let entry = RuleRow::new(row, &["event", "as", "of", "change", "from", "to", "when", "off"])?;
    let event = entry.needed("event")?;
    let events = || json::members(webhooks.get("events")).map(|(name, _)| name.as_str());
    if !events().any(|name| name == event) {
        let why = format!("there is no event `{event}`{}", suggestion(event, events()));
        return Err(entry.wrong("event", why));
    }
    let of = entry.needed("of")?;
    let states = entry.resource("of", of, model)?.states(contract);
    let (from, to) = (entry.state("from", of, &states)?, entry.state("to", of, &states)?);
    let change = match (entry.text("change")?, to) {
        (None, Some(to)) => ChangeFilter::Into { from, to },
        (Some("created"), None) if from.is_none() => ChangeFilter::Created,
        (Some("any"), None) if from.is_none() => ChangeFilter::Changed,
        (Some(other), None) if !["created", "any"].contains(&other) => {
            return Err(entry.wrong("change", format!("`{other}` is neither `created` nor `any`")));
        }
        _ => {
            let why = "it must have either `change`, or `to` with or without `from`";
            return Err(Defect::new(row, why));
        }
    };
    let when = entry.formula("when", scope_of_resource(contract, model, of), &Type::Bool)?;
    Ok((
        of.to_owned(),
        EventTrigger {
            event: event.to_owned(),
            sent_as: entry.text("as")?.unwrap_or(event).to_owned(),
            change,
            off: entry.flag("off")?,
            when,
        },
    ))
}
