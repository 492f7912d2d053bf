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

/// Names of the public types of each file, by the file's path below the crate's folder.
pub type Exports = BTreeMap<String, Vec<String>>;

/// Returns the name of an item, if it is a public type.
pub(crate) fn exported(item: &syn::Item) -> Option<String> {
    let (visibility, name) = match item {
        syn::Item::Struct(item) => (&item.vis, &item.ident),
        syn::Item::Enum(item) => (&item.vis, &item.ident),
        syn::Item::Type(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    matches!(visibility, syn::Visibility::Public(_)).then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::exported;

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
        let names: Vec<_> = items.items.iter().filter_map(exported).collect();
        assert_eq!(names, ["A", "B", "C"]);
    }
}
