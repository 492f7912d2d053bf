//! A sealed API with its names to Rust files, as syn and quote items.
//!
//! Thin: types, constant descriptions and one-line methods; all behaviour is in the runtime. Text from a contract
//! enters as string literals or through `docs`, never as code. `output` prints the items.

mod api;
mod auth;
mod bridges;
mod client;
mod constant;
mod context;
mod docs;
mod example;
mod group_pages;
mod headers;
mod imports;
mod key;
mod library;
mod members;
mod model;
mod multipart;
mod operation;
mod origins;
mod overview;
mod page_plan;
mod paths;
mod positions;
mod reference;
mod rules;
mod sentences;
mod server;
mod servers;
mod signing;
mod tokens;
mod usage;
mod webhook_keys;
mod webhooks;

#[cfg(test)]
mod tests;

use sdkwright_contract::ir;

use crate::naming::Names;

pub use context::About;
pub(crate) use docs::BREAK;
pub use group_pages::{ModelEntry, Operation, ReferencePage};
pub(crate) use imports::exported;
pub use imports::{Exports, RustFile};
pub use library::Features;
pub use origins::{ItemOrigin, spellings};
pub(crate) use paths::{is_foreign, stranger};
pub use reference::{CodeRow, PageData};

/// The Rust files of a crate and their pages, made one at a time, in any order and on any thread.
pub struct RustFiles<'a> {
    context: context::Context<'a>,
    plan: page_plan::PagePlan,
    /// Everything but `lib.rs`, which is made last.
    parts: Vec<PlannedFile<'a>>,
}

/// One file to make.
enum PlannedFile<'a> {
    Client,
    Api,
    Auth,
    Servers,
    Headers,
    /// A file of models with its types.
    Model(&'a str, Vec<ir::TypeId>),
    /// The operations of a group.
    Group(usize, Vec<ir::OperationId>),
    Groups,
    /// The server's side: the router, and the trait of a group.
    Server,
    Served(usize, Vec<ir::OperationId>),
    Webhooks,
    /// A page of models that several groups use.
    Page(String),
}

impl std::fmt::Debug for RustFiles<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// Plans all Rust files of the crate.
pub fn emit<'a>(api: &'a ir::Api, names: &'a Names, about: &'a About) -> RustFiles<'a> {
    let context = context::Context::new(api, names, about);
    let groups = operation::groups(&context).into_iter().enumerate();
    let served: Vec<_> = if about.server {
        groups.clone().collect()
    } else {
        Vec::new()
    };
    // The largest groups first, so that no thread is left with a large file at the end.
    let mut parts: Vec<PlannedFile<'a>> = groups.map(|(index, ids)| PlannedFile::Group(index, ids)).collect();
    parts.sort_by_key(|part| match part {
        PlannedFile::Group(_, ids) => std::cmp::Reverse(ids.len()),
        _ => std::cmp::Reverse(0),
    });
    parts.extend([PlannedFile::Api, PlannedFile::Client]);
    parts.extend(
        model::files(&context)
            .into_iter()
            .map(|(file, ids)| PlannedFile::Model(file, ids)),
    );
    parts.push(PlannedFile::Groups);
    parts.extend(about.server.then_some(PlannedFile::Server));
    parts.extend(served.into_iter().map(|(index, ids)| PlannedFile::Served(index, ids)));
    parts.extend(auth::is_needed(&context).then_some(PlannedFile::Auth));
    parts.extend(servers::is_needed(&context).then_some(PlannedFile::Servers));
    parts.extend(headers::is_needed(&context).then_some(PlannedFile::Headers));
    parts.extend(api.webhooks.as_ref().map(|_| PlannedFile::Webhooks));
    let plan = about.documented.then(|| page_plan::PagePlan::new(&context));
    let plan = plan.unwrap_or_default();
    parts.extend(plan.model_pages().map(|(file, _)| PlannedFile::Page(file.to_owned())));
    RustFiles { context, plan, parts }
}

impl RustFiles<'_> {
    /// Returns the number of files besides `lib.rs`, with the pages of models.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Returns true if there are no files besides `lib.rs`.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Makes the file with this index.
    pub fn file(&self, index: usize) -> Option<RustFile> {
        let context = &self.context;
        match self.parts.get(index)? {
            PlannedFile::Client => Some(client::emit(context)),
            PlannedFile::Api => Some(api::emit(context)),
            PlannedFile::Auth => Some(auth::emit(context)),
            PlannedFile::Servers => Some(servers::emit(context)),
            PlannedFile::Headers => Some(headers::emit(context)),
            PlannedFile::Model(file, ids) => Some(model::emit(context, file, ids)),
            PlannedFile::Group(index, ids) => operation::emit(context, *index, ids),
            PlannedFile::Groups => Some(operation::emit_list(context)),
            PlannedFile::Server => Some(server::emit_list(context)),
            PlannedFile::Served(index, ids) => server::emit(context, *index, ids),
            PlannedFile::Webhooks => webhooks::emit(context),
            PlannedFile::Page(_) => None,
        }
    }

    /// Makes the page of the file with this index.
    pub fn page(&self, index: usize) -> Option<ReferencePage> {
        match self.parts.get(index)? {
            PlannedFile::Group(index, _) => Some(group_pages::of_group(&self.context, &self.plan, *index)),
            PlannedFile::Page(file) => Some(group_pages::of_models(&self.context, &self.plan, file)),
            _ => None,
        }
    }

    /// Makes the module that names the models, from the public types of their files. `index`: the lines of its documentation.
    pub fn models(&self, exports: &Exports, index: Vec<String>) -> RustFile {
        let files = self.parts.iter().filter_map(|part| match part {
            PlannedFile::Model(file, _) => Some(*file),
            _ => None,
        });
        model::emit_list(&self.context, files, exports, index)
    }

    /// Makes `lib.rs`; `foreign`: other files have identifiers with non-ASCII letters. `front`: the lines of its documentation.
    pub fn library(&self, foreign: bool, front: Vec<String>) -> RustFile {
        library::emit(&self.context, foreign, front)
    }

    /// Makes the module of the guide, which only the documentation has.
    pub fn guide(&self, guide: Vec<String>) -> RustFile {
        library::guide(guide)
    }

    /// Draws the pictures of the pages: path and text. `header` says who made them.
    pub fn pictures(&self, header: &str) -> Vec<(String, String)> {
        page_plan::picture_files(&self.context, header)
    }

    /// Returns the Cargo features of the crate, each with whether it is on by default.
    pub fn features(&self) -> Vec<(String, bool)> {
        library::cargo_features(&self.context)
    }

    /// Returns the node of the contract from which each public item is made.
    pub fn origins(&self) -> Vec<ItemOrigin> {
        origins::origins(&self.context)
    }

    /// Returns the reason for each operation that the server's side leaves out, and for deliveries.
    pub fn not_served(&self) -> Vec<&'static str> {
        let operations = server::left_out(&self.context).map(|(_, reason)| reason);
        operations.chain(server::reason_of_deliveries(&self.context)).collect()
    }

    /// Collects the data of the pages that belong to no group.
    pub fn reference(&self) -> PageData {
        reference::reference(&self.context, &self.plan)
    }
}

/// Returns true if code can refer to a crate by this name.
pub fn is_library_name(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}
