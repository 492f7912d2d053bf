//! Paths into the runtime: the tokens of emitters become the paths of `crate::runtime`, and a path that is not in its
//! tables is found.
//!
//! `output` refuses to print a file that mentions another one.

use std::fmt::Write as _;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::visit::Visit;

use super::tokens::{ident, is_separator, regrouped};
use crate::runtime::{self, CALLED, GLUE, LIBRARY, NAMED, ROOT};

/// Returns the path of a name in this module of the runtime.
pub(crate) fn tokens(module: &str, name: &str) -> TokenStream {
    let (library, name) = (ident(LIBRARY), ident(name));
    if module.is_empty() {
        return quote!(#library::#name);
    }
    let module = ident(module);
    quote!(#library::#module::#name)
}

/// Returns the path of a name of the runtime for links in documentation.
pub(crate) fn link(name: &str) -> String {
    match runtime::module(name) {
        None | Some("") => format!("{LIBRARY}::{name}"),
        Some(module) => format!("{LIBRARY}::{module}::{name}"),
    }
}

/// Emits the public imports of these names of the runtime: one per module, in the order of the table.
pub(crate) fn exports<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<TokenStream> {
    let wanted: Vec<&str> = names.into_iter().collect();
    let library = ident(LIBRARY);
    let import = |(module, names): &(&str, &[&str])| {
        let names = names.iter().filter(|name| wanted.contains(name));
        let names: Vec<Ident> = names.map(|name| ident(name)).collect();
        let module = (!module.is_empty()).then(|| ident(module)).into_iter();
        (!names.is_empty()).then(|| quote!(pub use #library::#(#module::)*{#(#names),*};))
    };
    NAMED.iter().filter_map(import).collect()
}

/// Replaces the root of every name of the runtime by its full path.
pub(crate) fn expanded(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut rest = tokens.into_iter();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Ident(root) if root == ROOT && is_separator(rest.as_slice()) => {
                let name = rest.nth(2).map(|name| name.to_string()).unwrap_or_default();
                out.extend(self::tokens(runtime::module(&name).unwrap_or_default(), &name));
            }
            TokenTree::Group(group) => out.extend([regrouped(group, expanded)]),
            other => out.extend([other]),
        }
    }
    out
}

/// Returns the first path of the runtime in these items that is in neither list.
pub(crate) fn stranger(items: &[syn::Item]) -> Option<String> {
    let mut search = PathCheck::default();
    for item in items {
        search.visit_item(item);
    }
    search.stranger
}

/// Returns true if an identifier of these items has non-ASCII letters.
pub(crate) fn is_foreign(items: &[syn::Item]) -> bool {
    let mut search = Foreign(false);
    for item in items {
        search.visit_item(item);
    }
    search.0
}

#[derive(Default)]
struct PathCheck {
    stranger: Option<String>,
    /// The current word.
    word: String,
}

impl PathCheck {
    /// Checks the words after a root.
    fn judge<'i>(&mut self, mut words: impl Iterator<Item = &'i Ident>) {
        let Some(mut word) = words.next() else { return };
        let (mut door, mut list) = (ROOT, &[] as &[&str]);
        if word == LIBRARY {
            let Some(second) = words.next() else { return };
            (door, word) = (LIBRARY, second);
            list = NAMED.first().map_or(list, |(_, names)| names);
            let of = |(module, _): &&(&str, &[&str])| word == *module;
            if let Some((module, names)) = NAMED.iter().find(of) {
                let Some(third) = words.next() else { return };
                (door, list, word) = (module, names, third);
            }
        }
        if word == GLUE {
            let Some(next) = words.next() else { return };
            (door, list, word) = (GLUE, CALLED, next);
        }
        self.word.clear();
        let _ = write!(self.word, "{word}");
        if self.stranger.is_none() && !list.contains(&self.word.as_str()) {
            self.stranger = Some(format!("{door}::{}", self.word));
        }
    }

    /// Checks every path of a `use`.
    fn imports<'i>(&mut self, before: &[&'i Ident], tree: &'i syn::UseTree) {
        let and = |word: &'i Ident| before.iter().copied().chain([word]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.imports(&and(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.start(&and(&name.ident)),
            syn::UseTree::Rename(name) => self.start(&and(&name.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.imports(before, tree)),
            syn::UseTree::Glob(_) => self.start(before),
        }
    }

    /// Checks the paths in the input of a macro, which is not parsed. A root without `::` is the name of a member.
    fn search(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let rest = tokens.get(at + 1..).unwrap_or_default();
            match token {
                TokenTree::Ident(root) if (root == LIBRARY || root == GLUE) && is_separator(rest) => {
                    let words = words(rest.iter().cloned().collect());
                    self.judge(std::iter::once(root).chain(&words));
                }
                TokenTree::Group(group) => self.search(group.stream()),
                _ => {}
            }
        }
    }

    fn start(&mut self, words: &[&Ident]) {
        if words.first().is_some_and(|first| *first == LIBRARY || *first == GLUE) {
            self.judge(words.iter().copied());
        }
    }
}

impl<'i> Visit<'i> for PathCheck {
    fn visit_path(&mut self, path: &'i syn::Path) {
        let first = path.segments.first().filter(|_| path.segments.len() > 1);
        if first.is_some_and(|first| [LIBRARY, GLUE, ROOT].iter().any(|root| first.ident == root)) {
            self.judge(path.segments.iter().map(|segment| &segment.ident));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'i syn::ItemUse) {
        self.imports(&[], &item.tree);
    }

    fn visit_macro(&mut self, call: &'i syn::Macro) {
        self.search(call.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'i syn::Attribute) {}
}

struct Foreign(bool);

impl<'i> Visit<'i> for Foreign {
    fn visit_ident(&mut self, ident: &'i Ident) {
        self.0 |= !ident.to_string().is_ascii();
    }

    fn visit_macro(&mut self, call: &'i syn::Macro) {
        self.0 |= words(call.tokens.clone())
            .iter()
            .any(|word| !word.to_string().is_ascii());
    }

    fn visit_attribute(&mut self, _: &'i syn::Attribute) {}
}

/// Returns all identifiers in order.
fn words(tokens: TokenStream) -> Vec<Ident> {
    let mut words = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.push(word),
            TokenTree::Group(group) => words.extend(self::words(group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::is_foreign;
    use crate::runtime::{CALLED, NAMED};

    fn items(tokens: proc_macro2::TokenStream) -> Vec<syn::Item> {
        syn::parse2::<syn::File>(tokens).unwrap().items
    }

    fn stranger(tokens: &proc_macro2::TokenStream) -> Option<String> {
        super::stranger(&items(tokens.clone()))
    }

    const EMITTERS: &[&str] = &[
        include_str!("api.rs"),
        include_str!("auth.rs"),
        include_str!("bridges.rs"),
        include_str!("client.rs"),
        include_str!("context.rs"),
        include_str!("example.rs"),
        include_str!("example/value.rs"),
        include_str!("headers.rs"),
        include_str!("imports.rs"),
        include_str!("key.rs"),
        include_str!("library.rs"),
        include_str!("members.rs"),
        include_str!("model.rs"),
        include_str!("model/enumeration.rs"),
        include_str!("model/object.rs"),
        include_str!("model/problems.rs"),
        include_str!("model/union.rs"),
        include_str!("multipart.rs"),
        include_str!("operation.rs"),
        include_str!("operation/answer.rs"),
        include_str!("operation/approval.rs"),
        include_str!("operation/arguments.rs"),
        include_str!("operation/body.rs"),
        include_str!("operation/failure.rs"),
        include_str!("operation/identity.rs"),
        include_str!("operation/links.rs"),
        include_str!("operation/paging.rs"),
        include_str!("operation/recorded.rs"),
        include_str!("positions.rs"),
        include_str!("rules.rs"),
        include_str!("servers.rs"),
        include_str!("signing.rs"),
        include_str!("webhook_keys.rs"),
        include_str!("webhooks.rs"),
    ];

    /// Types whose values `constant.rs` writes by their own names.
    const WRITTEN: &[&str] = &[
        include_str!("../../../description/src/algorithm.rs"),
        include_str!("../../../description/src/form.rs"),
        include_str!("../../../description/src/keys.rs"),
        include_str!("../../../description/src/lib.rs"),
        include_str!("../../../description/src/problem.rs"),
        include_str!("../../../description/src/signature.rs"),
    ];

    const NOWHERE: &str =
        "add the new file to `EMITTERS` of codegen/src/emit/paths.rs, or take the row from codegen/src/runtime.rs";

    #[test]
    fn no_path_is_listed_that_no_emitter_says() {
        let said = |path: &str| EMITTERS.iter().any(|text| text.contains(path));
        let lists = EMITTERS.iter().flat_map(|text| text.split("words![").skip(1));
        let lists: Vec<&str> = lists.filter_map(|rest| rest.split(']').next()).collect();
        let listed = |name: &str| lists.iter().any(|list| list.split_whitespace().any(|one| one == name));
        let written = |name: &str| {
            let forms = ["struct", "enum"].map(|form| format!("pub {form} {name} {{"));
            WRITTEN.iter().any(|text| forms.iter().any(|form| text.contains(form)))
        };
        for name in CALLED {
            assert!(
                said(&format!("glue::{name}")) || said(&format!("\"{name}\"")) || written(name),
                "no emitter says `glue::{name}`: {NOWHERE}"
            );
        }
        for name in NAMED.iter().flat_map(|(_, names)| *names) {
            assert!(
                said(&format!("runtime::{name}")) || said(&format!("\"{name}\"")) || listed(name),
                "no emitter says `runtime::{name}`: {NOWHERE}"
            );
        }
    }

    #[test]
    fn a_path_that_is_not_listed_is_found_wherever_it_stands() {
        assert_eq!(
            stranger(&quote!(
                use sdkwright_runtime::{Decimal, glue};
                fn a(v: glue::Value<'_>) -> sdkwright_runtime::Error {}
            )),
            None
        );
        assert_eq!(
            stranger(&quote!(
                fn a() {
                    if x {
                        glue::unlisted(1)
                    }
                }
            ))
            .as_deref(),
            Some("glue::unlisted")
        );
        assert_eq!(
            stranger(&quote!(
                use sdkwright_runtime::{Decimal, Other};
            ))
            .as_deref(),
            Some("sdkwright_runtime::Other")
        );
        assert_eq!(
            stranger(&quote!(
                fn a(b: Vec<sdkwright_runtime::Inner>) {}
            ))
            .as_deref(),
            Some("sdkwright_runtime::Inner")
        );
        assert_eq!(
            stranger(&quote!(
                fn a() {
                    crate::glue::unlisted()
                }
            )),
            None
        );
        assert_eq!(
            stranger(&quote!(glue::object!(A { glue: "glue", inner: "inner", sdkwright_runtime: "c", d: "d", });)),
            None
        );
        for (tokens, path) in [
            (
                quote!(
                    use sdkwright_runtime::client::{Raw};
                    use sdkwright_runtime::elsewhere::Raw;
                ),
                "sdkwright_runtime::elsewhere",
            ),
            (
                quote!(
                    use sdkwright_runtime::{
                        Error,
                        glue::{Json, Unlisted},
                    };
                ),
                "glue::Unlisted",
            ),
            (
                quote!(
                    fn a() -> bool {
                        matches!(b, [glue::unlisted(_)])
                    }
                ),
                "glue::unlisted",
            ),
            (
                quote!(
                    fn a() -> bool {
                        <glue::Unlisted as glue::Json>::read()
                    }
                ),
                "glue::Unlisted",
            ),
        ] {
            assert_eq!(stranger(&tokens).as_deref(), Some(path), "{tokens}");
        }
    }

    #[test]
    fn letters_beyond_ascii_count_in_identifiers_alone() {
        for (tokens, foreign) in [
            (
                quote!(
                    struct Größe;
                ),
                true,
            ),
            (
                quote!(
                    fn a() {
                        assert!(b == größe)
                    }
                ),
                true,
            ),
            (
                quote!(
                    #[doc = " Größe"]
                    const A: &str = "Größe";
                ),
                false,
            ),
        ] {
            assert_eq!(is_foreign(&items(tokens.clone())), foreign, "{tokens}");
        }
    }
}
