//! A sealed API with its names to Rust files, as syn and quote items.
//!
//! Thin: types, constant descriptions and one-line methods; everything that runs is the runtime's. Text from a contract
//! comes in as string literals or through `docs`, never as code. Printing is `output`'s.

mod api;
mod auth;
mod client;
mod context;
mod docs;
mod example;
mod gates;
mod imports;
mod library;
mod model;
mod multipart;
mod operation;
mod paths;
mod reference;
mod servers;
mod webhooks;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::ir;
use crate::naming::Names;

pub(crate) use paths::stranger;
pub use paths::{GLUE, PUBLIC};
pub use reference::{Code, Model, Operation, Reference, reference};

/// What generated code says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The package's name.
    pub package: String,
    /// The package's version.
    pub version: String,
    /// SHA-256 of the contract's bytes, lower-case hex.
    pub contract_sha256: String,
}

impl About {
    /// The crate's name in Rust code.
    pub fn library(&self) -> String {
        self.package.replace('-', "_")
    }
}

/// One Rust file: where it goes, its `//!` lines, its items in order.
#[derive(Debug, Clone)]
pub struct RustFile {
    /// Below the crate's folder.
    pub path: String,
    /// Module documentation, safe lines.
    pub docs: Vec<String>,
    /// Items.
    pub items: Vec<TokenStream>,
}

/// All Rust files of the crate.
pub fn emit(api: &ir::Api, names: &Names, about: &About) -> Vec<RustFile> {
    let context = context::Context::new(api, names, about);
    let mut files = vec![library::emit(&context), client::emit(&context), api::emit(&context)];
    files.extend(auth::emit(&context));
    files.extend(servers::emit(&context));
    files.extend(model::emit(&context));
    files.extend(operation::emit(&context));
    files.extend(webhooks::emit(&context));
    if files.iter().any(|file| file.items.iter().any(library::is_foreign))
        && let Some(library) = files.first_mut()
    {
        library.items.insert(0, library::of_foreign_names());
    }
    files
}

/// Can a crate be named that in code?
pub fn is_library_name(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}
