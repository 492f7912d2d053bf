//! Files to modules, and modules to public names: which items are where, what each name in them means, and the path under which
//! a user finds each definition.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use crate::surface::{ItemKind, PublicItem};

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

/// A module with its items.
#[derive(Default)]
pub(super) struct Module {
    /// Path from the root of the crate, `crate` first.
    pub(super) path: Vec<String>,
    /// True if it and all modules around it are public.
    pub(super) public: bool,
    /// Features that it needs.
    pub(super) features: BTreeSet<String>,
    pub(super) deprecated: bool,
    pub(super) file: String,
    pub(super) items: Vec<syn::Item>,
    /// Names that it imports, private ones too.
    pub(super) imports: Vec<Import>,
}

/// A name that a `use` brings into a module.
pub(super) struct Import {
    /// The name; `None` for `*`.
    pub(super) name: Option<String>,
    /// Path of its target, resolved: `crate` first, or another crate's name.
    pub(super) target: Vec<String>,
    pub(super) public: bool,
    pub(super) features: BTreeSet<String>,
}

/// Files of a crate: path below its folder, and items.
pub(super) type ModuleFiles = BTreeMap<String, Vec<syn::Item>>;

/// Finds the modules of a crate, with what stands in them.
pub(super) fn modules(mut files: ModuleFiles) -> Vec<Module> {
    let mut modules = Vec::new();
    let root = Module {
        path: vec!["crate".to_owned()],
        public: true,
        file: "src/lib.rs".to_owned(),
        ..Module::default()
    };
    add_file(&mut files, root, &mut modules);
    modules
}

fn add_file(files: &mut ModuleFiles, place: Module, modules: &mut Vec<Module>) {
    // A module of the user is no part of what was generated.
    if let Some(items) = files.remove(&place.file) {
        add(files, place, items, modules);
    }
}

/// Adds a module, and the modules in it.
fn add(files: &mut ModuleFiles, place: Module, items: Vec<syn::Item>, modules: &mut Vec<Module>) {
    let (mut own, mut inner) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            syn::Item::Mod(item) => inner.push(item),
            item => own.push(item),
        }
    }
    let children: BTreeSet<String> = inner.iter().map(|item| item.ident.to_string()).collect();
    let mut imports = Vec::new();
    for item in &own {
        if let syn::Item::Use(item) = item {
            let gate = Gate::new(&item.attrs);
            if gate.hidden {
                continue;
            }
            let public = is_public(&item.vis);
            leaves(&item.tree, &mut Vec::new(), &mut |name, path| {
                imports.push(Import {
                    name,
                    target: resolved(&place.path, &children, path),
                    public,
                    features: gate.features.clone(),
                });
            });
        }
    }
    for item in inner {
        let gate = Gate::new(&item.attrs);
        if gate.hidden {
            continue;
        }
        let mut path = place.path.clone();
        path.push(item.ident.to_string());
        let below = Module {
            file: match &item.content {
                Some(_) => place.file.clone(),
                None => file_of(&place.file, &item),
            },
            path,
            public: place.public && is_public(&item.vis),
            features: place.features.union(&gate.features).cloned().collect(),
            deprecated: gate.deprecated,
            ..Module::default()
        };
        match item.content {
            Some((_, items)) => add(files, below, items, modules),
            None => add_file(files, below, modules),
        }
    }
    modules.push(Module {
        items: own,
        imports,
        ..place
    });
}

/// Returns the file of a module that another file declares.
fn file_of(declared_in: &str, item: &syn::ItemMod) -> String {
    let stated = item.attrs.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => text_of(&pair.value),
        _ => None,
    });
    if let Some(path) = stated {
        let folder = declared_in.rsplit_once('/').map_or("", |(folder, _)| folder);
        return format!("{folder}/{path}");
    }
    let folder = match declared_in.strip_suffix("/lib.rs") {
        Some(folder) => folder,
        None => declared_in.strip_suffix(".rs").unwrap_or(declared_in),
    };
    let name = item.ident.to_string();
    format!("{folder}/{}.rs", name.trim_start_matches("r#"))
}

/// Gives each name of a `use`, with its path as written.
fn leaves(tree: &syn::UseTree, front: &mut Vec<String>, give: &mut impl FnMut(Option<String>, &[String])) {
    match tree {
        syn::UseTree::Path(path) => {
            front.push(path.ident.to_string());
            leaves(&path.tree, front, give);
            front.pop();
        }
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, front, give);
            }
        }
        syn::UseTree::Glob(_) => give(None, front),
        syn::UseTree::Name(name) => {
            front.push(name.ident.to_string());
            give(Some(name.ident.to_string()), front);
            front.pop();
        }
        syn::UseTree::Rename(name) => {
            front.push(name.ident.to_string());
            give(Some(name.rename.to_string()), front);
            front.pop();
        }
    }
}

/// Returns a path from the root of the crate, or from another crate.
fn resolved(module: &[String], children: &BTreeSet<String>, path: &[String]) -> Vec<String> {
    match path.first().map(String::as_str) {
        Some("self") => [module, path.get(1..).unwrap_or_default()].concat(),
        Some("super") => {
            let above = module.split_last().map_or(module, |(_, above)| above);
            resolved(
                above,
                children,
                &[&["self".to_owned()], path.get(1..).unwrap_or_default()].concat(),
            )
        }
        Some(first) if children.contains(first) => [module, path].concat(),
        _ => path.to_vec(),
    }
}

/// Conditions of an item.
#[derive(Default)]
pub(super) struct Gate {
    pub(super) features: BTreeSet<String>,
    pub(super) deprecated: bool,
    /// Only the documentation has it, or the documentation leaves it out.
    pub(super) hidden: bool,
}

impl Gate {
    pub(super) fn new(attributes: &[syn::Attribute]) -> Self {
        let mut gate = Self::default();
        for attribute in attributes {
            let path = attribute.path();
            gate.deprecated |= path.is_ident("deprecated");
            let syn::Meta::List(list) = &attribute.meta else {
                continue;
            };
            if path.is_ident("doc") {
                gate.hidden |= list.tokens.to_string() == "hidden";
            } else if path.is_ident("cfg") {
                match list.parse_args::<syn::Meta>() {
                    Ok(syn::Meta::NameValue(pair)) if pair.path.is_ident("feature") => {
                        gate.features.extend(text_of(&pair.value));
                    }
                    Ok(syn::Meta::Path(path)) if path.is_ident("doc") || path.is_ident("test") => gate.hidden = true,
                    _ => {
                        gate.features.insert(format!("cfg({})", list.tokens));
                    }
                }
            }
        }
        gate
    }
}

pub(super) fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn text_of(value: &syn::Expr) -> Option<String> {
    match value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
