//! In: rows of a contract's rules, and the operations and resources that they are about. Out: their members, as texts and as
//! compiled expressions, and the variables of these with their types. Never: a row that was not checked, or a member that nobody
//! asks for.

use crate::contract::Contract;
use crate::error::suggestion;
use crate::formula::{Flaw, Formula, Scope, Type};
use crate::json;
use crate::lifecycle::Course;
use crate::model::{self, Model, ResourceKind};
use crate::operation::Operation;
use crate::origin::Defect;
use serde_json::Value;

/// A row, whose members are all known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleRow<'a> {
    pub(super) node: &'a Value,
}

/// The rows of a word, each as the reader makes it of the row; what is wrong is told.
pub(crate) fn rows<'a, T>(
    contract: &Contract,
    word: Option<&'a Value>,
    wrong: &mut Vec<Defect<'a>>,
    read: impl Fn(&'a Value) -> Result<T, Defect<'a>>,
) -> Vec<T> {
    let Some(node) = word else { return Vec::new() };
    let Some(rows) = node.as_array() else {
        // Another vendor may have a word of this name.
        if contract.is_ours() {
            wrong.push(Defect::new(node, "it is not a list"));
        }
        return Vec::new();
    };
    let read = rows.iter().map(read);
    read.filter_map(|row| row.map_err(|why| wrong.push(why)).ok()).collect()
}

impl<'a> RuleRow<'a> {
    pub(crate) fn new(node: &'a Value, known: &[&str]) -> Result<Self, Defect<'a>> {
        let members = node
            .as_object()
            .ok_or_else(|| Defect::new(node, "it is not an object"))?;
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                let why = format!("there is no such keyword{}", suggestion(name, known.iter().copied()));
                Err(Defect::new(node, why).at(name).name())
            }
            None => Ok(Self { node }),
        }
    }

    pub(crate) fn wrong(self, member: &str, why: impl Into<String>) -> Defect<'a> {
        Defect::new(self.node, why).at(member)
    }

    pub(super) fn missing(self, member: &str) -> Defect<'a> {
        Defect::new(self.node, format!("`{member}` is missing"))
    }

    /// The text of a member, where the row has it.
    pub(crate) fn text(self, member: &str) -> Result<Option<&'a str>, Defect<'a>> {
        let value = self.node.get(member);
        let text = value.map(|value| value.as_str().ok_or_else(|| self.wrong(member, "it is not a string")));
        text.transpose()
    }

    /// A member that is `true` or `false`; `false` where the row does not have it.
    pub(crate) fn flag(self, member: &str) -> Result<bool, Defect<'a>> {
        let value = self.node.get(member);
        let flag = value.map(|value| {
            value
                .as_bool()
                .ok_or_else(|| self.wrong(member, "it is neither true nor false"))
        });
        flag.transpose().map(Option::unwrap_or_default)
    }

    pub(crate) fn needed(self, member: &str) -> Result<&'a str, Defect<'a>> {
        self.text(member)?.ok_or_else(|| self.missing(member))
    }

    /// A member that names a state of a resource, where the row has it.
    pub(crate) fn state(self, member: &str, of: &str, states: &[&str]) -> Result<Option<String>, Defect<'a>> {
        let state = self.text(member)?;
        if let Some(state) = state.filter(|state| !states.contains(state)) {
            let known = suggestion(state, states.iter().copied());
            return Err(self.wrong(member, format!("{of} has no state `{state}`{known}")));
        }
        Ok(state.map(str::to_owned))
    }

    /// A member that names a code of an operation, where the row has it.
    pub(super) fn problem(self, member: &str, operation: &Operation) -> Result<Option<String>, Defect<'a>> {
        let code = self.text(member)?;
        if let Some(code) = code.filter(|code| !operation.problems.iter().any(|known| known == code)) {
            let known = suggestion(code, operation.problems.iter().map(String::as_str));
            let why = format!("`{code}` is not in `x-problems` of the operation{known}");
            return Err(self.wrong(member, why));
        }
        Ok(code.map(str::to_owned))
    }

    /// The resource that a member names.
    pub(crate) fn resource(self, member: &str, name: &str, model: &'a Model) -> Result<&'a ResourceKind, Defect<'a>> {
        model.resources.get(name).ok_or_else(|| {
            let known = suggestion(name, model.resources.keys().map(String::as_str));
            self.wrong(member, format!("there is no resource `{name}`{known}"))
        })
    }

    /// The expression of a member, where the row has it.
    pub(crate) fn formula(
        self,
        member: &str,
        scope: Scope<'_>,
        wanted: &Type<'_>,
    ) -> Result<Option<Formula>, Defect<'a>> {
        let value = self.node.get(member);
        let formula = value.map(|value| compiled(value, scope, wanted).map_err(|flaw| flaw.of(self.node).at(member)));
        formula.transpose()
    }

    pub(super) fn needed_formula(
        self,
        member: &str,
        scope: Scope<'_>,
        wanted: &Type<'_>,
    ) -> Result<Formula, Defect<'a>> {
        let formula = self.formula(member, scope, wanted)?;
        formula.ok_or_else(|| self.missing(member))
    }

    /// The expressions of a member that lists members of a resource, by pointers; `None` where the row does not have it.
    pub(super) fn assignments(
        self,
        member: &str,
        target: TypedValue<'_>,
        scope: impl Fn() -> Scope<'a>,
    ) -> Result<Option<Vec<(String, Formula)>>, Defect<'a>> {
        let Some(node) = self.node.get(member) else {
            return Ok(None);
        };
        let assigned = node
            .as_object()
            .ok_or_else(|| self.wrong(member, "it is not an object of pointers and expressions"))?;
        let compiled = assigned.iter().map(|(pointer, value)| {
            let place = target
                .place(pointer)
                .map_err(|why| Defect::new(node, why).at(pointer).name())?;
            let formula = compiled(value, scope(), &Type::from_schema(target.contract, place));
            Ok((pointer.clone(), formula.map_err(|flaw| flaw.of(node).at(pointer))?))
        });
        compiled.collect::<Result<_, _>>().map(Some)
    }
}

/// A value of a schema, and what messages call it.
#[derive(Clone, Copy)]
pub(super) struct TypedValue<'a> {
    contract: &'a Contract,
    name: &'a str,
    schema: &'a Value,
}

impl<'a> TypedValue<'a> {
    pub(super) fn new(contract: &'a Contract, name: &'a str, schema: &'a Value) -> Self {
        Self { contract, name, schema }
    }

    /// A resource.
    pub(super) fn of_resource(contract: &'a Contract, model: &'a Model, name: &'a str) -> Self {
        let resource = model.resources.get(name);
        Self::new(
            contract,
            name,
            resource.map_or(&Value::Null, |resource| &resource.schema),
        )
    }

    /// The schema at a pointer into the value.
    pub(super) fn place(self, pointer: &str) -> Result<&'a Value, String> {
        let Self { contract, name, schema } = self;
        let mut at = schema;
        let mut name = name.to_owned();
        if !pointer.starts_with('/') {
            return Err(format!("`{pointer}` is not a pointer such as `/amount`"));
        }
        for token in json::tokens(pointer) {
            at = contract.schema_at(at, std::slice::from_ref(&token)).ok_or_else(|| {
                let members = contract.properties(at).into_iter().map(|(member, _)| member);
                let known = suggestion(&token, members);
                format!("{name} has no member `{token}`{known}")
            })?;
            name = Contract::component(at).unwrap_or(token);
        }
        Ok(at)
    }
}

/// Compiles an expression: a text, or a literal such as `true`.
fn compiled(value: &Value, mut scope: Scope<'_>, wanted: &Type<'_>) -> Result<Formula, Flaw> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(_) | Value::Array(_) => return Err(Flaw::new("it is not an expression")),
        literal => literal.to_string(),
    };
    Formula::compile(&text, &mut scope, wanted)
}

impl Flaw {
    fn of(self, node: &Value) -> Defect<'_> {
        Defect::new(node, self.why).behind(self.behind)
    }
}

/// A row of `x-records`: the resource that tells what another one did.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The schema of the resource that is written.
    pub(crate) schema: String,
    /// Number of rows before it that write one of this schema about the same resource.
    pub(crate) part: usize,
    /// `true` for a resource that is written once and lives by its own lifecycle from then on.
    pub(crate) once: bool,
    pub(crate) when: Option<Formula>,
    pub(crate) members: Vec<(String, Formula)>,
}

/// The expressions of a transition.
#[derive(Debug, Default)]
pub(crate) struct CompiledStep {
    /// The instant at which it is due.
    pub(crate) at: Option<Formula>,
    pub(crate) when: Option<Formula>,
    pub(crate) set: Vec<(String, Formula)>,
}

/// The rules of one operation.
#[derive(Debug, Default)]
pub(crate) struct Ruling {
    pub(crate) conditions: Vec<RequestCondition>,
    pub(crate) derived: Vec<Derived>,
    pub(crate) scenarios: Vec<Scenario>,
}

/// A row of `x-scenarios`: what comes of a request with certain values.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) when: Formula,
    pub(crate) message: String,
    /// The code that the request is refused with.
    pub(crate) refuses: Option<String>,
    /// The resource that is led, and its way.
    pub(crate) leads: Option<(LedResource, Course)>,
}

/// The resource that a scenario leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LedResource {
    /// The last one of this schema that the call made, changed or names in its path.
    Own(String),
    /// The one that rules know under this name.
    Named(String),
    /// A new one of this schema, which no call makes.
    New(String),
}

/// A condition that a request must satisfy.
#[derive(Debug)]
pub(crate) struct RequestCondition {
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
    pub(super) from: Option<String>,
    pub(super) to: String,
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

/// The variables of what holds for a resource whatever the call: itself, and what it names.
pub(crate) fn scope_of_resource<'a>(contract: &'a Contract, model: &'a Model, name: &str) -> Scope<'a> {
    let mut scope = with_time_and_ledger(contract);
    if let Some(resource) = model.resources.get(name) {
        scope.add_schema("self", &resource.schema);
        for (member, kind) in model::declared_references(contract, model, &resource.schema) {
            let name = model::reference_name(&member, &kind);
            if let Some((_, named)) = model.by_id(&kind)
                && resource.id_kind.as_ref() != Some(&kind)
            {
                scope.add_schema(name, &named.schema);
            }
        }
    }
    scope
}

/// The variables of an operation's rules: the request, the resources that it names, what is known of their owner, and the
/// time.
pub(super) fn scope_of_operation<'a>(contract: &'a Contract, model: &'a Model, operation: &'a Operation) -> Scope<'a> {
    let mut scope = with_time_and_ledger(contract);
    scope.add("clock", Type::Instant);
    let path = operation
        .path_parameters()
        .map(|parameter| (parameter.name.clone(), Type::Text(None)));
    scope.add("path", Type::Members(path.collect()));
    let lists = model.resources.iter().map(|(name, resource)| {
        (
            name.clone(),
            Type::List(Box::new(Type::from_schema(contract, &resource.schema))),
        )
    });
    scope.add("resources", Type::Members(lists.collect()));
    let bodies: Vec<&Value> = operation.bodies().map(|(_, schema)| schema).collect();
    match bodies.as_slice() {
        [] => {}
        [only] => scope.add_schema("body", only),
        _ => scope.add("body", Type::Any),
    }
    let path = operation
        .path_parameters()
        .map(|parameter| (parameter.name.clone(), parameter.kind.clone()));
    let path: Vec<(String, String)> = path.filter(|(_, kind)| model.is_id(kind)).collect();
    let owners = path.iter().filter_map(|(_, kind)| model.by_id(kind));
    let owners = owners.flat_map(|(_, resource)| model::declared_references(contract, model, &resource.schema));
    let owners: Vec<(String, String)> = owners.collect();
    let named = bodies
        .iter()
        .flat_map(|schema| model::declared_references(contract, model, schema));
    for (member, kind) in path.into_iter().chain(named).chain(owners) {
        let name = model::reference_name(&member, &kind);
        if let Some((_, resource)) = model.by_id(&kind)
            && !scope.variables.iter().any(|(known, _)| *known == name)
        {
            scope.add_schema(name, &resource.schema);
        }
    }
    scope
}

fn with_time_and_ledger(contract: &Contract) -> Scope<'_> {
    let mut scope = Scope::new(contract);
    scope.add("now", Type::Instant);
    scope.add("ledger", Type::Ledger);
    scope
}
