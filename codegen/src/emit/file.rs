//! One Rust file and its exports: its items come in, the names of its public types come out.
//!
//! Re-exports by name compile faster than `*`, for which the compiler searches every file for every name.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;

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

/// Public types of each file, by the file's path below the crate's folder.
pub type Exports = BTreeMap<String, Vec<Export>>;

/// A public type of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its identifier.
    pub name: String,
    /// Its use causes a deprecation warning.
    pub deprecated: bool,
}

impl Export {
    /// Returns the export of an item, if it is public.
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
