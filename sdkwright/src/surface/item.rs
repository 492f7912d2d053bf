//! Public items as plain data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The public items of a crate, by their path.
///
/// A path is written as a user of the crate finds it, such as `models::Order::amount`, `impl Display for models::Order`
/// or `feature orders`. An item that stands in a module and at the root is listed in its module; the name at the root is
/// an item of the kind [`ItemKind::Use`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surface {
    pub(super) items: BTreeMap<String, Item>,
}

impl Surface {
    /// Returns the items in the order of their paths.
    pub fn items(&self) -> impl Iterator<Item = (&str, &Item)> {
        self.items.iter().map(|(path, item)| (path.as_str(), item))
    }

    /// Returns the item with this path.
    pub fn item(&self, path: &str) -> Option<&Item> {
        self.items.get(path)
    }
}

/// A public item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
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
