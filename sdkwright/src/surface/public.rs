//! Modules to public names: the path under which a user finds each definition.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::compare::{ItemKind, PublicItem};
use super::modules::{Gate, Module, is_public};

/// Public names of a crate.
pub(super) struct Public {
    /// Public path of each definition, by its path from `crate`.
    path_of: HashMap<String, String>,
    /// Definition of each public path, with `crate` first.
    definition_of: HashMap<String, String>,
    /// Further names, as items.
    pub(super) uses: Vec<(String, PublicItem)>,
}

/// A public name of a module.
#[derive(Clone)]
struct PublicName {
    /// Path of its definition from `crate`, or a path of another crate.
    target: String,
    features: BTreeSet<String>,
}

impl Public {
    /// Finds the public names of all modules.
    pub(super) fn new(modules: &[Module]) -> Self {
        let mut all = NamedModules {
            by_path: modules.iter().map(|module| (module.path.join("::"), module)).collect(),
            known: HashMap::new(),
        };
        let mut found = Vec::new();
        for module in modules.iter().filter(|module| module.public) {
            let names = all.of(module, 0);
            let place = module.path.get(1..).unwrap_or_default().join("::");
            for (name, one) in names.iter() {
                let path = if place.is_empty() {
                    name.clone()
                } else {
                    format!("{place}::{name}")
                };
                found.push((path, one.clone(), module));
            }
        }
        // A definition is listed in a module rather than at the root: there it stands besides everything else.
        let mut path_of: HashMap<String, String> = HashMap::new();
        let mut definition_of = HashMap::new();
        let depth = |path: &str| path.matches("::").count().min(1);
        for (path, name, _) in &found {
            if !name.target.starts_with("crate::") {
                continue;
            }
            definition_of.insert(format!("crate::{path}"), name.target.clone());
            let known = path_of.entry(name.target.clone()).or_insert_with(|| path.clone());
            if (depth(path), std::cmp::Reverse(path.as_str())) > (depth(known), std::cmp::Reverse(known.as_str())) {
                known.clone_from(path);
            }
        }
        let mut public = Self {
            path_of,
            definition_of,
            uses: Vec::new(),
        };
        for (path, name, module) in found {
            if public.path_of.get(&name.target) == Some(&path) {
                continue;
            }
            let features = name.features.union(&module.features).cloned().collect();
            let target = public.shown(&name.target);
            let item = PublicItem::new(ItemKind::Use, target, Arc::new(features), module.file.as_str());
            public.uses.push((path, item));
        }
        public
    }

    /// Returns the path of a resolved name as signatures have it: the public one of a definition of the crate.
    pub(super) fn shown(&self, path: &str) -> String {
        let definition = self.definition_of.get(path).map_or(path, String::as_str);
        self.path(definition).unwrap_or(path).to_owned()
    }

    /// Returns true for the public path of a definition of the crate.
    pub(super) fn is_public_path(&self, path: &str) -> bool {
        self.definition_of.contains_key(&format!("crate::{path}"))
    }

    /// Returns the public path of a definition.
    pub(super) fn path(&self, definition: &str) -> Option<&str> {
        self.path_of.get(definition).map(String::as_str)
    }
}

/// More levels of `pub use ..::*` than any crate has; ends a circle of them.
const LEVELS: u8 = 16;

/// Modules by their path, with the public names that were read already.
struct NamedModules<'m> {
    by_path: HashMap<String, &'m Module>,
    known: HashMap<(String, u8), Rc<BTreeMap<String, PublicName>>>,
}

impl NamedModules<'_> {
    /// Returns the public names of a module, which each `pub use` of one of them asks for.
    fn of(&mut self, module: &Module, level: u8) -> Rc<BTreeMap<String, PublicName>> {
        let key = (module.path.join("::"), level);
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let names = Rc::new(self.read(module, level));
        self.known.insert(key, Rc::clone(&names));
        names
    }

    /// Returns those of the module at a path; `None` if the crate has none, or at the last level.
    fn at(&mut self, path: &[String], level: u8) -> Option<Rc<BTreeMap<String, PublicName>>> {
        let module = *self.by_path.get(&path.join("::")).filter(|_| level < LEVELS)?;
        Some(self.of(module, level + 1))
    }

    fn read(&mut self, module: &Module, level: u8) -> BTreeMap<String, PublicName> {
        let mut names = BTreeMap::new();
        let here = module.path.join("::");
        // A name of the module hides one that a `*` brings.
        for import in module
            .imports
            .iter()
            .filter(|import| import.public && import.name.is_none())
        {
            let inner = self.at(&import.target, level).unwrap_or_default();
            for (name, one) in inner.iter() {
                let mut one = one.clone();
                one.features.extend(import.features.iter().cloned());
                names.insert(name.clone(), one);
            }
        }
        for import in module.imports.iter().filter(|import| import.public) {
            let (Some(name), Some((last, above))) = (&import.name, import.target.split_last()) else {
                continue;
            };
            // A name of another module of the crate is followed to its definition.
            let inner = self.at(above, level);
            let inner = inner.and_then(|inner| inner.get(last).cloned());
            let one = inner.unwrap_or_else(|| PublicName {
                target: import.target.join("::"),
                features: BTreeSet::new(),
            });
            let features = one.features.union(&import.features).cloned().collect();
            names.insert(name.clone(), PublicName { features, ..one });
        }
        for item in &module.items {
            let (visibility, ident, attributes) = match item {
                syn::Item::Struct(item) => (&item.vis, &item.ident, &item.attrs),
                syn::Item::Enum(item) => (&item.vis, &item.ident, &item.attrs),
                syn::Item::Type(item) => (&item.vis, &item.ident, &item.attrs),
                syn::Item::Const(item) => (&item.vis, &item.ident, &item.attrs),
                syn::Item::Static(item) => (&item.vis, &item.ident, &item.attrs),
                syn::Item::Fn(item) => (&item.vis, &item.sig.ident, &item.attrs),
                syn::Item::Trait(item) => (&item.vis, &item.ident, &item.attrs),
                _ => continue,
            };
            let gate = Gate::new(attributes);
            if is_public(visibility) && !gate.hidden {
                let target = format!("{here}::{ident}");
                let features = gate.features;
                names.insert(ident.to_string(), PublicName { target, features });
            }
        }
        names
    }
}
