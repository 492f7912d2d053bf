//! Places of the ledger's words in a contract: a second walk, over plain values, guided by the table alone.

use sdkwright_contract::document::{
    Dialect,
    ledger::{ObjectKind, ValueKind},
};
use serde_yaml::Value;

/// One step into a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Key(Value),
    Index(usize),
}

/// A word of the ledger at a place of a contract.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// `None`: a word that may stand everywhere.
    pub(crate) place: Option<ObjectKind>,
    pub(crate) keyword: &'static str,
    pub(crate) path: Vec<Step>,
}

/// The dialect of a contract.
pub(crate) fn dialect(contract: &Value) -> Dialect {
    let version = contract.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if version.starts_with("3.0") {
        Dialect::V30
    } else {
        Dialect::V31
    }
}

/// All objects whose keys are words of the ledger, in which the order of keys means nothing.
pub(crate) fn objects(contract: &Value) -> Vec<Vec<Step>> {
    let mut walk = Walk {
        dialect: dialect(contract),
        found: Vec::new(),
        objects: Vec::new(),
    };
    walk.object(contract, ObjectKind::Root, &mut Vec::new());
    // Path items are left out: the order of their methods is the order of operations.
    walk.objects
        .into_iter()
        .filter(|(place, _)| *place != ObjectKind::PathItem)
        .map(|(_, path)| path)
        .collect()
}

/// All words of a contract that the ledger knows.
pub(crate) fn words(contract: &Value) -> Vec<Word> {
    let mut walk = Walk {
        dialect: dialect(contract),
        found: Vec::new(),
        objects: Vec::new(),
    };
    walk.object(contract, ObjectKind::Root, &mut Vec::new());
    walk.found
}

struct Walk {
    dialect: Dialect,
    found: Vec<Word>,
    objects: Vec<(ObjectKind, Vec<Step>)>,
}

impl Walk {
    fn object(&mut self, value: &Value, place: ObjectKind, path: &mut Vec<Step>) {
        if value.is_mapping() {
            self.objects.push((place, path.clone()));
        }
        for (key, inner) in value.as_mapping().into_iter().flatten() {
            let row = key.as_str().and_then(|word| place.row(word));
            let Some(row) = row.filter(|row| row.dialect.is_none_or(|dialect| dialect == self.dialect)) else {
                continue;
            };
            path.push(Step::Key(key.clone()));
            let own = place.rows().iter().any(|own| own.keyword == row.keyword);
            self.found.push(Word {
                place: own.then_some(place),
                keyword: row.keyword,
                path: path.clone(),
            });
            self.value(inner, row.value, path);
            path.pop();
        }
    }

    fn value(&mut self, value: &Value, kind: ValueKind, path: &mut Vec<Step>) {
        match kind {
            ValueKind::Object(place) => self.object(value, place, path),
            // A path item may have other keywords beside `$ref`.
            ValueKind::Referable(place) if value.get("$ref").is_none() || place == ObjectKind::PathItem => {
                self.object(value, place, path);
            }
            ValueKind::Referable(_) => self.object(value, ObjectKind::Reference, path),
            ValueKind::Schema | ValueKind::SchemaOrBool => self.object(value, ObjectKind::Schema, path),
            ValueKind::List(inner) => {
                for (index, item) in value.as_sequence().into_iter().flatten().enumerate() {
                    path.push(Step::Index(index));
                    self.value(item, *inner, path);
                    path.pop();
                }
            }
            ValueKind::Map(inner) | ValueKind::Keyed(_, inner) => {
                let keyed = matches!(kind, ValueKind::Keyed(..));
                for (key, item) in value.as_mapping().into_iter().flatten() {
                    if keyed && key.as_str().is_some_and(|key| key.starts_with("x-")) {
                        continue;
                    }
                    path.push(Step::Key(key.clone()));
                    self.value(item, *inner, path);
                    path.pop();
                }
            }
            ValueKind::Either(one, other) => {
                self.value(value, *one, path);
                self.value(value, *other, path);
            }
            _ => {}
        }
    }
}

/// The value at a path.
pub(crate) fn at<'v>(value: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.as_mapping_mut()?.get_mut(key),
        Step::Index(index) => value.as_sequence_mut()?.get_mut(*index),
    })
}

/// The contract without the node at a path.
pub(crate) fn without(contract: &Value, path: &[Step]) -> Value {
    let mut changed = contract.clone();
    let Some((last, above)) = path.split_last() else {
        return changed;
    };
    match (at(&mut changed, above), last) {
        (Some(Value::Mapping(map)), Step::Key(key)) => {
            map.shift_remove(key);
        }
        (Some(Value::Sequence(items)), Step::Index(index)) => {
            items.remove(*index);
        }
        _ => {}
    }
    changed
}

/// A path as people read it.
pub(crate) fn pointer(path: &[Step]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Key(key) => format!("/{}", key.as_str().unwrap_or("?").replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => format!("/{index}"),
        })
        .collect()
}
