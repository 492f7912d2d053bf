//! Conditions of an object: members that must be present, always or if other members have given values.
//!
//! In: a schema. Out: its conditions in the three supported forms: `anyOf` (or `oneOf`) of nothing but `required`; a `not`
//! around a condition and a `not` around the members that the condition then requires; and `dependentRequired` (3.1).
//! Never returns a part of a condition.

use super::model::Dialect;
use crate::{
    ir::Condition,
    source::{Member, Node, Scalar},
};

/// Returns all conditions that a schema states itself.
pub fn conditions(schema: Node<'_>, dialect: Dialect) -> Vec<Condition> {
    let sets = ["anyOf", "oneOf"]
        .into_iter()
        .filter_map(|word| sets(schema.get(word)?));
    let always = sets.map(|one_of| Condition {
        when: Vec::new(),
        one_of,
    });
    let dependent = schema.get("dependentRequired").filter(|_| dialect == Dialect::V31);
    always
        .chain(schema.get("not").and_then(condition))
        .chain(dependent.into_iter().flat_map(Node::members).filter_map(depends))
        .collect()
}

/// Reads a member of `dependentRequired`: a name, and the members that it requires.
fn depends(member: Member<'_>) -> Option<Condition> {
    Some(Condition {
        when: vec![(member.key.to_owned(), Vec::new())],
        one_of: vec![names(member.value)?],
    })
}

/// Reads the condition of a `not`: it excludes that the members have these values while the required members are
/// missing.
pub(super) fn condition(not: Node<'_>) -> Option<Condition> {
    only(not, &["type", "required", "properties", "not"])?;
    let values = not.get("properties");
    let texts = |name: &str| match values.and_then(|values| values.get(name)) {
        None => Some(Vec::new()),
        Some(value) => {
            only(value, &["type", "enum", "const"])?;
            let listed = value.get("enum").into_iter().flat_map(Node::items);
            let texts: Option<Vec<String>> = listed.chain(value.get("const")).map(string).collect();
            texts.filter(|texts| !texts.is_empty())
        }
    };
    let names = names(not.get("required")?)?;
    let is_stated = |value: &str| names.iter().any(|name| name == value);
    if values.is_some_and(|values| values.members().any(|member| !is_stated(member.key))) {
        return None;
    }
    let when: Option<Vec<_>> = names.iter().map(|name| Some((name.clone(), texts(name)?))).collect();
    Some(Condition {
        when: when?,
        one_of: needed(not.get("not")?)?,
    })
}

/// Returns the required members: those of `required`, or one set per alternative.
fn needed(schema: Node<'_>) -> Option<Vec<Vec<String>>> {
    match schema.get("anyOf") {
        Some(alternatives) => {
            only(schema, &["anyOf"])?;
            sets(alternatives)
        }
        None => Some(vec![required(schema)?]),
    }
}

/// Returns the member sets of alternatives that state nothing but `required`.
fn sets(alternatives: Node<'_>) -> Option<Vec<Vec<String>>> {
    let sets: Option<Vec<_>> = alternatives.items().map(required).collect();
    sets.filter(|sets| !sets.is_empty())
}

/// Returns the members of a schema that states nothing but `required`; a property without constraints counts as
/// nothing.
fn required(schema: Node<'_>) -> Option<Vec<String>> {
    only(schema, &["type", "required", "properties"])?;
    let mut properties = schema.get("properties").into_iter().flat_map(Node::members);
    if properties.any(|property| property.value.members().len() > 0) {
        return None;
    }
    names(schema.get("required")?)
}

/// Returns a string scalar; `None` for numbers and booleans.
fn string(node: Node<'_>) -> Option<String> {
    match node.scalar()? {
        Scalar::String(text) => Some(text),
        _ => None,
    }
}

fn names(list: Node<'_>) -> Option<Vec<String>> {
    let names: Option<Vec<String>> = list.items().map(|name| name.as_str().map(str::to_owned)).collect();
    names.filter(|names| !names.is_empty())
}

/// Returns `None` if a schema has keywords other than these.
fn only(schema: Node<'_>, words: &[&str]) -> Option<()> {
    let is_known = schema.is_map() && schema.members().all(|member| words.contains(&member.key));
    is_known.then_some(())
}
