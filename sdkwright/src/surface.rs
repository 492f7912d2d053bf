//! The public API of a generated crate, and how two of them differ.
//!
//! In: the files of a crate, as they would be written. Out: a [`Surface`], its public items by path, and with another one the
//! [`ItemChange`]s. Exact because it reads what is emitted; never compiles, and never guesses from the contract.

mod items;
mod public;
mod spelling;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use spelling::replace_paths;
use spelling::short;

/// A difference of two surfaces in one item. The items inside a new or removed item are not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// Path of the item.
    pub path: String,
    /// Kind of the difference.
    pub step: ItemStep,
    /// True if a program that compiled may no longer do so.
    pub breaks: bool,
    /// The change in one line, such as `models::Order::amount: Decimal -> Option<Decimal>`.
    pub text: String,
    /// Item to which it belongs, if there is one.
    pub parent: Option<String>,
    /// File in which it stands: in the revision, for a removed item in the base.
    pub file: String,
}

/// Kind of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemStep {
    /// The revision has it, the base does not.
    Added,
    /// The item has another signature, or needs another feature.
    Changed,
    /// The base has it, the revision does not.
    Removed,
}

/// Returns the differences from the base to the revision, in the order of paths.
///
/// The rules are those of Cargo's chapter on SemVer, in the strict reading: a program that names an item, lists all members of an
/// exhaustive one or states a type compiles again, or the change is breaking. What only inference may notice, such as one more
/// implementation, is an addition.
pub fn compare(base: &Surface, revision: &Surface) -> Vec<ItemChange> {
    let paths: BTreeSet<&str> = base.items().chain(revision.items()).map(|(path, _)| path).collect();
    let mut changes = Vec::new();
    for path in paths {
        match (base.item(path), revision.item(path)) {
            (Some(old), None) if !is_implied(base, revision, old) => changes.push(removed(path, old)),
            (None, Some(new)) if !is_implied(revision, base, new) => changes.push(added(path, new, base)),
            (Some(old), Some(new)) if !follows(base, revision, old, new) => {
                // The target of an alias is a change of its own.
                let is_one = old.kind != ItemKind::Alias
                    && old.signature != new.signature
                    && resolved(base, &old.signature, ALIASES) == resolved(revision, &new.signature, ALIASES);
                if is_one {
                    let same = PublicItem {
                        signature: new.signature.clone(),
                        ..old.clone()
                    };
                    changes.extend(changed(path, &same, new));
                } else {
                    changes.extend(changed(path, old, new));
                }
            }
            _ => {}
        }
    }
    changes
}

/// Longest chain of aliases that is followed.
const ALIASES: usize = 16;

/// Returns a signature with the type that each alias stands for in its place: to a compiler they are the same.
fn resolved(surface: &Surface, signature: &str, depth: usize) -> String {
    replace_paths(signature, |path| {
        let item = surface.item(path);
        let alias = item.filter(|item| item.kind == ItemKind::Alias && depth > 0);
        // An alias with parameters of its own has them before the `=`.
        let of = alias.and_then(|item| item.signature.strip_prefix("= "));
        of.map_or_else(|| path.to_owned(), |of| resolved(surface, of, depth - 1))
    })
}

/// Returns `true` for an item of which only one side has the item that it belongs to, or stands for.
fn is_implied(here: &Surface, there: &Surface, item: &PublicItem) -> bool {
    let is_gone = |path: &str| here.item(path).is_some() && there.item(path).is_none();
    let is_of_use = item.kind == ItemKind::Use && is_gone(&item.signature);
    is_of_use || item.parent.as_deref().is_some_and(is_gone)
}

/// Returns `true` for an item that needs a further feature as the item does to which it belongs, or for which it stands, and
/// is the same otherwise.
fn follows(base: &Surface, revision: &Surface, old: &PublicItem, new: &PublicItem) -> bool {
    let of = if new.kind == ItemKind::Use {
        Some(&new.signature)
    } else {
        new.parent.as_ref()
    };
    let Some((before, after)) = of.and_then(|path| Some((base.item(path)?, revision.item(path)?))) else {
        return false;
    };
    let more = |old: &PublicItem, new: &PublicItem| new.features.difference(&old.features).next().cloned();
    let is_same = (&old.signature, old.kind, old.exhaustive, old.deprecated)
        == (&new.signature, new.kind, new.exhaustive, new.deprecated);
    let feature = more(old, new);
    is_same && feature.is_some() && feature == more(before, after)
}

fn removed(path: &str, old: &PublicItem) -> ItemChange {
    one(path, ItemStep::Removed, true, of_one_side(path, old, "gone"), old)
}

/// Returns the sentence for an item that one side alone has.
fn of_one_side(path: &str, item: &PublicItem, what: &str) -> String {
    let (of, shown) = (short(&item.signature), readable(path));
    match item.kind {
        ItemKind::Field | ItemKind::Function | ItemKind::Constant => format!("{shown}: {of} is {what}"),
        _ => format!("{shown} is {what}"),
    }
}

fn added(path: &str, new: &PublicItem, base: &Surface) -> ItemChange {
    let parent = new.parent.as_deref().and_then(|parent| base.item(parent));
    let of_list = matches!(new.kind, ItemKind::Field | ItemKind::Variant);
    let breaks = of_list && parent.is_some_and(|parent| parent.exhaustive);
    one(path, ItemStep::Added, breaks, of_one_side(path, new, "new"), new)
}

fn changed(path: &str, old: &PublicItem, new: &PublicItem) -> Option<ItemChange> {
    let shown = readable(path);
    if (old.kind, &old.signature) != (new.kind, &new.signature) {
        // A feature may become a default one.
        let breaks = old.kind != ItemKind::Feature || !old.signature.is_empty();
        let text = match old.kind {
            ItemKind::Feature if breaks => format!("{shown} is no longer on by default"),
            ItemKind::Feature => format!("{shown} is on by default"),
            _ => {
                let (before, after) = (short(&old.signature), short(&new.signature));
                // Two types of one name.
                let (before, after) = if before == after {
                    (old.signature.clone(), new.signature.clone())
                } else {
                    (before, after)
                };
                let text = |kind: ItemKind, text: String| match text.is_empty() {
                    true if kind == ItemKind::Variant => "no value".to_owned(),
                    true => "nothing".to_owned(),
                    false => text,
                };
                let (before, after) = (text(old.kind, before), text(new.kind, after));
                match old.kind {
                    // A signature has arrows of its own.
                    ItemKind::Function => format!("{shown}: {before} becomes {after}"),
                    _ => format!("{shown}: {before} -> {after}"),
                }
            }
        };
        return Some(one(path, ItemStep::Changed, breaks, text, new));
    }
    if old.exhaustive && !new.exhaustive {
        let text = format!("{shown} can no longer be listed in full");
        return Some(one(path, ItemStep::Changed, true, text, new));
    }
    if let Some(feature) = new.features.difference(&old.features).next() {
        let text = format!("{shown} needs the feature `{feature}`");
        return Some(one(path, ItemStep::Changed, true, text, new));
    }
    let is_newly_deprecated = new.deprecated && !old.deprecated;
    is_newly_deprecated.then(|| one(path, ItemStep::Changed, false, format!("{shown} is deprecated"), new))
}

fn one(path: &str, step: ItemStep, breaks: bool, text: String, item: &PublicItem) -> ItemChange {
    ItemChange {
        path: path.to_owned(),
        step,
        breaks,
        text,
        parent: item.parent.clone(),
        file: item.file.to_string(),
    }
}

/// Returns a path for people: the types in an implementation by their last names.
fn readable(path: &str) -> String {
    match path.strip_prefix("impl ").and_then(|rest| rest.split_once(" for ")) {
        Some((name, of)) => format!(
            "impl {} for {}",
            short(name),
            of.split_once('<').map_or_else(|| of.to_owned(), |_| short(of))
        ),
        None => match path.split_once('<').zip(path.rsplit_once('>')) {
            Some(((front, _), (inner, last))) => format!("{front}<{}>{last}", short(&inner[front.len() + 1..])),
            None => path.to_owned(),
        },
    }
}

// Public items as plain data.

/// The public items of a crate, by their path.
///
/// A path is written as a user of the crate finds it, such as `models::Order::amount`, `impl Display for models::Order`
/// or `feature orders`. An item that stands in a module and at the root is listed in its module; the name at the root is
/// an item of the kind [`ItemKind::Use`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surface {
    items: BTreeMap<String, PublicItem>,
}

impl Surface {
    /// Returns the items in the order of their paths.
    pub fn items(&self) -> impl Iterator<Item = (&str, &PublicItem)> {
        self.items.iter().map(|(path, item)| (path.as_str(), item))
    }

    /// Returns the item with this path.
    pub fn item(&self, path: &str) -> Option<&PublicItem> {
        self.items.get(path)
    }
}

/// A public item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicItem {
    /// Its kind.
    pub kind: ItemKind,
    /// Types of which it consists, with full paths, independent of formatting, parameter names and imports.
    pub signature: String,
    /// Features that it needs.
    pub features: Arc<BTreeSet<String>>,
    /// True if its use causes a deprecation warning.
    pub deprecated: bool,
    /// True if a program may list all of its members or variants, so that one more breaks it.
    pub exhaustive: bool,
    /// Item to which it belongs, such as the type of a method.
    pub parent: Option<String>,
    /// File in which it stands, below the folder of the crate.
    pub file: Arc<str>,
}

impl PublicItem {
    /// Returns an item that belongs to no other one.
    fn new(kind: ItemKind, signature: String, features: Arc<BTreeSet<String>>, file: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            signature,
            features,
            deprecated: false,
            exhaustive: false,
            parent: None,
            file: file.into(),
        }
    }
}

/// Kind of a public item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ItemKind {
    Module,
    Struct,
    Enum,
    Alias,
    Function,
    Constant,
    Field,
    Variant,
    /// An implementation of a trait.
    Impl,
    /// A type that an implementation of a trait states.
    AssociatedType,
    /// A name that stands for an item of another place.
    Use,
    /// A Cargo feature.
    Feature,
}
