//! In: the operations of a contract that does not name the types of its ids. Out: the kind of resource that each operation is about, by
//! its path. Never: a parameter whose type the contract names (`x-newtype`), or a list that it describes (`x-pagination`).

use crate::contract::Contract;
use crate::operation::{Identity, Operation, Parameter};
use crate::plausible;
use serde_json::{Value, json};
use std::sync::Arc;

/// A kind of resource under the path that ends in its id.
struct Found {
    /// The path, with `{}` for each parameter.
    position: String,
    /// The path of its list.
    collection: String,
    parameter: String,
    /// The schema of the response in which it was found.
    response: Value,
    identity: Arc<Identity>,
}

/// Sets the kind of resource of each operation, the kinds of the ids in its path, and the place of the items of a list.
pub(crate) fn assign(contract: &Contract, operations: &mut [Operation]) {
    let mut found = Vec::new();
    for source in ["GET", "PUT", "PATCH", "POST"] {
        let sources = operations.iter().filter(|operation| operation.method == source);
        for operation in sources {
            let next = if source == "POST" {
                of_creation(contract, operations, operation, &found)
            } else {
                of_item(contract, operation, &found)
            };
            found.extend(next);
        }
    }
    for operation in operations {
        place(contract, operation, &found);
        name_kinds(operation, &found);
    }
}

/// The last segment of a path, if it is one parameter, with what is before it and after it.
struct Ending<'a> {
    before: &'a str,
    name: &'a str,
    after: &'a str,
}

fn ending(template: &str) -> Option<Ending<'_>> {
    let (before, last) = template.trim_end_matches('/').rsplit_once('/')?;
    let (name, after) = last.strip_prefix('{')?.split_once('}')?;
    (!after.contains('{')).then_some(Ending { before, name, after })
}

/// A path with `{}` for each parameter.
fn erased(template: &str) -> String {
    let mut parts = template.trim_end_matches('/').split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

fn position(template: &str, name: &str) -> Option<String> {
    let end = template.find(&format!("{{{name}}}"))?;
    Some(format!("{}{{}}", erased_part(&template[..end])))
}

/// The same as `erased`, with the slash at the end.
fn erased_part(template: &str) -> String {
    let slash = if template.ends_with('/') { "/" } else { "" };
    format!("{}{slash}", erased(template))
}

fn of_item(contract: &Contract, operation: &Operation, found: &[Found]) -> Option<Found> {
    let ending = ending(&operation.template)?;
    let position = format!("{}/{{}}", erased(ending.before));
    let parameter = untyped(operation, ending.name)?;
    let is_known = found.iter().any(|known| known.position == position);
    (!is_known).then_some(())?;
    new(
        contract,
        operation,
        parameter,
        position,
        format!("{}{}", erased(ending.before), ending.after),
        found,
    )
}

/// The kind of what a creation makes, if other operations name one of them by a path below it.
fn of_creation(contract: &Contract, operations: &[Operation], operation: &Operation, found: &[Found]) -> Option<Found> {
    let collection = erased(&operation.template);
    let position = format!("{collection}/{{}}");
    if found
        .iter()
        .any(|known| known.position == position || known.collection == collection)
    {
        return None;
    }
    let parameter = operations.iter().find_map(|other| {
        let mut own = other.path_parameters();
        let parameter = own.find(|one| self::position(&other.template, &one.name).as_ref() == Some(&position))?;
        untyped(other, &parameter.name)
    })?;
    new(contract, operation, parameter, position, collection, found)
}

fn untyped<'a>(operation: &'a Operation, name: &str) -> Option<&'a Parameter> {
    let mut parameters = operation.path_parameters();
    parameters.find(|parameter| parameter.name == name && parameter.kind == parameter.name)
}

fn new(
    contract: &Contract,
    operation: &Operation,
    parameter: &Parameter,
    position: String,
    collection: String,
    found: &[Found],
) -> Option<Found> {
    let answer = operation.answers.first()?;
    let (pointer, schema) = plausible::object(contract, &answer.schema, parameter, &collection)?;
    let id_member = plausible::member(contract, schema, parameter, &collection)?;
    let component = Contract::component(schema);
    // A component within a response, such as metadata, can be in those of several kinds.
    let same = found.iter().find(|known| {
        component.as_ref() == Some(&known.identity.name)
            && known.identity.id_member == id_member
            && (pointer.is_empty() || known.response == answer.schema)
    });
    let identity = if let Some(known) = same {
        Arc::clone(&known.identity)
    } else {
        let is_kind_free = |kind: &String| !found.iter().any(|known| known.identity.id_kind == *kind);
        let is_free = |name: &String| !found.iter().any(|known| known.identity.name == *name);
        let mut kinds = kinds(component.as_deref(), parameter, &collection).into_iter();
        let example = answer.example.as_ref().and_then(|example| example.pointer(&pointer));
        Arc::new(Identity {
            name: component.filter(is_free).unwrap_or_else(|| position.clone()),
            schema: schema.clone(),
            example: example.filter(|example| example.is_object()).cloned(),
            id_kind: kinds.find(is_kind_free).unwrap_or_else(|| position.clone()),
            parameter: parameter.schema.clone(),
            id_member,
        })
    };
    Some(Found {
        position,
        collection,
        parameter: parameter.name.clone(),
        response: answer.schema.clone(),
        identity,
    })
}

/// Names for the type of an id, the best first.
fn kinds(component: Option<&str>, parameter: &Parameter, collection: &str) -> Vec<String> {
    let own = Some(parameter.name.clone()).filter(|name| !plausible::is_general(name));
    let mut literals = collection
        .rsplit('/')
        .filter(|part| !part.is_empty() && !part.contains('{'));
    let stem = component.or_else(|| literals.next()).unwrap_or_default();
    own.into_iter().chain([format!("{stem}Id")]).collect()
}

/// Sets the kind of resource that an operation reads, lists, makes or changes, and where its response has it.
fn place(contract: &Contract, operation: &mut Operation, found: &[Found]) {
    let path = erased(&operation.template);
    let item = ending(&operation.template).and_then(|ending| {
        let position = format!("{}/{{}}", erased(ending.before));
        let is_own = |known: &&Found| known.position == position && untyped(operation, ending.name).is_some();
        found.iter().find(is_own)
    });
    if item.is_none() && operation.method == "GET" {
        if operation.pagination.is_none() && contract.root.get("x-pagination").is_none() {
            let listed = listed(contract, operation, &path, found);
            operation.identity = listed.as_ref().map(|(known, _)| Arc::clone(&known.identity));
            operation.pagination = listed.map(|(_, items)| json!({ "items": items }));
        }
        return;
    }
    let Some(answer) = operation.answer(201).filter(|_| operation.pagination.is_none()) else {
        return;
    };
    let maker = || {
        found
            .iter()
            .find(|known| operation.method == "POST" && known.collection == path)
    };
    let own = item.or_else(maker);
    let inside = own.and_then(|known| {
        let parameter = Parameter::with_schema(&known.parameter, &known.identity.parameter);
        let object = plausible::object(contract, &answer.schema, &parameter, &known.collection)?;
        Some(object.0)
    });
    // A call that makes something else under the path of the list is not about this kind.
    let about = own
        .filter(|_| item.is_some() || inside.is_some())
        .map(|known| (known, inside));
    let about = about.or_else(|| {
        let objects = plausible::objects(contract, &answer.schema);
        let mut named = objects.into_iter().filter(|(_, schema)| schema.get("$ref").is_some());
        named.find_map(|(pointer, schema)| {
            let known = found.iter().find(|known| known.identity.schema == *schema)?;
            Some((known, Some(pointer)))
        })
    });
    if let Some((known, inside)) = about {
        operation.identity = Some(Arc::clone(&known.identity));
        operation.inside = inside;
    }
}

/// The kind of resource that an operation lists, and the pointer to the items.
fn listed<'a>(
    contract: &Contract,
    operation: &Operation,
    path: &str,
    found: &'a [Found],
) -> Option<(&'a Found, String)> {
    let answer = operation.answers.first()?;
    let lists = plausible::lists(contract, &answer.schema);
    let mut own = found.iter().filter(|known| known.collection == path);
    let own = own.find_map(|known| Some((known, plausible::items(contract, &lists, &known.identity)?)));
    own.or_else(|| {
        let mut named = lists.iter().filter(|(_, item)| item.get("$ref").is_some());
        let (pointer, item) = named.next().filter(|_| named.next().is_none())?;
        let known = found.iter().find(|known| known.identity.schema == **item)?;
        Some((known, pointer.clone()))
    })
}

/// Names the ids in the path by the kinds of the resources that they are of.
fn name_kinds(operation: &mut Operation, found: &[Found]) {
    let template = operation.template.clone();
    let path = operation.parameters.iter_mut().filter(|one| one.place == "path");
    for parameter in path.filter(|one| one.kind == one.name) {
        let position = position(&template, &parameter.name);
        let own = found.iter().find(|known| Some(&known.position) == position.as_ref());
        let mut called = found.iter().filter(|known| known.identity.id_kind == parameter.name);
        let known = own.or_else(|| called.next());
        if let Some(known) = known {
            parameter.kind.clone_from(&known.identity.id_kind);
        } else if plausible::is_general(&parameter.name) && !found.is_empty() {
            // A name such as `id` is of any kind.
            parameter.kind = position.unwrap_or_default();
        }
    }
}
