//! In: files and texts in YAML or JSON. Out: their trees. Never: more of a file than the limit, or a member twice.

use crate::error::Error;
use crate::origin::Source;
use serde::de;
use serde::de::{Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess as _, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

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
