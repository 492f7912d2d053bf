//! Servers that the contract names, as functions to choose from, never a default.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::context::Context;
use super::docs::Docs;
use super::imports::RustFile;
use super::paths::exports;
use super::tokens::ident;
use super::{docs, sentences};
use crate::limits;

/// Runtime types that users of servers name.
const REEXPORTED: &[&str] = &["Server", "ServerError"];

/// Returns true if the whole address of a server is known.
pub(super) fn is_needed(context: &Context<'_>) -> bool {
    !context.api.choices().is_empty()
}

/// Emits `servers.rs`.
pub(super) fn emit(context: &Context<'_>) -> RustFile {
    let servers = named(context).map(|(name, server)| {
        let url = &server.url;
        let function = ident(name);
        let mut docs = Docs::ours(docs::code(url));
        if let Some(description) = &server.description {
            docs.markdown(description);
        }
        docs.paragraph(server.variables.iter().map(spoken));
        let docs = docs.tokens();
        let variables = server.variables.iter().map(variable);
        quote! {
            #docs
            pub fn #function() -> Server { Server::new(#url, &[#(#variables),*]) }
        }
    });
    let docs = vec![
        format!("The servers of {}.", docs::inline(&context.api.info.title)),
        String::new(),
        "There is no default: pass one to `Client::builder().base_url(..)`.".to_owned(),
    ];
    let functions = super::imports::shorten(context, servers.collect());
    let mut items = exports(REEXPORTED.iter().copied());
    items.extend(functions);
    RustFile {
        path: "src/servers.rs".into(),
        docs,
        items,
    }
}

/// Returns the absolute addresses of the API's servers with every allowed value of their variables.
pub(super) fn urls(context: &Context<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for server in context.api.servers.iter().filter(|server| server.is_absolute()) {
        let mut some = vec![server.url.clone()];
        for variable in &server.variables {
            let place = format!("{{{}}}", variable.name);
            let others = variable.values.iter().filter(|value| **value != variable.default);
            let values = || std::iter::once(&variable.default).chain(others.clone());
            let filled = some
                .iter()
                .flat_map(|url| values().map(|value| url.replace(&place, value)));
            some = filled.take(limits::SERVER_ADDRESSES).collect();
        }
        all.extend(some);
    }
    all.truncate(limits::SERVER_ADDRESSES);
    all
}

/// Returns the server of an operation that differs from the rest, its variables filled in.
pub(super) fn of_operation(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let first = operation.servers.first()?;
    let is_known = operation
        .servers
        .iter()
        .any(|server| context.api.servers.iter().any(|known| is_same(&known.url, &server.url)));
    let can_be_called = first.is_absolute() || first.url.starts_with('/');
    (can_be_called && !is_known).then(|| filled(first))
}

/// Returns the address of a server with the defaults of its variables.
fn filled(server: &ir::Server) -> String {
    server.variables.iter().fold(server.url.clone(), |url, variable| {
        url.replace(&format!("{{{}}}", variable.name), &variable.default)
    })
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// Returns all of them, each once.
pub(super) fn of_operations(context: &Context<'_>) -> std::collections::BTreeSet<String> {
    let all = context.api.operations();
    all.filter_map(|(_, operation)| of_operation(context, operation))
        .collect()
}

/// Returns the leading segments shared by the paths of all operations without a server of their own.
pub(super) fn paths(context: &Context<'_>) -> String {
    let all = context.api.operations().map(|(_, operation)| operation);
    let own = all.filter(|operation| of_operation(context, operation).is_none());
    beginning(own.map(|operation| operation.path.as_str()))
}

/// Returns the leading whole segments without a parameter that these paths share.
fn beginning<'p>(mut paths: impl Iterator<Item = &'p str>) -> String {
    let literal = |path: &'p str| path.split('/').skip(1).take_while(|segment| !segment.contains('{'));
    let mut common: Vec<&str> = paths.next().into_iter().flat_map(literal).collect();
    for path in paths {
        let same = common
            .iter()
            .zip(literal(path))
            .take_while(|(one, other)| *one == other);
        common.truncate(same.count());
    }
    if common.is_empty() {
        return String::new();
    }
    format!("/{}", common.join("/"))
}

fn named<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a str, &'a ir::Server)> {
    let names = context.names;
    let all = context.api.choices().into_iter().enumerate();
    all.map(move |(index, server)| (names.server(index), server))
}

fn variable(variable: &ir::ServerVariable) -> TokenStream {
    let (name, default, allowed) = (&variable.name, &variable.default, &variable.values);
    quote!(glue::Variable { name: #name, default: #default, allowed: &[#(#allowed),*] })
}

/// Formats a variable as an item of a list.
fn spoken(variable: &ir::ServerVariable) -> String {
    let mut text = format!("- {}", docs::code(&variable.name));
    if let Some(description) = &variable.description {
        text = format!("{text}: {}", sentences::unended(description));
    }
    text = format!("{text} (default {}", docs::code(&variable.default));
    if !variable.values.is_empty() {
        text = format!("{text}; one of {}", docs::codes(&variable.values));
    }
    text + ")"
}

/// Returns the function of the first server, as code below the crate.
pub(super) fn first(context: &Context<'_>) -> Option<String> {
    named(context).next().map(|(name, _)| format!("servers::{name}()"))
}

/// Returns the path that the base URL ends in, if the contract has no address but only the path of its server.
pub(super) fn path(context: &Context<'_>) -> String {
    let server = context.api.servers.first().filter(|_| !is_needed(context));
    let path = server.map(filled).unwrap_or_default();
    let path = path.trim_end_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    let is_path = path.starts_with('/') && !path.starts_with("//") && path.chars().all(is_plain);
    if is_path { path.to_owned() } else { String::new() }
}

/// Returns rows for the documentation: function and address.
pub(super) fn table(context: &Context<'_>) -> Vec<(String, String)> {
    named(context)
        .map(|(name, server)| {
            let url = docs::cell(&docs::code(&server.url));
            (docs::code(&format!("servers::{name}()")), url)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn paths_begin_with_the_whole_segments_that_they_share() {
        for (paths, shared) in [
            (&["/partner/v1/customers", "/partner/v1/quotes/{id}"][..], "/partner/v1"),
            (&["/partner/v1/customers", "/partner/v12/customers"], "/partner"),
            (&["/v1/{customer}/files", "/v1/{customer}/files"], "/v1"),
            (&["/v1/file-{id}", "/v1/file-{id}/parts"], "/v1"),
            (&["/customers"], "/customers"),
            (&["/customers", "/quotes"], ""),
            (&["/{tenant}/customers"], ""),
            (&[], ""),
        ] {
            assert_eq!(beginning(paths.iter().copied()), shared, "{paths:?}");
        }
    }
}
