//! Items and text to a tree of files, and its difference from the files on a disk.
//!
//! In: Rust files as items, pages as text. Out: an [`OutputTree`] (path to bytes) and a [`OutputPlan`]. Also the code as
//! syntax, for readers of its items, and the part of the contract from which each file and item was made. Nothing here touches a file; the
//! caller applies the plan.

mod print;
mod tree;

pub use print::{KeptText, PrintFacts, Printed, print};
pub use tree::{
    BESIDE, CUSTOM, HEAD, MANIFEST, MadeFrom, Manifest, OutputPlan, OutputTree, PathRefused, header, is_ours,
    is_refused, is_temporary, plan,
};

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use sdkwright_contract::source::part_of;
use sdkwright_contract::text::{SourceMap, Span};
use sdkwright_contract::{ContractPart, ir};

use crate::emit::{About, Exports, ItemOrigin, RustFile, RustFiles, emit, exported};
use crate::naming::Names;

// The part of the contract from which each file and item was made, for reports on changes.

/// Sources of a crate.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Place of each part of the contract, by its JSON Pointer, and of each other file, by its path: file and line.
    pub places: BTreeMap<String, (String, usize)>,
    /// Source of each item.
    pub items: Vec<ItemSource>,
    /// Parts from which each file was made. A file that is not listed is made of the whole contract.
    pub files: BTreeMap<String, BTreeSet<String>>,
    /// Parts to which each part refers.
    pub refers: BTreeMap<String, BTreeSet<String>>,
}

/// Source of an item.
#[derive(Debug, Clone)]
pub struct ItemSource {
    /// Path of the item below the crate, such as `models::Order::amount`.
    pub item: String,
    /// Part of the contract in which its node is.
    pub part: String,
    /// File and line of its node.
    pub place: (String, usize),
}

/// Collects the sources of the files of an API.
pub(crate) fn sources(api: &ir::Api, files: &RustFiles<'_>, parts: &[ContractPart], map: &SourceMap) -> Sources {
    let file = |span: Span| {
        map.file(span.file)
            .map(|file| file.name.to_string())
            .unwrap_or_default()
    };
    let place = |span: Span| (file(span), map.line_column(span).map_or(1, |place| place.line));
    let places: BTreeMap<String, (String, usize)> =
        parts.iter().map(|part| (part.name.clone(), place(part.span))).collect();
    // Pointers into another file say nothing about the contract.
    let part = |origin: &ir::Origin| {
        let other = file(origin.span);
        if places.contains_key(&other) {
            other
        } else {
            part_of(&origin.pointer).to_owned()
        }
    };
    let mut refers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut refer = |from: &ir::Origin, to: &ir::Origin| {
        refers.entry(part(from)).or_default().insert(part(to));
    };
    for (_, ty) in api.types() {
        ty.shape.visit(&mut |id| refer(&ty.origin, &api.ty(id).origin));
    }
    for operation in &api.operations {
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| (&parameter.origin, parameter.ty));
        for (origin, ty) in parameters.chain(operation.headers().map(|header| (&header.origin, header.ty))) {
            refer(&operation.origin, origin);
            refer(origin, &api.ty(ty).origin);
        }
        for ty in operation.contents().flat_map(ir::PartContent::types) {
            refer(&operation.origin, &api.ty(ty).origin);
        }
    }
    let items = files.origins();
    let mut made: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in &items {
        made.entry(item.file.clone()).or_default().insert(part(&item.origin));
    }
    Sources {
        items: items
            .into_iter()
            .map(|item| ItemSource {
                part: part(&item.origin),
                place: place(item.origin.span),
                item: item.item,
            })
            .collect(),
        places,
        files: made,
        refers,
    }
}

// An API to the code of its crate as syntax, for readers of its items: no text is printed and no page is made.

/// The code of a crate.
#[derive(Clone)]
pub struct CrateCode {
    /// Files: path below the crate's folder, and items without documentation, bodies of functions and values of constants.
    pub files: Vec<(String, Vec<syn::Item>)>,
    /// Cargo features, each with whether it is on by default.
    pub features: Vec<(String, bool)>,
    /// Node of the contract from which each item was made.
    pub origins: Vec<ItemOrigin>,
}

impl std::fmt::Debug for CrateCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files: Vec<&str> = self.files.iter().map(|(path, _)| path.as_str()).collect();
        f.debug_struct("Code").field("files", &files).finish_non_exhaustive()
    }
}

/// Makes the code of the crate of an API. Errors: invalid items, which is a defect of `emit`.
pub fn code(api: &ir::Api, names: &Names) -> Result<CrateCode, String> {
    let about = About {
        package: "sdk".to_owned(),
        version: String::new(),
        contract_sha256: String::new(),
        custom: false,
        documented: false,
        server: false,
    };
    let files = emit(api, names, &about);
    let parse = |file: Option<RustFile>| file.map(items_of).transpose();
    let mut parsed: Vec<(String, Vec<syn::Item>)> = Vec::new();
    for index in 0..files.len() {
        parsed.extend(parse(files.file(index))?);
    }
    let exports: Exports = parsed
        .iter()
        .map(|(path, items)| (path.clone(), items.iter().filter_map(exported).collect()))
        .collect();
    parsed.extend(parse(Some(files.models(&exports, Vec::new())))?);
    parsed.extend(parse(Some(files.library(false, Vec::new())))?);
    Ok(CrateCode {
        files: parsed,
        features: files.features(),
        origins: files.origins(),
    })
}

/// Reads the items of a file.
fn items_of(file: RustFile) -> Result<(String, Vec<syn::Item>), String> {
    let mut items = Vec::new();
    for tokens in file.items {
        let one: syn::File = syn::parse2(interface(tokens)).map_err(|error| format!("{}: {error}", file.path))?;
        items.extend(one.items);
    }
    Ok((file.path, items))
}

// Code to what other crates see of it: the same tokens without comments, bodies of functions and values of constants.

/// Returns the tokens of items without what only their own crate sees.
fn interface(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut item = ItemPart::Other;
    while let Some(token) = tokens.next() {
        match (&token, item) {
            (TokenTree::Punct(sign), _) if sign.as_char() == '#' && tokens.peek().is_some_and(is_comment) => {
                tokens.next();
                continue;
            }
            (TokenTree::Ident(word), _) if word == "fn" => item = ItemPart::Function,
            (TokenTree::Ident(word), ItemPart::Other) if word == "const" => item = ItemPart::Constant,
            (TokenTree::Ident(word), ItemPart::Other) if word == "impl" => item = ItemPart::Implementation,
            (TokenTree::Ident(word), ItemPart::Implementation)
                if word == "for" && !tokens.peek().is_some_and(opens) =>
            {
                item = ItemPart::OfTrait;
            }
            (TokenTree::Punct(sign), ItemPart::Constant) if sign.as_char() == '=' => {
                kept.push(token);
                kept.extend(quote!(()));
                item = ItemPart::Value;
                continue;
            }
            (TokenTree::Punct(sign), _) if sign.as_char() == ';' => item = ItemPart::Other,
            (_, ItemPart::Value) => continue,
            (TokenTree::Group(group), _) if group.delimiter() == Delimiter::Brace && !is_macro(&kept) => {
                let inside = match item {
                    ItemPart::Function => TokenStream::new(),
                    ItemPart::OfTrait => types(group.stream()),
                    _ => interface(group.stream()),
                };
                kept.push(Group::new(Delimiter::Brace, inside).into());
                item = ItemPart::Other;
                continue;
            }
            _ => {}
        }
        kept.push(token);
    }
    kept.into_iter().collect()
}

/// Returns the types that an implementation of a trait states: the rest of it is the trait's.
fn types(tokens: TokenStream) -> TokenStream {
    let (mut kept, mut is_type) = (Vec::new(), false);
    for token in tokens {
        is_type |= matches!(&token, TokenTree::Ident(word) if word == "type");
        let ends = matches!(&token, TokenTree::Punct(sign) if sign.as_char() == ';');
        if is_type {
            kept.push(token);
        }
        is_type &= !ends;
    }
    kept.into_iter().collect()
}

/// Part of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ItemPart {
    /// A function, up to its body.
    Function,
    /// A constant, up to its value.
    Constant,
    /// The value of a constant.
    Value,
    /// An implementation, up to its `for` or its members.
    Implementation,
    /// An implementation of a trait, up to its members.
    OfTrait,
    Other,
}

/// Returns true for the sign behind the `for` of a bound.
fn opens(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == '<')
}

/// Returns true for the brackets of `#[doc = ".."]`.
fn is_comment(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let mut inside = group.stream().into_iter();
    let is_doc = matches!(inside.next(), Some(TokenTree::Ident(word)) if word == "doc");
    is_doc && matches!(inside.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=')
}

/// Returns true if what follows is the input of a macro, which has rules of its own.
fn is_macro(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(sign)) if sign.as_char() == '!')
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::interface;

    #[test]
    fn bodies_comments_and_values_are_left_out_and_nothing_else() {
        let code = quote! {
            /// Text.
            #[doc(hidden)]
            pub struct A<const N: usize> {
                /// Text.
                #[deprecated]
                pub a: [u8; 2],
            }
            impl<const N: usize> A<N> {
                pub const B: &'static [u8] = &[1, 2];
                pub const fn c<T>(self, one: T) -> impl Fn() -> u8
                where
                    T: Copy,
                {
                    #[inline]
                    fn inner() {}
                    || 1
                }
            }
            impl<'a> Iterator for A<2> {
                type Item = (u8, &'a str);
                const D: u8 = 1;
                fn next(&mut self) -> Option<Self::Item> {
                    None
                }
            }
            trait C {
                fn d(&self);
                fn e(&self) -> u8 {
                    1
                }
            }
            rows! { fn f() { 1 } }
            pub const G: u8 = 1;
        };
        let wanted = quote! {
            #[doc(hidden)]
            pub struct A<const N: usize> {
                #[deprecated]
                pub a: [u8; 2],
            }
            impl<const N: usize> A<N> {
                pub const B: &'static [u8] = ();
                pub const fn c<T>(self, one: T) -> impl Fn() -> u8
                where
                    T: Copy,
                {
                }
            }
            impl<'a> Iterator for A<2> {
                type Item = (u8, &'a str);
            }
            trait C {
                fn d(&self);
                fn e(&self) -> u8 {}
            }
            rows! { fn f() { 1 } }
            pub const G: u8 = ();
        };
        assert_eq!(interface(code).to_string(), wanted.to_string());
    }
}
