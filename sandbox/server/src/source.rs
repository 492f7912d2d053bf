//! In: files of a contract: itself, its overlays (OpenAPI Overlay 1.0 and 1.1), and the list `contracts.yaml` that names them,
//! in YAML or JSON. Out: one tree. Never: more of a file than the limit, a member twice, or an action without an effect.

use crate::error::Error;
use crate::json;
use crate::origin::{Defect, Source};
use serde::de::{self, Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess as _, Visitor};
use serde_json::{Map, Number, Value};
use serde_json_path::{JsonPath, NormalizedPath};
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Limit of the bytes of a file.
const BYTES: u64 = 128 << 20;

/// Reads a text, up to the limit.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(BYTES + 1).read_to_string(&mut text));
    let too_large = || io::Error::other(format!("it has more than {} MiB", BYTES >> 20));
    let read = read.and_then(|bytes| if bytes as u64 > BYTES { Err(too_large()) } else { Ok(()) });
    let path = path.to_owned();
    read.map(|()| text).map_err(|source| Error::Read { path, source })
}

/// Reads the tree of a text.
pub(crate) fn tree(text: &str, origin: &Source) -> Result<Value, Error> {
    if let Some(error) = origin.too_deep() {
        return Err(error);
    }
    // JSON has escapes that YAML has not: an emoji is two of them.
    let json = || serde_json::from_str(text).ok().map(TreeNode);
    let read = serde_yaml::from_str(text).or_else(|source| json().ok_or(source));
    read.map(|TreeNode(root)| root)
        .map_err(|source| origin.unreadable(&source))
}

/// Reads the tree of a JSON text.
pub(crate) fn json_tree(text: &[u8]) -> Result<Value, String> {
    let read = serde_json::from_slice(text).map(|TreeNode(root)| root);
    read.map_err(|error| error.to_string())
}

// The tree: text for every key (`200:` is a status, not a number), and numbers of any size.

/// A node of a tree.
struct TreeNode(Value);

impl<'de> Deserialize<'de> for TreeNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

/// A number beyond 64 bits, which is kept as the nearest float where it has no other form.
fn large(text: &str) -> TreeNode {
    let number = serde_json::from_str::<Number>(text).ok();
    TreeNode(number.map_or(Value::Null, Value::Number))
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = TreeNode;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any YAML value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<TreeNode, E> {
        Ok(TreeNode(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<TreeNode, E> {
        Ok(TreeNode(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<TreeNode, E> {
        Ok(TreeNode(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<TreeNode, E> {
        Ok(large(&value.to_string()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<TreeNode, E> {
        Ok(large(&value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<TreeNode, E> {
        Ok(TreeNode(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<TreeNode, E> {
        Ok(TreeNode(value.into()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<TreeNode, E> {
        Ok(TreeNode(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TreeNode, A::Error> {
        let mut all = Vec::new();
        while let Some(TreeNode(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(TreeNode(Value::Array(all)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<TreeNode, A::Error> {
        let mut members = Map::new();
        while let Some(TreeNode(key)) = entries.next_key()? {
            let key = match key {
                Value::String(text) => text,
                Value::Number(_) | Value::Bool(_) => key.to_string(),
                other => {
                    return Err(<A::Error as de::Error>::custom(format!(
                        "{other} cannot be a member's name"
                    )));
                }
            };
            if members.contains_key(&key) {
                return Err(<A::Error as de::Error>::custom(format!(
                    "duplicate entry with key {key:?}"
                )));
            }
            let TreeNode(value) = entries.next_value()?;
            members.insert(key, value);
        }
        Ok(TreeNode(Value::Object(members)))
    }

    /// A value with a tag is the value.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<TreeNode, A::Error> {
        let (_, value) = tagged.variant::<String>()?;
        value.newtype_variant()
    }
}

/// The list of contracts.
const LIST: &str = "contracts.yaml";

/// Returns what the nearest list says of a contract: one in its folder or above, or in a folder `openapi` there.
pub(crate) fn listed_contract(contract: &Path) -> Result<ListedContract, Error> {
    let Ok(contract) = contract.canonicalize() else {
        return Ok(ListedContract::default());
    };
    for folder in contract.ancestors().skip(1) {
        for folder in [folder.to_owned(), folder.join("openapi")] {
            let list = folder.join(LIST);
            if list.is_file() {
                let named = named_contracts(&list)?;
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
pub(crate) fn named_contracts(list: &Path) -> Result<Vec<ListedContract>, Error> {
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
pub(crate) fn apply_overlay(root: &mut Value, path: &Path) -> Result<(), Error> {
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

#[cfg(test)]
mod tests {
    use super::json_tree;

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "01",
            "1.",
            "+1",
            r#""\ud800""#,
            r#"{"a":1,"a":2}"#,
            "1e400",
            "nul",
            "1 2",
        ] {
            assert!(json_tree(text.as_bytes()).is_err(), "{text}");
        }
        assert!(json_tree(&"[".repeat(100_000).into_bytes()).is_err());
        assert!(json_tree(b"\"\xff\"").is_err());
    }
}
