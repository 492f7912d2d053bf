//! Values of a contract as JSON text that is equal for equal values.

use sdkwright_contract::source::{Node, Scalar, number};
use sdkwright_contract::text::quote;

/// Returns the JSON text of a value, members by name and numbers in one notation. A scalar is a text if `as_text`.
pub(crate) fn canonical(node: Node<'_>, as_text: bool) -> String {
    if node.is_map() {
        let mut members: Vec<_> = node.members().collect();
        members.sort_by_key(|member| member.key);
        let members = members
            .into_iter()
            .map(|member| format!("{}:{}", quote(member.key), canonical(member.value, false)));
        return format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    }
    match node.scalar() {
        None => {
            let items = node.items().map(|item| canonical(item, false));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Some(Scalar::Null) => "null".to_owned(),
        Some(scalar) if as_text => quote(scalar_text(node, &scalar)),
        Some(Scalar::Number(text)) => number::normalized(&text).unwrap_or(text),
        Some(Scalar::Bool(value)) => value.to_string(),
        Some(Scalar::String(text)) => quote(&text),
    }
}

/// Returns a value as the contract writes it, on one line: a scalar as its text, members and items as JSON.
pub(crate) fn written(node: Node<'_>) -> String {
    match node.text() {
        Some(text) if !node.is_null() => text.to_owned(),
        _ => json(node),
    }
}

fn json(node: Node<'_>) -> String {
    if node.is_map() {
        let members = node.members();
        let members = members.map(|member| format!("{}:{}", quote(member.key), json(member.value)));
        return format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    }
    match node.scalar() {
        None => {
            let items = node.items().map(json);
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Some(Scalar::Null) => "null".to_owned(),
        Some(Scalar::String(text)) => quote(&text),
        Some(scalar @ (Scalar::Number(_) | Scalar::Bool(_))) => scalar_text(node, &scalar).to_owned(),
    }
}

fn scalar_text<'a>(node: Node<'a>, scalar: &'a Scalar) -> &'a str {
    node.text().unwrap_or_else(|| scalar.text())
}
