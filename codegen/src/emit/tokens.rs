//! Identifiers, and the reading of token trees: separators, paths and groups.

use proc_macro2::{Group, Ident, Literal, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

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

/// Emits a struct expression: its path, and for each field an expression of the generator whose value it has.
macro_rules! record {
    ($($path:ident)::+ { $($field:ident: $value:expr),* $(,)? }) => {{
        let fields = [$({
            let value = &$value;
            quote::quote!($field: #value)
        }),*];
        quote::quote!($($path)::+ { #(#fields),* })
    }};
}
pub(crate) use record;

/// Emits a reference to an array.
pub(crate) fn array(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items = items.into_iter();
    quote!(&[#(#items),*])
}

/// Emits a call of a method that takes an array; nothing if the array is empty.
pub(crate) fn given(method: &str, items: impl IntoIterator<Item = impl ToTokens>) -> Option<TokenStream> {
    let mut items = items.into_iter().peekable();
    items.peek()?;
    let (method, items) = (ident(method), array(items));
    Some(quote!(.#method(#items)))
}

/// Emits an `Option`.
pub(crate) fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or(quote!(None), |value| quote!(Some(#value)))
}

/// Emits a value in a box, if its place has one.
pub(crate) fn boxed(is_boxed: bool, value: TokenStream) -> TokenStream {
    if is_boxed { quote!(Box::new(#value)) } else { value }
}

/// Emits a number without the suffix of its type.
pub(crate) fn number(value: impl Into<u64>) -> TokenStream {
    Literal::u64_unsuffixed(value.into()).into_token_stream()
}

/// Emits the variant of a type in `glue` that has the name of the contract's variant.
pub(crate) fn variant(ty: &str, of_contract: impl std::fmt::Debug) -> TokenStream {
    let (ty, variant) = (ident(ty), ident(&format!("{of_contract:?}")));
    quote!(glue::#ty::#variant)
}

/// Emits a field of a struct expression: its name alone if its value is the variable of that name.
pub(crate) fn field_value(name: &Ident, value: &TokenStream) -> TokenStream {
    let mut tokens = value.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(variable)), None) if variable == *name => quote!(#name,),
        _ => quote!(#name: #value,),
    }
}

/// Makes an identifier of a name that `naming` assigned. Not an identifier: becomes `not_an_identifier`, which never
/// exists, so that rustc rejects it.
pub(crate) fn ident(name: &str) -> Ident {
    let (raw, plain) = name.strip_prefix("r#").map_or((false, name), |plain| (true, plain));
    let mut chars = plain.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c));
    if !starts || plain == "_" || !chars.all(unicode_ident::is_xid_continue) {
        return Ident::new("not_an_identifier", Span::call_site());
    }
    if raw {
        Ident::new_raw(plain, Span::call_site())
    } else {
        Ident::new(plain, Span::call_site())
    }
}

/// Returns the name of an emitted function with a prefix; a raw identifier loses its `r#`.
pub(crate) fn prefixed(prefix: &str, name: &str) -> Ident {
    ident(&format!(
        "{prefix}{}",
        name.strip_prefix("r#").unwrap_or(name).trim_end_matches('_')
    ))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{field_value, ident};

    #[test]
    fn a_field_is_its_name_alone_if_its_value_is_the_variable_of_that_name() {
        for (name, value, wanted) in [
            ("a", quote!(a), quote!(a,)),
            ("r#type", quote!(r#type), quote!(r#type,)),
            ("a", quote!(b), quote!(a: b,)),
            ("a", quote!(a.into()), quote!(a: a.into(),)),
            ("a", quote!(required.a), quote!(a: required.a,)),
        ] {
            assert_eq!(field_value(&ident(name), &value).to_string(), wanted.to_string());
        }
    }

    #[test]
    fn a_text_that_is_no_identifier_becomes_one_and_a_raw_one_stays_raw() {
        for name in ["a", "_a", "_1", "größe", "r#type", "not_an_identifier"] {
            assert_eq!(ident(name).to_string(), name);
        }
        for text in ["", "_", "1a", "-a", "a-b", "a b", "r#", "r#1"] {
            assert_eq!(ident(text).to_string(), "not_an_identifier", "{text:?}");
        }
    }
}
