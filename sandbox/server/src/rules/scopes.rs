//! In: an operation, or a resource. Out: the variables of expressions about it, with their types. Never: a value.

use crate::contract::Contract;
use crate::formula::{Scope, Type};
use crate::model::{self, Model};
use crate::operation::Operation;
use serde_json::Value;

/// The variables of what holds for a resource whatever the call: itself, and what it names.
pub(crate) fn of_resource<'a>(contract: &'a Contract, model: &'a Model, name: &str) -> Scope<'a> {
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
pub(super) fn of_operation<'a>(contract: &'a Contract, model: &'a Model, operation: &'a Operation) -> Scope<'a> {
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
