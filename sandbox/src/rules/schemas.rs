//! In: `x-rules` of schemas. Out: their expressions, compiled, by their texts. Never: a rule about a member that the schema does not have.

use super::entry::{self, Entry, rows};
use crate::contract::Contract;
use crate::formula::{Formula, Scope, Type};
use crate::near;
use crate::origin::Wrong;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn read<'a>(contract: &'a Contract, wrong: &mut Vec<Wrong<'a>>) -> BTreeMap<String, Formula> {
    let operations = contract.operations.iter().filter_map(|one| contract.node_of(one));
    let operations: Vec<&Value> = operations.collect();
    let mut found = BTreeMap::new();
    walk(contract, &contract.root, &operations, wrong, &mut found);
    found
}

/// Goes through everything but operations, whose rules are those of calls.
fn walk<'a>(
    contract: &'a Contract,
    node: &'a Value,
    operations: &[&Value],
    wrong: &mut Vec<Wrong<'a>>,
    found: &mut BTreeMap<String, Formula>,
) {
    if let Some(word) = node.get("x-rules").filter(|word| word.is_array())
        && !operations.iter().any(|one| std::ptr::eq(*one, node))
    {
        found.extend(rows(contract, Some(word), wrong, |row| rule(contract, node, row)));
    }
    match node {
        Value::Object(members) => {
            for member in members.values() {
                walk(contract, member, operations, wrong, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                walk(contract, item, operations, wrong, found);
            }
        }
        _ => {}
    }
}

fn rule<'a>(contract: &'a Contract, schema: &'a Value, row: &'a Value) -> Result<(String, Formula), Wrong<'a>> {
    let entry = Entry::of(row, &["rule", "message", "code", "at"])?;
    let registry = &contract.extensions.registry;
    if let Some(code) = entry.text("code")?.filter(|code| !registry.contains_key(*code)) {
        let known = near::suggestion(code, registry.keys().map(String::as_str));
        return Err(entry.wrong("code", format!("`{code}` is not in `x-problem-registry`{known}")));
    }
    if let Some(at) = entry.text("at")? {
        entry::place(contract, "`self`", schema, at).map_err(|why| entry.wrong("at", why))?;
    }
    entry.needed("message")?;
    let mut scope = Scope::new(contract);
    scope.add_schema("self", schema);
    scope.add("clock", Type::Instant);
    let formula = entry.needed_formula("rule", scope, &Type::Bool)?;
    Ok((entry.needed("rule")?.to_owned(), formula))
}
