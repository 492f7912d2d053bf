//! Rust types, identifiers and token trees.
//!
//! In: the constructors of `RustType`, and names. Out: tokens with the roots of `crate::runtime`, text for readers, and the forms in
//! which a value is borrowed.

use std::fmt;

use proc_macro2::{Group, Ident, Literal, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::runtime::{GLUE, LIBRARY, ROOT};

/// A Rust type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum RustType {
    /// A type of the language or its standard library.
    Std(&'static str, Vec<Self>),
    /// A type of the runtime that users name.
    Runtime(&'static str, Vec<Self>),
    /// A type of the runtime that only generated code names.
    Glue(&'static str),
    /// A model of the crate.
    Model(String),
    /// A type that its own file defines.
    Local(String),
    /// A tuple; without items, the unit.
    Tuple(Vec<Self>),
    /// A slice.
    Slice(Box<Self>),
    /// A reference. `named`: with the lifetime `'a`.
    Reference { named: bool, to: Box<Self> },
    /// Any type that converts into it.
    Into(Box<Self>),
}

impl RustType {
    /// Returns the unit.
    pub(crate) fn unit() -> Self {
        Self::Tuple(Vec::new())
    }

    /// Returns a type of the standard library without parameters.
    pub(crate) fn std(name: &'static str) -> Self {
        Self::Std(name, Vec::new())
    }

    /// Returns a type of the runtime without parameters.
    pub(crate) fn runtime(name: &'static str) -> Self {
        Self::Runtime(name, Vec::new())
    }

    /// Returns a list of this type.
    pub(crate) fn list(self) -> Self {
        Self::Std("Vec", vec![self])
    }

    /// Returns this type or nothing.
    pub(crate) fn option(self) -> Self {
        Self::Std("Option", vec![self])
    }

    /// Returns this type in a box.
    pub(crate) fn boxed(self) -> Self {
        Self::Std("Box", vec![self])
    }

    /// Returns a reference to this type.
    pub(crate) fn referenced(self, named: bool) -> Self {
        Self::Reference {
            named,
            to: Box::new(self),
        }
    }

    /// Returns the type in which an argument borrows a value: small values are copied, a text is `str`, a list a slice.
    pub(crate) fn borrowed(self, named: bool) -> Self {
        match self {
            Self::Std("bool" | "i32" | "i64" | "u64", _) => self,
            Self::Runtime("Float", _) => Self::std("f64"),
            Self::Std("String", _) => Self::std("str").referenced(named),
            Self::Std("Vec", mut items) => match items.pop() {
                Some(item) => Self::Slice(Box::new(item)).referenced(named),
                None => Self::std("Vec").referenced(named),
            },
            other => other.referenced(named),
        }
    }

    /// Returns the first model in this type.
    pub(crate) fn model(&self) -> Option<&str> {
        match self {
            Self::Model(name) => Some(name),
            Self::Std(_, items) | Self::Runtime(_, items) | Self::Tuple(items) => items.iter().find_map(Self::model),
            Self::Slice(inner) | Self::Into(inner) | Self::Reference { to: inner, .. } => inner.model(),
            Self::Glue(_) | Self::Local(_) => None,
        }
    }

    /// Returns true for the unit.
    pub(crate) fn is_unit(&self) -> bool {
        matches!(self, Self::Tuple(items) if items.is_empty())
    }

    /// Returns true for a reference.
    pub(crate) fn is_reference(&self) -> bool {
        matches!(self, Self::Reference { .. })
    }

    /// Returns the type as a program that uses the crate writes it.
    pub(crate) fn spelled(&self, library: &str) -> String {
        let root = |ty: &Self| match ty {
            Self::Runtime(..) => format!("{LIBRARY}::"),
            Self::Glue(_) => format!("{LIBRARY}::{GLUE}::"),
            Self::Model(_) => format!("{library}::models::"),
            _ => String::new(),
        };
        let mut text = String::new();
        self.write(&mut text, &root);
        text
    }

    /// Appends the type as text; `root`: what stands before a name.
    fn write(&self, text: &mut String, root: &dyn Fn(&Self) -> String) {
        let mut list = |open: &str, items: &[Self], close: &str| {
            text.push_str(open);
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                item.write(text, root);
            }
            text.push_str(close);
        };
        match self {
            Self::Std(name, parameters) | Self::Runtime(name, parameters) => {
                let name = format!("{}{name}", root(self));
                if parameters.is_empty() {
                    list(&name, &[], "");
                } else {
                    list(&format!("{name}<"), parameters, ">");
                }
            }
            Self::Glue(name) => list(&format!("{}{name}", root(self)), &[], ""),
            Self::Model(name) | Self::Local(name) => list(&format!("{}{name}", root(self)), &[], ""),
            Self::Tuple(items) => list("(", items, if items.len() == 1 { ",)" } else { ")" }),
            Self::Slice(item) => list("[", std::slice::from_ref(item), "]"),
            Self::Reference { named, to } => list(if *named { "&'a " } else { "&" }, std::slice::from_ref(to), ""),
            Self::Into(to) => list("impl Into<", std::slice::from_ref(to), ">"),
        }
    }
}

/// Prints the type for readers: names without the place where they stand.
impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text, &|_| String::new());
        f.write_str(&text)
    }
}

impl ToTokens for RustType {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Std(name, parameters) => {
                let name = ident(name);
                match parameters.as_slice() {
                    [] => quote!(#name),
                    parameters => quote!(#name<#(#parameters),*>),
                }
            }
            Self::Runtime(name, parameters) => {
                let (root, name) = (ident(ROOT), ident(name));
                match parameters.as_slice() {
                    [] => quote!(#root::#name),
                    parameters => quote!(#root::#name<#(#parameters),*>),
                }
            }
            Self::Glue(name) => {
                let (root, name) = (ident(GLUE), ident(name));
                quote!(#root::#name)
            }
            Self::Model(name) => {
                let name = ident(name);
                quote!(crate::models::#name)
            }
            Self::Local(name) => {
                let name = ident(name);
                quote!(#name)
            }
            Self::Tuple(items) => match items.as_slice() {
                [one] => quote!((#one,)),
                several => quote!((#(#several),*)),
            },
            Self::Slice(item) => quote!([#item]),
            Self::Reference { named: true, to } => quote!(&'a #to),
            Self::Reference { named: false, to } => quote!(&#to),
            Self::Into(to) => quote!(impl Into<#to>),
        });
    }
}

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

pub(crate) use record;

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};

    use super::{RustType, field_value, ident};

    #[test]
    fn a_type_is_said_borrowed_and_spelled() {
        let order = || RustType::Model("Order".to_owned());
        for (ty, said, borrowed, spelled) in [
            (RustType::std("bool"), "bool", "bool", "bool"),
            (RustType::runtime("Float"), "Float", "f64", "sdkwright_runtime::Float"),
            (RustType::std("String"), "String", "&str", "String"),
            (order().list(), "Vec<Order>", "&[Order]", "Vec<shop::models::Order>"),
            (RustType::unit(), "()", "&()", "()"),
            (
                RustType::Tuple(vec![order()]).option(),
                "Option<(Order,)>",
                "&Option<(Order,)>",
                "Option<(shop::models::Order,)>",
            ),
            (
                RustType::Runtime("Map", vec![RustType::Tuple(vec![order(), RustType::std("i32")])]),
                "Map<(Order,i32)>",
                "&Map<(Order,i32)>",
                "sdkwright_runtime::Map<(shop::models::Order,i32)>",
            ),
        ] {
            assert_eq!(ty.to_string(), said);
            assert_eq!(ty.spelled("shop"), spelled);
            assert_eq!(ty.clone().borrowed(false).to_string(), borrowed);
            assert!(syn::parse2::<syn::Type>(ty.into_token_stream()).is_ok(), "{said}");
        }
    }

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
