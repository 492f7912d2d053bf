//! One Rust file, and what it makes public: its items come in, the names of its types come out.
//!
//! A module that names what it re-exports is resolved at once; with `*` the compiler asks every file for every name.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;

/// One Rust file: where it goes, its `//!` lines, its items in order.
#[derive(Debug, Clone)]
pub struct RustFile {
    /// Below the crate's folder.
    pub path: String,
    /// Module documentation, safe lines.
    pub docs: Vec<String>,
    /// Items.
    pub items: Vec<TokenStream>,
}

/// The types of each file, by the file's path below the crate's folder.
pub type Exports = BTreeMap<String, Vec<Export>>;

/// A public type of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its identifier.
    pub name: String,
    /// Naming it is warned about.
    pub deprecated: bool,
}

impl Export {
    /// What an item makes public.
    pub(crate) fn of(item: &syn::Item) -> Option<Self> {
        let (visibility, name, attributes) = match item {
            syn::Item::Struct(item) => (&item.vis, &item.ident, &item.attrs),
            syn::Item::Enum(item) => (&item.vis, &item.ident, &item.attrs),
            syn::Item::Type(item) => (&item.vis, &item.ident, &item.attrs),
            _ => return None,
        };
        matches!(visibility, syn::Visibility::Public(_)).then(|| Self {
            name: name.to_string(),
            deprecated: attributes
                .iter()
                .any(|attribute| attribute.path().is_ident("deprecated")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Export;

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
        let names: Vec<_> = items.items.iter().filter_map(Export::of).collect();
        let names: Vec<_> = names
            .iter()
            .map(|export| (export.name.as_str(), export.deprecated))
            .collect();
        assert_eq!(names, [("A", false), ("B", true), ("C", false)]);
    }
}
