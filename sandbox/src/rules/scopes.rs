//! In: an operation, or a resource. Out: the variables of expressions about it, with their types. Never: a value.

use crate::contract::Contract;
use crate::formula::{Scope, Type};
use crate::model::Model;
use crate::operation::Operation;
use crate::references;
use serde_json::Value;

/// The variables of what holds for a resource whatever the call: itself, and what it names.
pub(crate) fn of_resource<'a>(contract: &'a Contract, model: &'a Model, name: &str) -> Scope<'a> {
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

/// The variables of an operation's rules: the request, the resources that it names, what is known of their owner, and the
/// time.
pub(super) fn of_operation<'a>(contract: &'a Contract, model: &'a Model, operation: &'a Operation) -> Scope<'a> {
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
    Scope { contract, variables }
}
