//! Reading of token trees: separators, paths and groups.

use proc_macro2::{Group, Spacing, TokenStream, TokenTree};

/// Returns true if the tokens start with `::`.
pub(crate) fn is_separator(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(first), TokenTree::Punct(second), ..]
        if first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':')
}

/// Returns the segments of a path (`a::b::c`) that starts here.
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

/// Rebuilds a group with changed tokens. Keeps no second handle on the tokens: sharing would copy every one of them.
pub(crate) fn regrouped(group: Group, change: impl FnOnce(TokenStream) -> TokenStream) -> TokenTree {
    let (delimiter, inner) = (group.delimiter(), group.stream());
    drop(group);
    TokenTree::Group(Group::new(delimiter, change(inner)))
}
