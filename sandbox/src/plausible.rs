//! In: a schema and the parameter of a path. Out: the member that is the id which the parameter has, by its name and type. Never: a
//! choice between two members that fit equally.

use crate::contract::Contract;
use crate::json;
use crate::operation::{Identity, Parameter};
use serde_json::Value;

/// Names that ids of every kind have, the most usual first.
const GENERAL: [&str; 11] = [
    "id", "gid", "uid", "uuid", "sid", "guid", "key", "slug", "code", "name", "number",
];

fn plain(name: &str) -> String {
    name.to_ascii_lowercase()
        .replace(|letter: char| !letter.is_ascii_alphanumeric(), "")
}

/// Returns `true` for the name of an id that does not name a kind of resource.
pub(crate) fn is_general(name: &str) -> bool {
    GENERAL.contains(&plain(name).as_str())
}

/// The member of an object that is the id which a path has in a parameter.
pub(crate) fn member(contract: &Contract, schema: &Value, parameter: &Parameter, collection: &str) -> Option<String> {
    find(contract, schema, parameter, Some(collection))
}

/// The same; without a collection, only a member whose name alone makes it an id.
fn find(contract: &Contract, schema: &Value, parameter: &Parameter, collection: Option<&str>) -> Option<String> {
    let is_number = contract.is_integer(&parameter.schema);
    let fits = |property: &Value| match contract.type_of(property) {
        Some("string") => !is_number && contract.word(property, "format").and_then(Value::as_str) != Some("date-time"),
        Some("integer") => contract.word(&parameter.schema, "format").is_none() || is_number,
        _ => false,
    };
    let members: Vec<(&str, String)> = contract
        .properties(schema)
        .into_iter()
        .filter(|(_, property)| fits(property))
        .map(|(name, _)| (name, plain(name)))
        .collect();
    let named = |wanted: &str| members.iter().find(|(_, name)| name == wanted).map(|(name, _)| *name);
    let wanted = plain(&parameter.name);
    let general = || {
        GENERAL
            .into_iter()
            .filter(|general| wanted.ends_with(general))
            .find_map(named)
    };
    let first = || GENERAL.into_iter().take(6).find_map(named);
    let only = |fits: &dyn Fn(&str) -> bool| {
        let mut all = members.iter().filter(|(member, name)| is_id(member) && fits(name));
        all.next().filter(|_| all.next().is_none()).map(|(member, _)| *member)
    };
    let of_kind = |collection: &str| {
        let kind = plain(
            collection
                .rsplit('/')
                .find(|part| !part.contains('{'))
                .unwrap_or_default(),
        );
        let stem = kind.trim_end_matches('s').to_owned();
        let named = |name: &str| name.starts_with(&stem) || wanted.contains(name.trim_end_matches("id"));
        only(&named).or_else(|| only(&|_| true))
    };
    let found = named(&wanted).or_else(general).or_else(first);
    found.or_else(|| of_kind(collection?)).map(str::to_owned)
}

fn is_id(member: &str) -> bool {
    ["Id", "ID", "_id", "-id"].iter().any(|end| member.ends_with(end))
}

/// The object of a response that has an id for a parameter: the response itself, or its one member that has.
pub(crate) fn object<'a>(
    contract: &'a Contract,
    schema: &'a Value,
    parameter: &Parameter,
    collection: &str,
) -> Option<(String, &'a Value)> {
    let is_sure = |schema: &Value| find(contract, schema, parameter, None).is_some();
    let has_id = |schema: &Value| member(contract, schema, parameter, collection).is_some();
    if is_sure(schema) {
        return Some((String::new(), schema));
    }
    let properties = contract.properties(schema).into_iter();
    let objects = properties.filter(|(_, property)| {
        contract.word(property, "items").is_none() && !contract.properties(property).is_empty()
    });
    let objects: Vec<(&str, &Value)> = objects.collect();
    let only = |fits: &dyn Fn(&Value) -> bool| {
        let mut all = objects.iter().filter(|(_, property)| fits(property));
        let (name, property) = all.next().filter(|_| all.next().is_none())?;
        Some((format!("/{}", json::token(name)), *property))
    };
    let own = || has_id(schema).then_some((String::new(), schema));
    only(&is_sure).or_else(own).or_else(|| only(&has_id))
}

/// The objects of one member of a response, each with its pointer, and the response itself.
pub(crate) fn objects<'a>(contract: &'a Contract, schema: &'a Value) -> Vec<(String, &'a Value)> {
    let properties = contract.properties(schema);
    let is_object = |property: &Value| !contract.properties(property).is_empty();
    let scalars = || properties.iter().filter(|(_, property)| !is_object(property));
    let is_envelope = scalars().count() < 4 && !scalars().any(|(name, _)| *name == "id" || is_id(name));
    let within = properties
        .iter()
        .filter(|(_, property)| is_envelope && is_object(property));
    let within = within.map(|(name, property)| (format!("/{}", json::token(name)), *property));
    [(String::new(), schema)].into_iter().chain(within).collect()
}

/// The lists of a response: the pointer to the items of each, and their schema.
pub(crate) fn lists<'a>(contract: &'a Contract, schema: &'a Value) -> Vec<(String, &'a Value)> {
    let items = |list: &'a Value| {
        contract
            .word(list, "items")
            .filter(|_| contract.type_of(list) == Some("array"))
    };
    if let Some(item) = items(schema) {
        return vec![(String::new(), item)];
    }
    let properties = contract.properties(schema).into_iter();
    properties
        .filter_map(|(name, property)| Some((format!("/{}", json::token(name)), items(property)?)))
        .collect()
}

/// The pointer to the only list of objects with an id member; `None` where there is none or more than one.
pub(crate) fn items(contract: &Contract, lists: &[(String, &Value)], identity: &Identity) -> Option<String> {
    let has_id = |item: &Value| contract.property(item, &identity.id_member).is_some();
    let mut found = lists
        .iter()
        .filter(|(_, item)| **item == identity.schema || has_id(item));
    let (pointer, _) = found.next()?;
    found.next().is_none().then(|| pointer.clone())
}
