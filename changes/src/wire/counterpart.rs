//! The place that a schema of one side has on the other.

use sdkwright_contract::source::Node;

/// Words before a schema.
const BEFORE: [&str; 6] = [
    "schema",
    "itemSchema",
    "items",
    "additionalProperties",
    "propertyNames",
    "not",
];

/// Words before a name or a number of a schema.
const ABOVE: [&str; 8] = [
    "schemas",
    "properties",
    "patternProperties",
    "dependentSchemas",
    "prefixItems",
    "allOf",
    "oneOf",
    "anyOf",
];

/// Returns the schema on the other side, in the file of `other`, that stands where the keyword at a node stands; where an
/// `allOf` is gone, what had it. `None`: nothing stands there.
pub(super) fn of<'t>(node: Option<Node<'_>>, other: Node<'t>) -> Option<Node<'t>> {
    let pointer = node?.pointer();
    let mut root = other;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let mut rest = pointer.as_str();
    while let Some((above, _)) = rest.rsplit_once('/') {
        rest = above;
        if let Some(found) = root.at(rest) {
            let mut tokens = rest.rsplit('/');
            let last = tokens.next().unwrap_or_default();
            let is_schema = tokens.next().is_some_and(|token| ABOVE.contains(&token)) || BEFORE.contains(&last);
            return Some(found).filter(|found| is_schema && found.is_map());
        }
    }
    None
}
