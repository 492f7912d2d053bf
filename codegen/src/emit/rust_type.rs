//! Rust types in their parts.
//!
//! In: the constructors of this file. Out: tokens with the roots of `crate::runtime`, text for readers, and the forms in
//! which a value is borrowed.

use std::fmt;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::tokens::ident;
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

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::RustType;

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
}
