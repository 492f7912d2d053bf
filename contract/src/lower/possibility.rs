//! Words for one of several alternatives: of `oneOf` and `anyOf`.

use crate::{limits, source::Node};

/// Returns the word for one of several alternatives; `None` if it is the only one besides `null`.
pub(super) fn possibility(all: Node<'_>, one: Node<'_>) -> Option<String> {
    let null = |node: Node<'_>| node.get("type").and_then(Node::text) == Some("null");
    if all.items().filter(|node| !null(*node)).count() < 2 {
        return None;
    }
    Some(possibility_word(one))
}

/// Returns the word that an alternative gives itself: its title, its component, its constant, its required members, its
/// kind.
pub(super) fn possibility_word(node: Node<'_>) -> String {
    let short = |text: &str| {
        (text.chars().count() <= limits::WORD_CHARACTERS && text.chars().any(char::is_alphanumeric))
            .then(|| text.to_owned())
    };
    if let Some(title) = node.get("title").and_then(Node::as_str).and_then(short) {
        return title;
    }
    if let Some(reference) = node.get("$ref").and_then(Node::as_str) {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    if let Some(constant) = node.get("const").and_then(Node::text).and_then(short) {
        return constant;
    }
    let properties = node.get("properties");
    let constant = properties.into_iter().flat_map(Node::members).find_map(|member| {
        let only = |values: Node<'_>| {
            (values.len() == 1)
                .then(|| values.items().next()?.text().map(str::to_owned))
                .flatten()
        };
        member
            .value
            .get("const")
            .and_then(Node::text)
            .map(str::to_owned)
            .or_else(|| member.value.get("enum").and_then(only))
    });
    // An address tells variants apart, but names none.
    let constant = constant.filter(|text| !text.contains("://"));
    if let Some(constant) = constant.as_deref().and_then(short) {
        return constant;
    }
    if let Some(first) = node
        .get("required")
        .and_then(|names| names.items().next())
        .and_then(Node::as_str)
    {
        return format!("with {first}");
    }
    if let Some(first) = properties.and_then(|members| members.members().next()) {
        return format!("with {}", first.key);
    }
    if let Some(part) = node.get("allOf").and_then(|parts| parts.items().next()) {
        return possibility_word(part);
    }
    match node.get("type").and_then(Node::text) {
        Some("array") => match node.get("items") {
            Some(items) => format!("{} list", possibility_word(items)),
            None => "list".to_owned(),
        },
        Some("string") if node.get("enum").is_some() => "choice".to_owned(),
        Some("string") => "text".to_owned(),
        Some(kind) => kind.to_owned(),
        None => "value".to_owned(),
    }
}
