//! Files to modules: which items stand where, and what each name in them means.

use std::collections::{BTreeMap, BTreeSet};

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
