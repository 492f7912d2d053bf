//! Full paths to imports: emitters write `runtime::Timestamp` and `crate::models::OrderId`; a file imports the path and
//! writes its last segment, unless that name already means something else there.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

use super::context::Context;
use super::paths;
use super::tokens::{ident, is_separator, leading};
use crate::runtime;
use crate::runtime::{GLUE, LIBRARY, ROOT};

/// Shortens the paths of one file that defines no model, and puts its imports first.
pub(crate) fn shorten(context: &Context<'_>, items: Vec<TokenStream>) -> Vec<TokenStream> {
    shorten_beside(context, items, &|_| false)
}

/// Shortens the paths of one file and puts its imports first. `here`: the models that this file defines.
pub(crate) fn shorten_beside(
    context: &Context<'_>,
    items: Vec<TokenStream>,
    here: &dyn Fn(&str) -> bool,
) -> Vec<TokenStream> {
    apply(
        items,
        ImportScope {
            defined: BTreeSet::new(),
            taken: &|name| context.is_model(name),
            here,
            operations: false,
            imports: BTreeMap::new(),
            glue: false,
        },
    )
}

/// Shortens every path, those of operations included: for example code.
pub(crate) fn shorten_all(items: Vec<TokenStream>) -> Vec<TokenStream> {
    let no = |_: &str| false;
    apply(
        items,
        ImportScope {
            defined: BTreeSet::new(),
            taken: &no,
            here: &no,
            operations: true,
            imports: BTreeMap::new(),
            glue: false,
        },
    )
}

fn apply(items: Vec<TokenStream>, mut file: ImportScope<'_>) -> Vec<TokenStream> {
    let items: Vec<Vec<TokenTree>> = items.into_iter().map(|item| item.into_iter().collect()).collect();
    for item in &items {
        file.define(item);
    }
    let items: Vec<TokenStream> = items.into_iter().map(|item| file.rewrite(item)).collect();
    let mut all = file.uses();
    all.extend(items);
    all
}

struct ImportScope<'a> {
    /// Types that the file defines itself.
    defined: BTreeSet<String>,
    taken: &'a dyn Fn(&str) -> bool,
    here: &'a dyn Fn(&str) -> bool,
    /// Shortens paths of operations too; false where the feature of a group may be off.
    operations: bool,
    /// Imported names by path.
    imports: BTreeMap<String, BTreeSet<String>>,
    glue: bool,
}

impl ImportScope<'_> {
    fn define(&mut self, item: &[TokenTree]) {
        for pair in item.windows(2) {
            if let [TokenTree::Ident(word), TokenTree::Ident(name)] = pair
                && ["struct", "enum", "type"].iter().any(|keyword| word == keyword)
            {
                self.defined.insert(name.to_string());
            }
        }
    }

    /// Rewrites the tokens. Never keeps a second handle on them: sharing would copy every one of them.
    fn rewrite(&mut self, tokens: Vec<TokenTree>) -> TokenStream {
        let mut out: Vec<TokenTree> = Vec::with_capacity(tokens.len());
        let mut rest = tokens.into_iter();
        // The two tokens before decide whether a path starts here.
        let mut behind_separator = false;
        while let Some(next) = rest.as_slice().first() {
            if let TokenTree::Ident(word) = next
                && !behind_separator
                && rest.as_slice().get(1..).is_some_and(is_separator)
                && let Some(length) = self.short(word, rest.as_slice(), &mut out)
            {
                rest.by_ref().take(length).for_each(drop);
                continue;
            }
            behind_separator = is_separator(rest.as_slice());
            let Some(token) = rest.next() else { break };
            match token {
                TokenTree::Group(group) => {
                    let (delimiter, span, stream) = (group.delimiter(), group.span(), group.stream());
                    drop(group);
                    let inner = self.rewrite(stream.into_iter().collect());
                    if delimiter == Delimiter::None {
                        out.extend(inner);
                    } else {
                        let mut inner = Group::new(delimiter, inner);
                        inner.set_span(span);
                        out.push(TokenTree::Group(inner));
                    }
                }
                other if behind_separator => {
                    out.push(other);
                    out.extend(rest.next());
                }
                other => out.push(other),
            }
        }
        out.into_iter().collect()
    }

    /// Appends the short form of the path that starts here; returns the number of tokens it replaces. A name of the
    /// runtime that has no short form becomes its full path.
    fn short(&mut self, first: &Ident, tokens: &[TokenTree], out: &mut Vec<TokenTree>) -> Option<usize> {
        if first == GLUE {
            let goes_on = matches!(tokens.get(3), Some(TokenTree::Ident(_)));
            self.glue |= goes_on;
            out.extend(goes_on.then(|| TokenTree::Ident(ident(GLUE))));
            return goes_on.then_some(1);
        }
        if first != ROOT && first != "crate" {
            return None;
        }
        let path = leading(tokens);
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let (prefix, name, length) = match words.as_slice() {
            [ROOT, name, ..] => match runtime::module(name)? {
                "" if name.starts_with(char::is_uppercase) => (LIBRARY.to_owned(), *name, 4),
                module => {
                    out.extend(paths::tokens(module, name));
                    return Some(4);
                }
            },
            ["crate", "models", name, ..] => ("crate::models".to_owned(), *name, 7),
            ["crate", "operations", group, name, ..] if self.operations => {
                (format!("crate::operations::{group}"), *name, 10)
            }
            ["crate", "client", name, ..] => ("crate::client".to_owned(), *name, 7),
            ["crate", module, name, ..] if self.operations && module.starts_with(char::is_lowercase) => {
                (format!("crate::{module}"), *name, 7)
            }
            ["crate", name, ..] if self.operations => ("crate".to_owned(), *name, 4),
            _ => return None,
        };
        if !name.starts_with(char::is_uppercase) {
            return None;
        }
        if prefix == "crate::models" && (self.here)(name) {
            out.push(TokenTree::Ident(ident(name)));
            return Some(length);
        }
        let of_runtime = prefix == LIBRARY;
        let elsewhere = self
            .imports
            .iter()
            .any(|(path, names)| *path != prefix && names.contains(name));
        if (of_runtime && (self.taken)(name)) || elsewhere || self.defined.contains(name) {
            out.extend(of_runtime.then(|| paths::tokens("", name)).into_iter().flatten());
            return of_runtime.then_some(length);
        }
        self.imports.entry(prefix).or_default().insert(name.to_owned());
        out.push(TokenTree::Ident(ident(name)));
        Some(length)
    }

    fn uses(&self) -> Vec<TokenStream> {
        let mut uses = Vec::new();
        for (path, names) in &self.imports {
            if path == LIBRARY || path == "crate" {
                continue;
            }
            let path: syn::Path = match syn::parse_str(path) {
                Ok(path) => path,
                Err(_) => continue,
            };
            let names: Vec<Ident> = names.iter().map(|name| ident(name)).collect();
            uses.push(braced(&quote!(#path), &names));
        }
        let glue = self.glue.then(|| ident(GLUE));
        for (root, module) in [("crate", None), (LIBRARY, glue)] {
            let imported = self.imports.get(root).into_iter().flatten().map(|name| ident(name));
            let names: Vec<Ident> = module.into_iter().chain(imported).collect();
            let root = ident(root);
            uses.extend((!names.is_empty()).then(|| braced(&quote!(#root), &names)));
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

// One Rust file and its exports: its items come in, the names of its public types come out.

/// One Rust file: path, `//!` lines, items in order.
#[derive(Debug, Clone)]
pub struct RustFile {
    /// Path below the crate's folder.
    pub path: String,
    /// Module documentation, safe lines.
    pub docs: Vec<String>,
    /// Items.
    pub items: Vec<TokenStream>,
}

/// Names of the public types of each file, by the file's path below the crate's folder.
pub type Exports = BTreeMap<String, Vec<String>>;

/// Returns the name of an item, if it is a public type.
pub(crate) fn exported(item: &syn::Item) -> Option<String> {
    let (visibility, name) = match item {
        syn::Item::Struct(item) => (&item.vis, &item.ident),
        syn::Item::Enum(item) => (&item.vis, &item.ident),
        syn::Item::Type(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    matches!(visibility, syn::Visibility::Public(_)).then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

    use super::{exported, leading, shorten_all};

    fn tokens(text: &str) -> TokenStream {
        text.parse().unwrap()
    }

    #[test]
    fn paths_are_imported_once_and_written_short_unless_the_name_means_something_else() {
        for (given, wanted) in [
            ("runtime::Map", "use sdkwright_runtime::Map; Map"),
            (
                "f(runtime::Map::new, runtime::Date)",
                "use sdkwright_runtime::{Date, Map}; f(Map::new, Date)",
            ),
            ("crate::models::A", "use crate::models::A; A"),
            ("crate::operations::loans::A", "use crate::operations::loans::A; A"),
            ("crate::client::Client", "use crate::client::Client; Client"),
            // Name clashes: another import, a type of the file, a function, another crate, a path that begins with `::`.
            (
                "crate::models::Map; runtime::Map",
                "use crate::models::Map; Map; sdkwright_runtime::Map",
            ),
            ("struct Map; runtime::Map", "struct Map; sdkwright_runtime::Map"),
            (
                "return Map; runtime::Map",
                "use sdkwright_runtime::Map; return Map; Map",
            ),
            ("crate::models::a", "crate::models::a"),
            ("std::models::A", "std::models::A"),
            ("::runtime::Map", "::runtime::Map"),
            ("glue::f(1)", "use sdkwright_runtime::glue; glue::f(1)"),
            ("glue::{f}", "glue::{f}"),
            ("glue.f", "glue.f"),
        ] {
            let found: TokenStream = shorten_all(vec![tokens(given)]).into_iter().collect();
            assert_eq!(found.to_string(), tokens(wanted).to_string(), "{given}");
        }
    }

    #[test]
    fn a_group_without_brackets_is_written_as_what_it_holds() {
        let group = TokenTree::Group(Group::new(Delimiter::None, tokens("runtime::Map")));
        let found: Vec<TokenStream> = shorten_all(vec![group.into()]);
        assert!(matches!(
            found.into_iter().flatten().last(),
            Some(TokenTree::Ident(name)) if name == "Map"
        ));
    }

    #[test]
    fn a_path_ends_where_no_separator_follows() {
        let words = |text: &str| leading(&tokens(text).into_iter().collect::<Vec<TokenTree>>());
        assert_eq!(words("a::b::c"), ["a", "b", "c"]);
        assert_eq!(words("a < b , c"), ["a"]);
        assert_eq!(words("a . . b"), ["a"]);
    }

    #[test]
    fn public_types_are_named_and_nothing_else() {
        let items: syn::File = syn::parse_quote! {
            pub struct A;
            #[deprecated]
            pub enum B {}
            pub type C = A;
            struct D;
            pub(crate) struct E;
            impl A {}
        };
        let names: Vec<_> = items.items.iter().filter_map(exported).collect();
        assert_eq!(names, ["A", "B", "C"]);
    }
}
