//! Full paths to imports: emitters say `sdk_runtime::Timestamp` and `crate::models::OrderId`, a file says the last word
//! and imports it, unless that word already means something else there.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use quote::quote;

use super::context::ident;

/// The prefixes that are shortened. `glue` is imported as a whole.
const RUNTIME: &str = "sdk_runtime";
const GLUE: &str = "glue";

/// Shortens the paths of one file and gives its imports first.
///
/// `taken`: names that a runtime type must not be imported under, because a model has them. `here`: the models that this
/// very file defines.
pub(crate) fn shorten(
    items: Vec<TokenStream>,
    taken: &dyn Fn(&str) -> bool,
    here: &dyn Fn(&str) -> bool,
) -> Vec<TokenStream> {
    apply(
        items,
        File {
            defined: BTreeSet::new(),
            taken,
            here,
            operations: false,
            imports: BTreeMap::new(),
            glue: false,
        },
    )
}

/// Shortens every path, those of operations included: for a user's code.
pub(crate) fn shorten_all(items: Vec<TokenStream>) -> Vec<TokenStream> {
    let no = |_: &str| false;
    apply(
        items,
        File {
            defined: BTreeSet::new(),
            taken: &no,
            here: &no,
            operations: true,
            imports: BTreeMap::new(),
            glue: false,
        },
    )
}

fn apply(items: Vec<TokenStream>, mut file: File<'_>) -> Vec<TokenStream> {
    for item in &items {
        file.define(item.clone());
    }
    let items: Vec<TokenStream> = items.into_iter().map(|item| file.rewrite(item)).collect();
    let mut all = file.uses();
    all.extend(items);
    all
}

struct File<'a> {
    /// Types that the file defines itself.
    defined: BTreeSet<String>,
    taken: &'a dyn Fn(&str) -> bool,
    here: &'a dyn Fn(&str) -> bool,
    /// Are paths of operations shortened? Not where a group may be missing.
    operations: bool,
    /// Path to imported names.
    imports: BTreeMap<String, BTreeSet<String>>,
    glue: bool,
}

impl File<'_> {
    fn define(&mut self, item: TokenStream) {
        let mut tokens = item.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let TokenTree::Ident(word) = token else { continue };
            if matches!(word.to_string().as_str(), "struct" | "enum" | "type")
                && let Some(TokenTree::Ident(name)) = tokens.peek()
            {
                self.defined.insert(name.to_string());
            }
        }
    }

    fn rewrite(&mut self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let (mut out, mut at) = (TokenStream::new(), 0);
        while at < tokens.len() {
            let starts = at < 2 || !is_separator(&tokens[at - 2..at]);
            if let Some((name, length)) = starts.then(|| self.short(&tokens[at..])).flatten() {
                out.extend([TokenTree::Ident(name)]);
                at += length;
                continue;
            }
            match &tokens[at] {
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.rewrite(group.stream()));
                    inner.set_span(group.span());
                    if group.delimiter() == Delimiter::None {
                        out.extend(inner.stream());
                    } else {
                        out.extend([TokenTree::Group(inner)]);
                    }
                }
                other => out.extend([other.clone()]),
            }
            at += 1;
        }
        out
    }

    /// The short form of the path that starts here, and how many tokens it replaces.
    fn short(&mut self, tokens: &[TokenTree]) -> Option<(Ident, usize)> {
        let path = leading(tokens);
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let (prefix, name, length) = match words.as_slice() {
            [RUNTIME, GLUE, ..] | [GLUE, _, ..] => {
                self.glue = true;
                return Some((ident(GLUE), if words[0] == GLUE { 1 } else { 4 }));
            }
            [RUNTIME, name, ..] => (RUNTIME.to_owned(), *name, 4),
            ["crate", "models", name, ..] => ("crate::models".to_owned(), *name, 7),
            ["crate", "operations", group, name, ..] if self.operations => {
                (format!("crate::operations::{group}"), *name, 10)
            }
            ["crate", "client", name, ..] => ("crate::client".to_owned(), *name, 7),
            _ => return None,
        };
        if !name.starts_with(char::is_uppercase) {
            return None;
        }
        if prefix == "crate::models" && (self.here)(name) {
            return Some((ident(name), length));
        }
        let runtime_like_a_model = prefix == RUNTIME && (self.taken)(name);
        let elsewhere = self
            .imports
            .iter()
            .any(|(path, names)| *path != prefix && names.contains(name));
        if runtime_like_a_model || elsewhere || self.defined.contains(name) {
            return None;
        }
        self.imports.entry(prefix).or_default().insert(name.to_owned());
        Some((ident(name), length))
    }

    fn uses(&self) -> Vec<TokenStream> {
        let mut uses = Vec::new();
        for (path, names) in &self.imports {
            if path == RUNTIME {
                continue;
            }
            let path: syn::Path = match syn::parse_str(path) {
                Ok(path) => path,
                Err(_) => continue,
            };
            let names: Vec<Ident> = names.iter().map(|name| ident(name)).collect();
            uses.push(braced(&quote!(#path), &names));
        }
        let runtime = self.imports.get(RUNTIME).into_iter().flatten().map(|name| ident(name));
        let names: Vec<Ident> = self.glue.then(|| ident(GLUE)).into_iter().chain(runtime).collect();
        if !names.is_empty() {
            uses.push(braced(&quote!(sdk_runtime), &names));
        }
        uses
    }
}

fn braced(path: &TokenStream, names: &[Ident]) -> TokenStream {
    if let [name] = names {
        quote!(use #path::#name;)
    } else {
        quote!(use #path::{#(#names),*};)
    }
}

/// `::`
pub(crate) fn is_separator(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(first), TokenTree::Punct(second), ..]
        if first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':')
}

/// The words of a path (`a::b::c`) that starts here.
pub(crate) fn leading(tokens: &[TokenTree]) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        words.push(word.to_string());
        let colons = tokens.get(at + 1..).is_some_and(is_separator);
        if !colons {
            break;
        }
        at += 3;
    }
    words
}
