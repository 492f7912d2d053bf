//! Links to operations in the contract's text: to the method in rustdoc, and to its section on a page.
//!
//! In: the target of a link, or a line of documentation. Out: the path of the method, or the line with links to pages. What
//! is neither an operation's id nor its fragment does not lead to an operation.

use crate::naming::{GroupName, Names};
use sdkwright_contract::ir;

/// Path of every method.
const METHODS: &str = "](crate::operations::";

/// Fragments by which viewers of contracts lead to an operation.
const FRAGMENTS: [&str; 4] = ["#operation/", "#operations/", "#/operations/", "#"];

/// Returns the path of the method to which a link leads.
pub(super) fn item(api: &ir::Api, names: &Names, target: &str) -> Option<String> {
    let id = FRAGMENTS
        .iter()
        .find_map(|start| target.strip_prefix(start))
        .unwrap_or(target);
    let mut operations = api.operations();
    let (id, _) = operations.find(|(_, operation)| operation.id_given && operation.id == id)?;
    first_method(names, id)
}

/// Returns the path of the first method of an operation.
pub(super) fn first_method(names: &Names, id: ir::OperationId) -> Option<String> {
    let GroupName { module, pascal, .. } = names.group_of(id)?;
    Some(format!(
        "crate::operations::{module}::{pascal}::{}",
        names.operation(id).method(0)
    ))
}

/// Returns documentation for a page: each link to a method leads to its section. `file`: the page of a group by its index.
pub(super) fn on_page(names: &Names, file: &dyn Fn(usize) -> String, lines: &[String]) -> String {
    let text = lines.join("\n");
    let (mut out, mut rest) = (String::with_capacity(text.len()), text.as_str());
    while let Some((before, (item, after))) = rest
        .split_once(METHODS)
        .and_then(|(before, after)| Some((before, after.split_once(')')?)))
    {
        let section = names.groups().iter().enumerate().find_map(|(index, group)| {
            let method = item.strip_prefix(&format!("{}::{}::", group.module, group.pascal))?;
            Some(format!(
                "{}#{}{}",
                file(index),
                group.snake,
                method.trim_start_matches("r#")
            ))
        });
        out.extend([before, "](", &section.unwrap_or_default(), ")"]);
        rest = after;
    }
    out.push_str(rest);
    out.replace("](crate::assumptions", "](../ASSUMPTIONS.md")
}
