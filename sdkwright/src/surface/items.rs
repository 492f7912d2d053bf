//! Definitions and implementations to public items.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use proc_macro2::TokenTree;
use quote::ToTokens as _;
use sdkwright_codegen::output::CrateCode;
use sdkwright_codegen::package;

use super::public::{self, Gate, Module, ModuleFiles, Public, is_public};
use super::spelling::{Speller, replace_paths};
use crate::surface::{ItemKind, PublicItem, Surface};

impl Surface {
    /// Collects the public items of the crate of an API.
    pub fn from_code(code: CrateCode) -> Self {
        collect(code.files.into_iter().collect(), code.features)
    }

    /// Reads the public items of a crate from its files: path below its folder, and text. Errors: a file that is no Rust.
    pub fn parse<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<Self, String> {
        let (mut parsed, mut features) = (ModuleFiles::new(), Vec::new());
        for (path, text) in files {
            if path
                .strip_prefix("src/")
                .is_some_and(|path| path.strip_suffix(".rs").is_some())
            {
                let file = syn::parse_file(text).map_err(|error| format!("{path}: {error}"))?;
                parsed.insert(path.to_owned(), file.items);
            } else if path == MANIFEST {
                features = package::features(text);
            }
        }
        Ok(collect(parsed, features))
    }
}

/// File with the features of a crate.
const MANIFEST: &str = "Cargo.toml";

fn collect(files: ModuleFiles, features: Vec<(String, bool)>) -> Surface {
    let modules = public::modules(files);
    let mut public = Public::new(&modules);
    let mut surface = Surface::default();
    surface.items.extend(std::mem::take(&mut public.uses));
    // The syntax of a module is dropped when its items are read.
    for module in modules {
        let mut reader = ItemReader::new(&module, &public, &mut surface);
        if module.public && module.path.len() > 1 {
            reader.add_module();
        }
        for item in &module.items {
            reader.add(item);
        }
    }
    for (name, is_default) in features {
        let signature = if is_default { "default" } else { "" };
        let item = PublicItem::new(ItemKind::Feature, signature.to_owned(), Arc::default(), MANIFEST);
        surface.items.insert(format!("feature {name}"), item);
    }
    surface
}

/// Reads the items of one module.
struct ItemReader<'a> {
    module: &'a Module,
    public: &'a Public,
    surface: &'a mut Surface,
    names: HashMap<String, String>,
    /// Features and file of the module, which most of its items share.
    features: Arc<BTreeSet<String>>,
    file: Arc<str>,
}

/// An item under construction, of one type.
struct OpenItem {
    /// Path of the type, such as `client::Call<operations::orders::ListOrders>`.
    path: String,
    /// Item that goes with the type.
    parent: String,
    gate: Gate,
}

impl<'a> ItemReader<'a> {
    fn new(module: &'a Module, public: &'a Public, surface: &'a mut Surface) -> Self {
        let here = module.path.join("::");
        let mut names = HashMap::from([("crate".to_owned(), "crate".to_owned())]);
        for import in &module.imports {
            if let Some(name) = &import.name {
                names.insert(name.clone(), public.shown(&import.target.join("::")));
            }
        }
        for item in &module.items {
            let ident = match item {
                syn::Item::Struct(item) => &item.ident,
                syn::Item::Enum(item) => &item.ident,
                syn::Item::Type(item) => &item.ident,
                _ => continue,
            };
            names.insert(ident.to_string(), public.shown(&format!("{here}::{ident}")));
        }
        Self {
            module,
            public,
            surface,
            names,
            features: Arc::new(module.features.clone()),
            file: module.file.as_str().into(),
        }
    }

    fn speller(&self) -> Speller<'_> {
        Speller {
            names: &self.names,
            own: BTreeSet::new(),
        }
    }

    /// Spells a type, and shows full paths of the crate by their public ones.
    fn spell(&self, syntax: &impl quote::ToTokens, generics: &[&syn::Generics]) -> String {
        let mut speller = self.speller();
        for generics in generics {
            speller = speller.with(generics);
        }
        replace_paths(&speller.spell(syntax), |path| self.public.shown(path))
    }

    fn put(&mut self, path: String, kind: ItemKind, signature: String, gate: &Gate, parent: Option<&str>) {
        let features = if gate.features.is_subset(&self.features) {
            self.features.clone()
        } else {
            Arc::new(self.features.union(&gate.features).cloned().collect())
        };
        let item = PublicItem {
            deprecated: gate.deprecated || self.module.deprecated,
            parent: parent.map(str::to_owned),
            ..PublicItem::new(kind, signature, features, self.file.clone())
        };
        self.surface.items.insert(path, item);
    }

    fn add_module(&mut self) {
        let path = self.module.path.get(1..).unwrap_or_default().join("::");
        let parent = path.rsplit_once("::").map(|(parent, _)| parent.to_owned());
        let gate = Gate::new(&[]);
        self.put(path, ItemKind::Module, String::new(), &gate, parent.as_deref());
    }

    /// Returns the public path of a definition in this module.
    fn path_of(&self, ident: &syn::Ident) -> Option<String> {
        let definition = format!("{}::{ident}", self.module.path.join("::"));
        self.public.path(&definition).map(str::to_owned)
    }

    fn add(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Struct(item) => self.add_struct(item),
            syn::Item::Enum(item) => self.add_enum(item),
            syn::Item::Type(item) => {
                let around = [&item.generics];
                let signature = format!("{}= {}", self.spell(around[0], &around), self.spell(&item.ty, &around));
                self.add_plain(&item.ident, &item.attrs, ItemKind::Alias, signature);
            }
            syn::Item::Const(item) => {
                let signature = format!("const {}", self.spell(&item.ty, &[]));
                self.add_plain(&item.ident, &item.attrs, ItemKind::Constant, signature);
            }
            syn::Item::Static(item) => {
                let signature = format!("static {}", self.spell(&item.ty, &[]));
                self.add_plain(&item.ident, &item.attrs, ItemKind::Constant, signature);
            }
            syn::Item::Fn(item) => {
                let signature = self.function(&item.sig, &[]);
                self.add_plain(&item.sig.ident, &item.attrs, ItemKind::Function, signature);
            }
            syn::Item::Impl(item) => self.add_impl(item),
            syn::Item::Macro(item) => self.add_macro(item),
            _ => {}
        }
    }

    fn add_plain(&mut self, ident: &syn::Ident, attributes: &[syn::Attribute], kind: ItemKind, signature: String) {
        if let Some(path) = self.path_of(ident) {
            self.put(path, kind, signature, &Gate::new(attributes), None);
        }
    }

    fn add_struct(&mut self, item: &syn::ItemStruct) {
        let Some(path) = self.path_of(&item.ident) else { return };
        let gate = Gate::new(&item.attrs);
        let form = if matches!(item.fields, syn::Fields::Unit) {
            " unit"
        } else {
            ""
        };
        let signature = format!("struct{}{form}", self.spell(&item.generics, &[&item.generics]));
        self.put(path.clone(), ItemKind::Struct, signature, &gate, None);
        let all = item.fields.iter().all(|field| is_public(&field.vis));
        self.close(&path, all && !is_open(&item.attrs));
        for (at, field) in item.fields.iter().enumerate() {
            let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
            let (name, gate) = (format!("{path}::{name}"), Gate::new(&field.attrs));
            if is_public(&field.vis) {
                let signature = self.spell(&field.ty, &[&item.generics]);
                self.put(name, ItemKind::Field, signature, &gate, Some(&path));
            }
        }
        self.add_derives(&path, &item.attrs, &gate);
    }

    fn add_enum(&mut self, item: &syn::ItemEnum) {
        let Some(path) = self.path_of(&item.ident) else { return };
        let gate = Gate::new(&item.attrs);
        let signature = format!("enum{}", self.spell(&item.generics, &[&item.generics]));
        self.put(path.clone(), ItemKind::Enum, signature, &gate, None);
        self.close(&path, !is_open(&item.attrs));
        for variant in &item.variants {
            let mut fields = variant.fields.clone();
            for field in &mut fields {
                field.attrs.clear();
            }
            let signature = self.spell(&fields, &[&item.generics]);
            let (name, gate) = (format!("{path}::{}", variant.ident), Gate::new(&variant.attrs));
            self.put(name, ItemKind::Variant, signature, &gate, Some(&path));
        }
        self.add_derives(&path, &item.attrs, &gate);
    }

    fn close(&mut self, path: &str, exhaustive: bool) {
        if let Some(item) = self.surface.items.get_mut(path) {
            item.exhaustive = exhaustive;
        }
    }

    fn add_derives(&mut self, path: &str, attributes: &[syn::Attribute], gate: &Gate) {
        for attribute in attributes.iter().filter(|one| one.path().is_ident("derive")) {
            let _ = attribute.parse_nested_meta(|meta| {
                if let Some(last) = meta.path.segments.last() {
                    let name = format!("impl {} for {path}", last.ident);
                    self.put(name, ItemKind::Impl, String::new(), gate, Some(path));
                }
                Ok(())
            });
        }
    }

    /// Returns the signature of a function, without the names of its parameters.
    fn function(&self, signature: &syn::Signature, around: &[&syn::Generics]) -> String {
        let mut generics: Vec<&syn::Generics> = around.to_vec();
        generics.push(&signature.generics);
        let inputs: Vec<String> = signature
            .inputs
            .iter()
            .map(|input| match input {
                syn::FnArg::Receiver(receiver) => match &receiver.kind {
                    syn::ReceiverKind::Reference(_, _, Some(_)) => "&mut self".to_owned(),
                    syn::ReceiverKind::Reference(..) => "&self".to_owned(),
                    syn::ReceiverKind::Typed(_, ty) => self.spell(ty, &generics),
                    _ => "self".to_owned(),
                },
                syn::FnArg::Typed(typed) => self.spell(&typed.ty, &generics),
            })
            .collect();
        let output = match &signature.output {
            syn::ReturnType::Default => String::new(),
            syn::ReturnType::Type(_, ty) => format!(" -> {}", self.spell(ty, &generics)),
        };
        let bounds = signature.generics.where_clause.as_ref();
        let bounds = bounds.map_or_else(String::new, |bounds| format!(" {}", self.spell(bounds, &generics)));
        let is_async = if signature.asyncness.is_some() { "async " } else { "" };
        let is_const = if signature.constness.is_some() { "const " } else { "" };
        let own = self.spell(&signature.generics, &generics);
        format!("{is_const}{is_async}fn{own}({}){output}{bounds}", inputs.join(", "))
    }

    /// Returns the type of an implementation, if it is public.
    fn owner(&self, ty: &syn::Type, generics: &syn::Generics, attributes: &[syn::Attribute]) -> Option<OpenItem> {
        let syn::Type::Path(syn::TypePath { path, qself: None, .. }) = ty else {
            return None;
        };
        let mut bare = path.clone();
        let arguments = bare.segments.last_mut().map(|last| std::mem::take(&mut last.arguments));
        let parent = self.spell(&bare, &[generics]);
        if !self.public.is_public_path(&parent) {
            return None;
        }
        // Of the type's own parameters nothing is to be said; a type of the crate is the one that the implementation is about.
        let about = match &arguments {
            Some(syn::PathArguments::AngleBracketed(list)) => list.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => {
                    let ty = self.spell(ty, &[generics]);
                    self.public.is_public_path(&ty).then_some(ty)
                }
                _ => None,
            }),
            _ => None,
        };
        let gate = Gate::new(attributes);
        let (path, parent) = match about {
            Some(about) => (format!("{parent}<{about}>"), about),
            None => (parent.clone(), parent),
        };
        Some(OpenItem { path, parent, gate })
    }

    fn add_impl(&mut self, item: &syn::ItemImpl) {
        let Some(owner) = self.owner(&item.self_ty, &item.generics, &item.attrs) else {
            return;
        };
        match &item.trait_ {
            None => self.add_methods(item, &owner),
            Some((path, _)) => {
                let full = self.spell(path, &[&item.generics]);
                self.add_implementation(item, &owner, &last_name(&full));
            }
        }
    }

    fn add_methods(&mut self, item: &syn::ItemImpl, owner: &OpenItem) {
        for one in &item.items {
            let (ident, visibility, attributes, kind, signature) = match one {
                syn::ImplItem::Fn(one) => {
                    let signature = self.function(&one.sig, &[&item.generics]);
                    (&one.sig.ident, &one.vis, &one.attrs, ItemKind::Function, signature)
                }
                syn::ImplItem::Const(one) => {
                    let signature = format!("const {}", self.spell(&one.ty, &[&item.generics]));
                    (&one.ident, &one.vis, &one.attrs, ItemKind::Constant, signature)
                }
                _ => continue,
            };
            let mut gate = Gate::new(attributes);
            if is_public(visibility) && !gate.hidden {
                gate.features.extend(owner.gate.features.iter().cloned());
                let name = format!("{}::{ident}", owner.path);
                self.put(name, kind, signature, &gate, Some(&owner.parent));
            }
        }
    }

    fn add_implementation(&mut self, item: &syn::ItemImpl, owner: &OpenItem, name: &str) {
        let path = format!("impl {name} for {}", owner.path);
        let bounds = item.generics.where_clause.to_token_stream();
        let signature = self.spell(&bounds, &[&item.generics]);
        let parent = Some(owner.parent.as_str());
        self.put(path.clone(), ItemKind::Impl, signature, &owner.gate, parent);
        for one in &item.items {
            if let syn::ImplItem::Type(one) = one {
                let signature = format!("= {}", self.spell(&one.ty, &[&item.generics]));
                let (place, kind) = (format!("{path}::{}", one.ident), ItemKind::AssociatedType);
                self.put(place, kind, signature, &owner.gate, Some(&path));
            }
        }
    }

    /// Adds an implementation that a macro of the runtime writes.
    fn add_macro(&mut self, item: &syn::ItemMacro) {
        let is_rows = |token: &TokenTree| matches!(token, TokenTree::Group(_));
        let tokens = item.mac.tokens.clone().into_iter();
        let ty = syn::parse2::<syn::Type>(tokens.take_while(|token| !is_rows(token)).collect());
        let owner = ty
            .ok()
            .and_then(|ty| self.owner(&ty, &syn::Generics::default(), &item.attrs));
        let Some((owner, name)) = owner.zip(item.mac.path.segments.last()) else {
            return;
        };
        for written in written_by(&name.ident.to_string()) {
            let path = format!("impl {written} for {}", owner.path);
            self.put(path, ItemKind::Impl, String::new(), &owner.gate, Some(&owner.parent));
        }
    }
}

/// Returns the traits that a macro of the runtime implements for a type itself; another macro stands for its own.
fn written_by(name: &str) -> Vec<String> {
    let traits: &[&str] = match name {
        "model" => &["Debug", "Deserialize<'de>", "Serialize"],
        "serde" => &["Deserialize<'de>", "Serialize"],
        "serialize" => &["Serialize"],
        "debug" => &["Debug"],
        "object" => &["Json"],
        "boxed" => &[],
        other => return vec![format!("{other}!")],
    };
    traits.iter().map(|one| (*one).to_owned()).collect()
}

/// Returns a trait by its last name, with its arguments.
fn last_name(path: &str) -> String {
    let (front, arguments) = path
        .split_once('<')
        .map_or((path, ""), |(front, _)| (front, &path[front.len()..]));
    let last = front.rsplit("::").next().unwrap_or(front);
    format!("{last}{arguments}")
}

/// Returns `true` for `#[non_exhaustive]`.
fn is_open(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|one| one.path().is_ident("non_exhaustive"))
}
