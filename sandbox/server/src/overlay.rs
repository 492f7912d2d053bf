//! In: files of a contract: itself, its overlays (OpenAPI Overlay 1.0 and 1.1), and the list `contracts.yaml` that names them. Out: one tree.
//! Never: an
//! action without an effect.

use crate::error::Error;
use crate::json;
use crate::origin::{Defect, Source};
use crate::source::{read_text, tree};
use serde_json::Value;
use serde_json_path::{JsonPath, NormalizedPath};
use std::path::{Path, PathBuf};

/// The list of contracts.
const LIST: &str = "contracts.yaml";

/// Returns what the nearest list says of a contract: one in its folder or above, or in a folder `openapi` there.
pub(crate) fn listed(contract: &Path) -> Result<ListedContract, Error> {
    let Ok(contract) = contract.canonicalize() else {
        return Ok(ListedContract::default());
    };
    for folder in contract.ancestors().skip(1) {
        for folder in [folder.to_owned(), folder.join("openapi")] {
            let list = folder.join(LIST);
            if list.is_file() {
                let named = named(&list)?;
                let found = named
                    .into_iter()
                    .find(|one| one.file.canonicalize().is_ok_and(|file| file == contract));
                if let Some(found) = found {
                    return Ok(found);
                }
            }
        }
    }
    Ok(ListedContract::default())
}

/// A contract of a list, with its overlays, and the folder with the files that its references may lead to.
#[derive(Debug, Default)]
pub(crate) struct ListedContract {
    pub(crate) file: PathBuf,
    pub(crate) overlays: Vec<PathBuf>,
    pub(crate) root: Option<PathBuf>,
}

/// Reads a list of contracts. Paths are relative to its folder.
pub(crate) fn named(list: &Path) -> Result<Vec<ListedContract>, Error> {
    let text = read_text(list)?;
    let root = tree(&text, &Source::new(&text, Some(list)))?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let entries = json::items(root.get("contracts")).filter_map(|entry| {
        let overlays = json::items(entry.get("overlays")).filter_map(Value::as_str);
        let file = folder.join(entry.get("file")?.as_str()?);
        let root = entry.get("root").and_then(Value::as_str);
        Some(ListedContract {
            root: root.map(|root| file.with_file_name("").join(root)),
            file,
            overlays: overlays.map(|file| folder.join(file)).collect(),
        })
    });
    Ok(entries.collect())
}

/// Applies an overlay to a contract.
pub(crate) fn apply(root: &mut Value, path: &Path) -> Result<(), Error> {
    let text = read_text(path)?;
    let origin = Source::new(&text, Some(path));
    let overlay = tree(&text, &origin)?;
    let wrong = |node, why: &str| origin.error(&overlay, &[Defect::new(node, why)]);
    let version = overlay.get("overlay").and_then(Value::as_str).unwrap_or_default();
    if !version.starts_with("1.") {
        return Err(wrong(&overlay, "it is not an overlay of version 1.0 or 1.1"));
    }
    for action in json::items(overlay.get("actions")) {
        let target = action
            .get("target")
            .ok_or_else(|| wrong(action, "the action has no target"))?;
        let places = selected(root, target).map_err(|why| wrong(target, &why))?;
        if places.is_empty() {
            return Err(wrong(target, "the target selects nothing in the contract"));
        }
        let copied = match action.get("copy") {
            None => None,
            Some(source) => {
                let found = selected(root, source).map_err(|why| wrong(source, &why))?;
                let [only] = found.as_slice() else {
                    return Err(wrong(source, "it does not select one node"));
                };
                root.pointer(only).cloned()
            }
        };
        let is_removed = action.get("remove") == Some(&Value::Bool(true));
        // From the last one, so that the numbers of items before it stay.
        for place in places.iter().rev() {
            if is_removed {
                remove(root, place);
                continue;
            }
            let update = copied.as_ref().or_else(|| action.get("update"));
            if let Some((node, update)) = root.pointer_mut(place).zip(update) {
                merge(node, update).map_err(|why| wrong(action, why))?;
            }
        }
    }
    Ok(())
}

/// Returns the pointers of the nodes that a query selects, in the order of the document.
fn selected(root: &Value, query: &Value) -> Result<Vec<String>, String> {
    let query = query.as_str().ok_or("it is not a text")?;
    let path = JsonPath::parse(query).map_err(|error| format!("it is not JSONPath: {error}"))?;
    let located = path.query_located(root);
    Ok(located.locations().map(NormalizedPath::to_json_pointer).collect())
}

fn remove(root: &mut Value, pointer: &str) {
    let Some((parent, _)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(Value::Array(items)) = root.pointer_mut(parent) {
        let number = json::tokens(pointer)
            .pop()
            .and_then(|token| token.parse::<usize>().ok());
        if let Some(number) = number.filter(|number| *number < items.len()) {
            items.remove(number);
        }
    } else {
        json::remove(root, pointer);
    }
}

/// Merges an update: objects by members, lists by items, and a value in place of a value.
fn merge(node: &mut Value, update: &Value) -> Result<(), &'static str> {
    match (node, update) {
        (Value::Object(members), Value::Object(updates)) => {
            for (name, update) in updates {
                match members.get_mut(name) {
                    Some(member) => merge(member, update)?,
                    None => drop(members.insert(name.clone(), update.clone())),
                }
            }
        }
        (Value::Array(items), Value::Array(updates)) => items.extend(updates.iter().cloned()),
        (Value::Array(items), update) => items.push(update.clone()),
        (Value::Object(_), _) | (_, Value::Object(_) | Value::Array(_)) => {
            return Err("the update is of another kind than the node that it changes");
        }
        (node, update) => *node = update.clone(),
    }
    Ok(())
}
