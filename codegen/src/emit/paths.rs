//! All runtime paths that generated code may mention: the API that the runtime must keep.
//!
//! `output` refuses to print a file that mentions another one.

use std::fmt::Write as _;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::Visit;

/// Paths that generated code calls.
pub const GLUE: &[&str] = &[
    "ARRAY",
    "Answer",
    "Api",
    "Approval",
    "BOOL",
    "BodyEncoding",
    "Bound",
    "Binary",
    "Component",
    "Core",
    "Description",
    "Downloaded",
    "Deserialize",
    "Deserializer",
    "Enum",
    "Environment",
    "Idempotency",
    "Input",
    "IntEnum",
    "Intent",
    "Json",
    "LookedUp",
    "Lookup",
    "MacEncoding",
    "Members",
    "Multipart",
    "NULL",
    "NUMBER",
    "OBJECT",
    "Operation",
    "Paged",
    "Paging",
    "Param",
    "Pending",
    "Plain",
    "ProblemBody",
    "ProblemCode",
    "ProblemPlaces",
    "ProblemRow",
    "RetryClass",
    "Rules",
    "RowOutcome",
    "STRING",
    "State",
    "Received",
    "Request",
    "Scheme",
    "SchemeKind",
    "SecretEncoding",
    "Serialize",
    "Serializer",
    "Shape",
    "Signing",
    "Streamed",
    "Streams",
    "Subject",
    "Success",
    "Style",
    "Text",
    "TimestampFormat",
    "ToParam",
    "Typed",
    "Value",
    "Variable",
    "Verified",
    "Watched",
    "Webhook",
    "Webhooks",
    "Whole",
    "WholeJson",
    "Writer",
    "debug",
    "deserialize",
    "enum_from",
    "enum_int",
    "enum_text",
    "intent",
    "pending",
    "read_int_enum",
    "request",
    "row",
    "send",
    "serialize",
    "unnamed",
    "warn_of",
    "write_int_enum",
];

/// Paths in signatures, which users name.
pub const PUBLIC: &[&str] = &[
    "Authorized",
    "Base64",
    "Builder",
    "ConfigError",
    "Credential",
    "Date",
    "Decimal",
    "DecodeError",
    "Draft",
    "DraftError",
    "Endpoint",
    "Download",
    "Error",
    "ErrorKind",
    "Events",
    "Extra",
    "Float",
    "Header",
    "IdempotencyKey",
    "Intent",
    "Integer",
    "Items",
    "JsonValue",
    "KeyError",
    "Lines",
    "Map",
    "Maybe",
    "Money",
    "MoneyError",
    "Number",
    "Object",
    "Outcome",
    "Pages",
    "Problem",
    "ProblemRow",
    "RefreshKey",
    "Refusal",
    "ReqwestTransport",
    "Response",
    "RowOutcome",
    "Secret",
    "Server",
    "ServerError",
    "Timestamp",
    "Token",
    "TokenProvider",
    "Transport",
    "Until",
    "Upload",
    "Violation",
    "Violations",
    "Waited",
    "answer",
    "blocking",
    "client",
    "clock",
    "error",
    "glue",
    "http",
    "json",
    "metrics",
    "multipart",
    "payload_hash",
    "problem",
    "retry",
    "secret",
    "security",
    "stream",
    "testing",
    "transport",
    "value",
    "waiting",
    "webhook",
];

/// Returns the first path of the runtime in these items that is in neither list.
pub(crate) fn stranger(items: &[syn::Item]) -> Option<String> {
    let mut search = Search::default();
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
struct Search {
    stranger: Option<String>,
    /// The current word.
    word: String,
}

impl Search {
    /// Checks the words after `sdkwright_runtime` or `glue`.
    fn judge<'i>(&mut self, mut words: impl Iterator<Item = &'i Ident>) {
        let Some(mut first) = words.next() else { return };
        let mut list = PUBLIC;
        if first == "sdkwright_runtime" {
            let Some(second) = words.next() else { return };
            first = second;
        }
        if first == "glue" {
            let Some(second) = words.next() else { return };
            (first, list) = (second, GLUE);
        }
        self.word.clear();
        let _ = write!(self.word, "{first}");
        if self.stranger.is_none() && !list.contains(&self.word.as_str()) {
            let door = if list == GLUE { "glue" } else { "sdkwright_runtime" };
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

    fn start(&mut self, words: &[&Ident]) {
        if words
            .first()
            .is_some_and(|first| *first == "sdkwright_runtime" || *first == "glue")
        {
            self.judge(words.iter().copied());
        }
    }
}

impl<'i> Visit<'i> for Search {
    fn visit_path(&mut self, path: &'i syn::Path) {
        let first = path.segments.first().filter(|_| path.segments.len() > 1);
        if first.is_some_and(|first| first.ident == "sdkwright_runtime" || first.ident == "glue") {
            self.judge(path.segments.iter().map(|segment| &segment.ident));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'i syn::ItemUse) {
        self.imports(&[], &item.tree);
    }

    fn visit_macro(&mut self, call: &'i syn::Macro) {
        // The input of a macro is not parsed: every word after `glue` or `sdkwright_runtime` counts.
        let words = words(call.tokens.clone());
        for (at, word) in words.iter().enumerate() {
            if (word == "sdkwright_runtime" || word == "glue") && words.get(at + 1).is_some() {
                self.judge(words[at..].iter());
            }
        }
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

    use super::{GLUE, PUBLIC, is_foreign};

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
        include_str!("constants.rs"),
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
        include_str!("model/newtype.rs"),
        include_str!("model/object.rs"),
        include_str!("model/problems.rs"),
        include_str!("model/rest.rs"),
        include_str!("model/union.rs"),
        include_str!("multipart.rs"),
        include_str!("operation/answer.rs"),
        include_str!("operation/approval.rs"),
        include_str!("operation/arguments.rs"),
        include_str!("operation/body.rs"),
        include_str!("operation/description.rs"),
        include_str!("operation/echoes.rs"),
        include_str!("operation/failure.rs"),
        include_str!("operation/kind.rs"),
        include_str!("operation/method.rs"),
        include_str!("operation/paging.rs"),
        include_str!("operation/recorded.rs"),
        include_str!("operation/waiting.rs"),
        include_str!("param.rs"),
        include_str!("place.rs"),
        include_str!("positions.rs"),
        include_str!("problems.rs"),
        include_str!("rules.rs"),
        include_str!("servers.rs"),
        include_str!("webhooks.rs"),
    ];

    #[test]
    fn no_path_is_listed_that_no_emitter_says() {
        let said = |path: &str| EMITTERS.iter().any(|text| text.contains(path));
        for name in GLUE {
            assert!(
                said(&format!("glue::{name}")) || said(&format!("\"{name}\"")),
                "glue::{name}"
            );
        }
        for name in PUBLIC {
            assert!(
                said(&format!("sdkwright_runtime::{name}")) || said(&format!("\"{name}\"")) || *name == "glue",
                "{name}"
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
