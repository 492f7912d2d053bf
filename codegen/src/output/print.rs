//! Rust items to the text of a file: header, module documentation, imports, items, separated by blank lines.
//!
//! prettyplease formats the code; this module only adds blank lines.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use sdkwright_contract::digest;
use serde::{Deserialize, Serialize};

use crate::emit::{BREAK, RustFile, exported};
use crate::limits;

/// The text of a Rust file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Content.
    pub text: String,
    /// Other facts about it.
    pub facts: PrintFacts,
}

/// Facts about a printed file besides its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintFacts {
    /// SHA-256 of its items. A version of the generator prints the same text for the same items of a contract of the same name.
    pub items: String,
    /// True if an identifier in it has non-ASCII letters.
    pub foreign: bool,
    /// Its public types.
    pub exports: Vec<String>,
}

/// Returns the SHA-256 of the items and the documentation of a file, which is found at a tenth of the cost of its text.
fn digest_of_items(file: &RustFile) -> String {
    let mut words = file.docs.join("\n");
    for item in &file.items {
        add_words(item.clone(), &mut words);
    }
    digest(words.as_bytes())
}

/// Appends tokens, each behind a sign that none of them contains: a literal has escapes in place of control characters.
fn add_words(tokens: TokenStream, words: &mut String) {
    for token in tokens {
        if words.len() > limits::WORDS_KEPT {
            *words = digest(words.as_bytes());
        }
        words.push('\0');
        match token {
            TokenTree::Group(group) => {
                words.push_str(match group.delimiter() {
                    Delimiter::Parenthesis => "(",
                    Delimiter::Brace => "{",
                    Delimiter::Bracket => "[",
                    Delimiter::None => "",
                });
                add_words(group.stream(), words);
                words.push_str("\0\0");
            }
            TokenTree::Punct(sign) => {
                words.push(sign.as_char());
                words.push_str(if sign.spacing() == Spacing::Joint { "+" } else { "" });
            }
            TokenTree::Ident(name) => _ = write!(words, "{name}"),
            TokenTree::Literal(value) => _ = write!(words, "{value}"),
        }
    }
}

/// A file that this version of the generator printed for a contract of this name: asked with path and digest of the items.
pub type KeptText<'a> = dyn Fn(&str, &str) -> Option<Printed> + Sync + 'a;

/// Prints one Rust file, unless it is kept. Errors: invalid items or a forbidden runtime path (a defect of `emit`, never of a contract).
pub fn print(file: RustFile, contract: &str, kept: &KeptText<'_>) -> Result<Printed, String> {
    let of_items = digest_of_items(&file);
    if let Some(printed) = kept(&file.path, &of_items) {
        return Ok(printed);
    }
    let RustFile { path, docs, items } = file;
    let mut text = format!("// {}\n", super::tree::header(contract));
    for line in &docs {
        text.push_str(if line.is_empty() { "//!" } else { "//! " });
        text.push_str(line);
        text.push('\n');
    }
    let (mut previous, mut foreign, mut exports) = ("", false, Vec::new());
    for item in items {
        // The tokens are not kept for the message: a second reference would force a copy of all of them.
        let syn::File { attrs, items, .. } = syn::parse2(item).map_err(|error| format!("{path}: {error}"))?;
        if let Some(stranger) = crate::emit::stranger(&items) {
            return Err(format!("{path}: generated code must not mention the path `{stranger}`"));
        }
        if !attrs.is_empty() {
            text.push('\n');
            text.push_str(&prettyplease::unparse(&file_of(attrs, Vec::new())));
        }
        for item in items {
            let kind = kind(&item);
            exports.extend(exported(&item));
            let one = file_of(Vec::new(), vec![item]);
            let printed = table(&one.items).unwrap_or_else(|| prettyplease::unparse(&one));
            foreign = foreign || (!printed.is_ascii() && crate::emit::is_foreign(&one.items));
            if kind.is_empty() || kind != previous {
                text.push('\n');
            }
            space(&printed, &mut text);
            previous = kind;
        }
    }
    // Shrunk, because all files are kept until the last one is made.
    text.shrink_to_fit();
    Ok(Printed {
        text,
        facts: PrintFacts {
            items: of_items,
            foreign,
            exports,
        },
    })
}

fn file_of(attrs: Vec<syn::Attribute>, items: Vec<syn::Item>) -> syn::File {
    syn::File {
        shebang: None,
        frontmatter: None,
        attrs,
        items,
    }
}

/// Prints a macro call with a name and rows, `glue::object!(Order { id: "id", });`, one row on a line; `None` for another item.
fn table(items: &[syn::Item]) -> Option<String> {
    let [syn::Item::Macro(syn::ItemMacro { mac, .. })] = items else {
        return None;
    };
    let mut tokens = mac.tokens.clone().into_iter();
    let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(rows))) = (tokens.next(), tokens.next()) else {
        return None;
    };
    let path: Vec<String> = mac.path.segments.iter().map(|one| one.ident.to_string()).collect();
    let mut text = format!("{}!({name} {{", path.join("::"));
    let mut starts = true;
    for token in rows.stream() {
        let sign = matches!(token, TokenTree::Punct(_));
        text.push_str(match (starts, sign) {
            (true, _) => "\n    ",
            (false, true) => "",
            (false, false) => " ",
        });
        text.push_str(&token.to_string());
        starts = matches!(&token, TokenTree::Punct(sign) if sign.as_char() == ',');
    }
    text.push_str(if rows.stream().is_empty() { "});\n" } else { "\n});\n" });
    Some(text)
}

/// Returns the kind of an item; neighbours of some kinds have no blank line between them.
fn kind(item: &syn::Item) -> &'static str {
    match item {
        syn::Item::Use(item) if matches!(item.vis, syn::Visibility::Inherited) => "use",
        syn::Item::Use(_) => "pub use",
        syn::Item::Mod(item) if item.content.is_none() => "mod",
        _ => "",
    }
}

/// Appends printed code with a blank line after every method, and none between documented members of an enum or struct.
///
/// A line that is exactly a closing brace is never part of a string or of documentation: literals are printed on one
/// line with their line breaks escaped, and documentation lines start with `///`.
fn space(printed: &str, text: &mut String) {
    text.reserve(printed.len() + 64);
    let mut lines = printed.lines().peekable();
    while let Some(line) = lines.next() {
        comment(line, text);
        let follows = |next: &&str| next.starts_with("    ") && !next.trim_start().starts_with('}');
        if line == "    }" && lines.peek().is_some_and(follows) {
            text.push('\n');
        }
    }
}

/// Appends a line; one that is a whole comment becomes the lines of that comment.
fn comment(line: &str, text: &mut String) {
    let content = line.trim_start_matches(' ');
    let Some(comment) = content.strip_prefix("///") else {
        text.push_str(line);
        text.push('\n');
        return;
    };
    let indent = &line[..line.len() - content.len()];
    for part in comment.split(BREAK) {
        text.push_str(indent);
        text.push_str("///");
        text.push_str(part);
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::print;
    use crate::emit::RustFile;

    fn printed(items: Vec<proc_macro2::TokenStream>) -> Result<String, String> {
        let file = RustFile {
            path: "src/a.rs".into(),
            docs: vec!["What it is.".into()],
            items,
        };
        print(file, "openapi/a.yaml", &|_, _| None).map(|printed| printed.text)
    }

    #[test]
    fn items_are_set_off_and_methods_too() {
        let text = printed(vec![
            quote!(
                use a::B;
            ),
            quote!(
                use c::D;
            ),
            quote!(
                pub struct E;
            ),
            quote!(impl E { fn f() { a() } fn g() { b() } }),
        ]);
        let wanted = "// @generated by sdkwright from openapi/a.yaml. Do not edit.\n//! What it is.\n\n\
            use a::B;\nuse c::D;\n\npub struct E;\n\nimpl E {\n    fn f() {\n        a()\n    }\n\n    fn g() {\n        b()\n    }\n}\n";
        assert_eq!(text.unwrap(), wanted);
    }

    #[test]
    fn a_table_of_members_has_one_on_each_line() {
        let text = printed(vec![
            quote!(glue::object!(Order { id: "id", r#type: "a \" b", });),
            quote!(glue::object!(Empty {});),
            quote!(glue::model!(Order);),
        ]);
        let wanted = "glue::object!(Order {\n    id: \"id\",\n    r#type: \"a \\\" b\",\n});\n\n\
            glue::object!(Empty {});\n\nglue::model!(Order);\n";
        assert_eq!(text.unwrap().split_once("\n\n").unwrap().1, wanted);
    }

    #[test]
    fn what_is_no_item_and_what_is_no_path_of_ours_is_an_error() {
        assert!(printed(vec![quote!(1 + 1)]).is_err());
        assert!(
            printed(vec![quote!(
                fn a() {
                    glue::no_such_thing()
                }
            )])
            .is_err()
        );
    }
}
