//! In: `x-rules` and `x-derives` of a contract. Out: the conditions of each operation and the members that it computes,
//! compiled. Never: a rule that names what is not there.

use crate::contract::Contract;
use crate::error::Error;
use crate::formula::{Formula, Scope, Type};
use crate::json;
use crate::lifecycle::{After, Transition};
use crate::model::Model;
use crate::operation::Operation;
use crate::references;
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that the rules of a contract say.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    operations: BTreeMap<String, Ruling>,
    /// By schema.
    bookings: BTreeMap<String, Vec<Booking>>,
    /// By schema, one for each transition of its lifecycle; `None` for one that is about members that the schema does not have.
    steps: BTreeMap<String, Vec<Option<Step>>>,
    /// By the schema of the resource that is recorded.
    records: BTreeMap<String, Vec<Recording>>,
}

/// A row of `x-records`: the resource that tells what another one did.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The schema of the resource that is written.
    pub(crate) schema: String,
    pub(crate) when: Option<Formula>,
    pub(crate) members: Vec<(String, Formula)>,
}

/// The expressions of a transition.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// The instant at which it is due.
    pub(crate) at: Option<Formula>,
    pub(crate) when: Option<Formula>,
    pub(crate) set: Vec<(String, Formula)>,
}

/// The rules of one operation.
#[derive(Debug, Default)]
pub(crate) struct Ruling {
    pub(crate) conditions: Vec<Condition>,
    pub(crate) derived: Vec<Derived>,
}

/// A condition that a request must satisfy.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) formula: Formula,
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) at: Option<String>,
}

/// A member of the answer that follows from request and state.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) member: String,
    pub(crate) formula: Formula,
}

/// A row of `x-ledger`: what a resource posts when it comes into a state.
#[derive(Debug)]
pub(crate) struct Booking {
    from: Option<String>,
    to: String,
    pub(crate) when: Option<Formula>,
    pub(crate) debit: Formula,
    pub(crate) credit: Formula,
    pub(crate) unit: Formula,
    pub(crate) amount: Formula,
}

impl Booking {
    /// Returns `true` for a step that it posts for. A resource that begins in a state comes from none.
    pub(crate) fn is_for(&self, from: Option<&str>, to: &str) -> bool {
        self.to == to && (self.from.is_none() || self.from.as_deref() == from)
    }
}

impl Rules {
    pub(crate) fn read(contract: &Contract, model: &Model) -> Result<Self, Error> {
        let mut rules = Self::default();
        for operation in &contract.operations {
            let ruling = ruling(contract, model, operation)?;
            rules.operations.insert(operation.id.clone(), ruling);
        }
        for (name, resource) in &model.resources {
            let rows = contract.word(&resource.schema, "x-ledger").unwrap_or(&Value::Null);
            let rows = items(rows).map(|(index, row)| booking(contract, model, name, index, row));
            rules.bookings.insert(name.clone(), rows.collect::<Result<_, _>>()?);
        }
        rules.steps = steps(contract, model)?;
        for (name, resource) in &model.resources {
            let rows = contract.word(&resource.schema, "x-records").unwrap_or(&Value::Null);
            for (index, row) in items(rows) {
                let recorded = recording(contract, model, name, row);
                let (of, row) = recorded
                    .map_err(|why| Error::Contract(format!("x-records of {name}, row {}: {why}", index + 1)))?;
                rules.records.entry(of).or_default().push(row);
            }
        }
        Ok(rules)
    }

    pub(crate) fn records(&self, of: &str) -> &[Recording] {
        self.records.get(of).map_or(&[], Vec::as_slice)
    }

    /// Returns `true` if resources of a schema record what others did.
    pub(crate) fn is_record(&self, schema: &str) -> bool {
        self.records.values().flatten().any(|one| one.schema == schema)
    }

    /// Returns `true` if an answer is computed from the ledger.
    pub(crate) fn reads_ledger(&self, operation: &str) -> bool {
        let derived = self.of(operation).map_or(&[][..], |ruling| &ruling.derived);
        derived
            .iter()
            .any(|one| one.formula.uses.iter().any(|name| name == "ledger"))
    }

    /// The formula of the items of a list, where they follow from something else.
    pub(crate) fn derived_list(&self, operation: &Operation) -> Option<&Formula> {
        let items = operation.pagination.as_ref()?.get("items")?.as_str()?;
        let mut derived = self.of(&operation.id)?.derived.iter();
        derived.find(|one| one.member == items).map(|one| &one.formula)
    }

    pub(crate) fn steps(&self, schema: &str) -> &[Option<Step>] {
        self.steps.get(schema).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn bookings(&self, schema: &str) -> &[Booking] {
        self.bookings.get(schema).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn of(&self, operation: &str) -> Option<&Ruling> {
        self.operations.get(operation)
    }
}

/// Compiles the transitions of every lifecycle for every resource that has it. One status can be that of several schemas, so that
/// an expression has to fit one of them.
fn steps(contract: &Contract, model: &Model) -> Result<BTreeMap<String, Vec<Option<Step>>>, Error> {
    let mut found = BTreeMap::new();
    let mut fits: BTreeMap<(String, usize), Result<(), Error>> = BTreeMap::new();
    for (name, resource) in &model.resources {
        let Some(life) = &resource.lifecycle else { continue };
        let status = resource.state_member.as_ref();
        let status = status.and_then(|member| Contract::component(contract.property(&resource.schema, member)?));
        let status = status.unwrap_or_else(|| name.clone());
        let numbered = life.transitions().iter().enumerate();
        let steps = numbered.map(|(number, one)| {
            let compiled = step(contract, model, name, one);
            let compiled = compiled
                .map_err(|why| Error::Contract(format!("x-lifecycle of {status}, transition {}: {why}", number + 1)));
            let place = fits.entry((status.clone(), number));
            match compiled {
                Ok(step) => {
                    place.insert_entry(Ok(()));
                    Some(step)
                }
                Err(error) => {
                    place.or_insert(Err(error));
                    None
                }
            }
        });
        found.insert(name.clone(), steps.collect());
    }
    fits.into_values().collect::<Result<Vec<()>, _>>()?;
    Ok(found)
}

fn step(contract: &Contract, model: &Model, name: &str, one: &Transition) -> Result<Step, String> {
    let formula = |word: &str, text: &str, wanted: &Type<'_>| {
        let formula = Formula::compile(text, &mut scope_of_resource(contract, model, name), wanted);
        formula.map_err(|why| format!("{word}: {why}"))
    };
    let schema = model
        .resources
        .get(name)
        .map_or(&Value::Null, |resource| &resource.schema);
    let set = one.set.iter().map(|(member, value)| {
        let place = contract.schema_at(schema, &json::tokens(member));
        let place = place.ok_or_else(|| format!("set: {name} has no member {member}"))?;
        let value = formula(&format!("set, {member}"), value, &Type::of(contract, place))?;
        Ok((member.clone(), value))
    });
    Ok(Step {
        at: match &one.after {
            Some(After::At(text)) => Some(formula("after", text, &Type::Instant)?),
            Some(After::Unreadable) => {
                return Err("after: it is neither a whole number of seconds nor an expression".to_owned());
            }
            _ => None,
        },
        when: one
            .when
            .as_ref()
            .map(|text| formula("when", text, &Type::Bool))
            .transpose()?,
        set: set.collect::<Result<_, String>>()?,
    })
}

fn recording(contract: &Contract, model: &Model, name: &str, row: &Value) -> Result<(String, Recording), String> {
    let of = row.get("of").and_then(Value::as_str).ok_or("`of` is missing")?;
    if !model.resources.contains_key(of) || of == name {
        let names: Vec<&str> = model.resources.keys().map(String::as_str).collect();
        return Err(format!(
            "of: there is no other resource `{of}`; there are {}",
            names.join(", ")
        ));
    }
    let formula = |word: &str, text: &str, wanted: &Type<'_>| {
        let formula = Formula::compile(text, &mut scope_of_resource(contract, model, of), wanted);
        formula.map_err(|why| format!("{word}: {why}"))
    };
    let schema = model
        .resources
        .get(name)
        .map_or(&Value::Null, |resource| &resource.schema);
    let members = row.get("members").and_then(Value::as_object);
    let members = members.ok_or("`members` is missing")?.iter().map(|(member, value)| {
        let place = contract.schema_at(schema, &json::tokens(member));
        let place = place.ok_or_else(|| format!("members: {name} has no member {member}"))?;
        let value = value.as_str().ok_or_else(|| format!("{member}: it is no expression"))?;
        Ok((member.clone(), formula(member, value, &Type::of(contract, place))?))
    });
    let when = row.get("when").and_then(Value::as_str);
    let recording = Recording {
        schema: name.to_owned(),
        when: when.map(|text| formula("when", text, &Type::Bool)).transpose()?,
        members: members.collect::<Result<_, String>>()?,
    };
    Ok((of.to_owned(), recording))
}

fn items(node: &Value) -> impl Iterator<Item = (usize, &Value)> {
    node.as_array().into_iter().flatten().enumerate()
}

fn booking(contract: &Contract, model: &Model, name: &str, index: usize, row: &Value) -> Result<Booking, Error> {
    let wrong = |why: &str| Error::Contract(format!("x-ledger of {name}, row {}: {why}", index + 1));
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let formula = |member: &str, wanted: &Type<'_>| {
        let text = text(member).ok_or_else(|| wrong(&format!("`{member}` is missing")))?;
        let formula = Formula::compile(text, &mut scope_of_resource(contract, model, name), wanted);
        formula.map_err(|why| wrong(&format!("{member}: {why}")))
    };
    let state = |member: &str| match text(member) {
        Some(state) if !model.states(contract, name).contains(&state) => {
            Err(wrong(&format!("{member}: there is no state `{state}`")))
        }
        state => Ok(state.map(str::to_owned)),
    };
    Ok(Booking {
        from: state("from")?,
        to: state("to")?.ok_or_else(|| wrong("`to` is missing"))?,
        when: text("when")
            .is_some()
            .then(|| formula("when", &Type::Bool))
            .transpose()?,
        debit: formula("debit", &Type::Text(None))?,
        credit: formula("credit", &Type::Text(None))?,
        unit: formula("unit", &Type::Text(None))?,
        amount: formula("amount", &Type::Decimal)?,
    })
}

/// The variables of what holds for a resource whatever the call: itself, and what it names.
pub(crate) fn scope_of_resource<'a>(contract: &'a Contract, model: &'a Model, name: &str) -> Scope<'a> {
    let mut variables = vec![("now".to_owned(), Type::Instant), ("ledger".to_owned(), Type::Ledger)];
    if let Some(resource) = model.resources.get(name) {
        variables.push(("self".to_owned(), Type::of(contract, &resource.schema)));
        for (member, kind) in references::declared(contract, model, &resource.schema) {
            let name = references::name(&member, &kind);
            if let Some((_, named)) = model.by_id(&kind)
                && resource.id_kind.as_ref() != Some(&kind)
            {
                variables.push((name, Type::of(contract, &named.schema)));
            }
        }
    }
    Scope { contract, variables }
}

fn ruling(contract: &Contract, model: &Model, operation: &Operation) -> Result<Ruling, Error> {
    let mut ruling = Ruling::default();
    let answered = Model::answered(operation).map(|(_, schema)| schema);
    let whole = operation.answers.first().map(|answer| &answer.schema);
    for (index, rule) in items(&operation.rules) {
        let wrong = |why: &str| Error::Contract(format!("x-rules of {}, rule {}: {why}", operation.id, index + 1));
        let text = |name: &str| rule.get(name).and_then(Value::as_str).map(str::to_owned);
        let formula = text("rule").ok_or_else(|| wrong("`rule` is missing"))?;
        let formula = Formula::compile(&formula, &mut scope(contract, model, operation, None), &Type::Bool);
        let code = text("code");
        if let Some(code) = code.as_ref().filter(|code| !operation.problems.contains(code)) {
            return Err(wrong(&format!("`{code}` is not in the operation's x-problems")));
        }
        let at = text("at");
        if let Some(at) = &at {
            let mut schemas = operation
                .body
                .iter()
                .flat_map(|body| &body.media)
                .map(|(_, schema)| schema);
            if !schemas.any(|schema| contract.schema_at(schema, &json::tokens(at)).is_some()) {
                return Err(wrong(&format!("the body has no member {at}")));
            }
        }
        ruling.conditions.push(Condition {
            formula: formula.map_err(|why| wrong(&why))?,
            message: text("message").ok_or_else(|| wrong("`message` is missing"))?,
            code,
            at,
        });
    }
    for (index, node) in items(&operation.derives) {
        let wrong = |why: &str| Error::Contract(format!("x-derives of {}, row {}: {why}", operation.id, index + 1));
        let text = |name: &str| node.get(name).and_then(Value::as_str).map(str::to_owned);
        let member = text("member").ok_or_else(|| wrong("`member` is missing"))?;
        let value = text("value").ok_or_else(|| wrong("`value` is missing"))?;
        let place = answered
            .as_ref()
            .or(whole)
            .and_then(|schema| contract.schema_at(schema, &json::tokens(&member)));
        let place = place.ok_or_else(|| wrong(&format!("the answer has no member {member}")))?;
        let mut scope = scope(contract, model, operation, answered.as_ref());
        let formula = Formula::compile(&value, &mut scope, &Type::of(contract, place));
        let formula = formula.map_err(|why| wrong(&why))?;
        ruling.derived.push(Derived { member, formula });
    }
    Ok(ruling)
}

/// The variables of an operation's rules: the request, the resources that it names, what is known of their owner, and the
/// time.
fn scope<'a>(
    contract: &'a Contract,
    model: &'a Model,
    operation: &'a Operation,
    answered: Option<&'a Value>,
) -> Scope<'a> {
    let mut variables = vec![("now".to_owned(), Type::Instant), ("ledger".to_owned(), Type::Ledger)];
    let path = operation
        .path_parameters()
        .map(|parameter| (parameter.name.clone(), Type::Text(None)));
    variables.push(("path".to_owned(), Type::Members(path.collect())));
    let lists = model
        .resources
        .iter()
        .map(|(name, resource)| (name.clone(), Type::List(Box::new(Type::of(contract, &resource.schema)))));
    variables.push(("resources".to_owned(), Type::Members(lists.collect())));
    let bodies: Vec<&Value> = operation
        .body
        .iter()
        .flat_map(|body| &body.media)
        .map(|(_, schema)| schema)
        .collect();
    match bodies.as_slice() {
        [] => {}
        [only] => variables.push(("body".to_owned(), Type::of(contract, only))),
        _ => variables.push(("body".to_owned(), Type::Any)),
    }
    let path = operation
        .path_parameters()
        .map(|parameter| (parameter.name.clone(), parameter.kind.clone()));
    let path: Vec<(String, String)> = path.filter(|(_, kind)| model.is_id(kind)).collect();
    let owners = path.iter().filter_map(|(_, kind)| model.by_id(kind));
    let owners = owners.flat_map(|(_, resource)| references::declared(contract, model, &resource.schema));
    let owners: Vec<(String, String)> = owners.collect();
    let named = bodies
        .iter()
        .flat_map(|schema| references::declared(contract, model, schema));
    for (member, kind) in path.into_iter().chain(named).chain(owners) {
        let name = references::name(&member, &kind);
        if let Some((_, resource)) = model.by_id(&kind)
            && !variables.iter().any(|(known, _)| *known == name)
        {
            variables.push((name, Type::of(contract, &resource.schema)));
        }
    }
    if let Some(schema) = answered {
        variables.push(("self".to_owned(), Type::of(contract, schema)));
    }
    Scope { contract, variables }
}
