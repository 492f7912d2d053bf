//! Every path of the runtime that generated code may mention: what the runtime must keep for us, on one page.
//!
//! `output` refuses to print a file that mentions another one.

use proc_macro2::{TokenStream, TokenTree};

use super::imports::{is_separator, leading};

/// What generated code calls.
pub const GLUE: &[&str] = &[
    "ARRAY",
    "Answer",
    "Api",
    "Approval",
    "BOOL",
    "BodyEncoding",
    "Bound",
    "Bytes",
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
    "MacEncoding",
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
    "ProblemCode",
    "ProblemPlaces",
    "ProblemRow",
    "RetryClass",
    "RowOutcome",
    "STRING",
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
    "Style",
    "Text",
    "TimestampFormat",
    "ToParam",
    "Value",
    "Variable",
    "Verified",
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
    "pending",
    "read_enum",
    "read_int_enum",
    "request",
    "row",
    "send",
    "serialize",
    "unnamed",
    "write_enum",
    "write_int_enum",
];

/// What users see in signatures, and name.
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
    "ExtraError",
    "IdempotencyKey",
    "Integer",
    "Items",
    "JsonValue",
    "KeyError",
    "Lines",
    "Map",
    "Maybe",
    "Number",
    "Object",
    "Outcome",
    "Pages",
    "Problem",
    "ProblemRow",
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
    "Upload",
    "client",
    "clock",
    "draft",
    "glue",
    "http",
    "json",
    "multipart",
    "problem",
    "retry",
    "security",
    "stream",
    "transport",
    "value",
    "webhook",
];

/// The first path of the runtime in these items that is in neither list.
pub(crate) fn stranger(items: &TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = items.clone().into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let words = leading(&tokens[at..]);
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["glue", name, ..] | ["sdk_runtime", "glue", name, ..] if !GLUE.contains(name) => {
                return Some(format!("glue::{name}"));
            }
            ["sdk_runtime", name, ..] if !PUBLIC.contains(name) => return Some(format!("sdk_runtime::{name}")),
            ["sdk_runtime"] if tokens.get(at + 1..).is_some_and(is_separator) => {
                // `use sdk_runtime::{A, B}`
                if let Some(TokenTree::Group(group)) = tokens.get(at + 3) {
                    let named = group.stream().into_iter().filter_map(|token| match token {
                        TokenTree::Ident(name) => Some(name.to_string()),
                        _ => None,
                    });
                    if let Some(name) = named.into_iter().find(|name| !PUBLIC.contains(&name.as_str())) {
                        return Some(format!("sdk_runtime::{name}"));
                    }
                }
            }
            _ => {}
        }
        if let (true, TokenTree::Group(group)) = (words.is_empty(), &tokens[at]) {
            let found = stranger(&group.stream());
            if found.is_some() {
                return found;
            }
        }
        at += (words.len() * 3).saturating_sub(2).max(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{GLUE, PUBLIC, stranger};

    const EMITTERS: &[&str] = &[
        include_str!("api.rs"),
        include_str!("auth.rs"),
        include_str!("client.rs"),
        include_str!("context.rs"),
        include_str!("example.rs"),
        include_str!("example/value.rs"),
        include_str!("imports.rs"),
        include_str!("library.rs"),
        include_str!("model.rs"),
        include_str!("model/enumeration.rs"),
        include_str!("model/members.rs"),
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
        include_str!("operation/failure.rs"),
        include_str!("operation/kind.rs"),
        include_str!("operation/method.rs"),
        include_str!("operation/paging.rs"),
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
                said(&format!("sdk_runtime::{name}")) || said(&format!("\"{name}\"")) || *name == "glue",
                "{name}"
            );
        }
    }

    #[test]
    fn a_path_that_is_not_listed_is_found_wherever_it_stands() {
        assert_eq!(
            stranger(&quote!(
                use sdk_runtime::{Decimal, glue};
                fn a(v: glue::Value<'_>) -> sdk_runtime::Error {}
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
                use sdk_runtime::{Decimal, Other};
            ))
            .as_deref(),
            Some("sdk_runtime::Other")
        );
        assert_eq!(
            stranger(&quote!(
                fn a(b: Vec<sdk_runtime::Inner>) {}
            ))
            .as_deref(),
            Some("sdk_runtime::Inner")
        );
        assert_eq!(
            stranger(&quote!(
                fn a() {
                    crate::glue::unlisted()
                }
            )),
            None
        );
    }
}
