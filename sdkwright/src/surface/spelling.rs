//! Types as text: full paths, independent of formatting and of imports.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{Spacing, TokenStream, TokenTree};

/// Spells types of one file.
pub(super) struct Speller<'a> {
    /// Full path of each name that the file imports or defines.
    pub(super) names: &'a HashMap<String, String>,
    /// Names that stand for themselves, such as generic parameters.
    pub(super) own: BTreeSet<String>,
}

impl Speller<'_> {
    /// Returns a copy for an item with more generic parameters.
    pub(super) fn with(&self, generics: &syn::Generics) -> Self {
        let mut own = self.own.clone();
        own.extend(generics.type_params().map(|one| one.ident.to_string()));
        Self { names: self.names, own }
    }

    /// Returns the text of a piece of syntax.
    pub(super) fn spell(&self, syntax: &impl quote::ToTokens) -> String {
        let mut text = String::new();
        self.write(syntax.to_token_stream(), &mut text);
        text
    }

    fn write(&self, tokens: TokenStream, text: &mut String) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                        proc_macro2::Delimiter::Bracket => ("[", "]"),
                        proc_macro2::Delimiter::Brace => ("{", "}"),
                        proc_macro2::Delimiter::None => ("", ""),
                    };
                    text.push_str(open);
                    self.write(group.stream(), text);
                    text.push_str(close);
                }
                TokenTree::Punct(punct) => {
                    let is_last = tokens.peek().is_none();
                    match punct.as_char() {
                        // A comma at the end says nothing.
                        ',' if is_last
                            || matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '>') => {}
                        ',' => text.push_str(", "),
                        '+' => text.push_str(" + "),
                        '=' => text.push_str(" = "),
                        '-' if punct.spacing() == Spacing::Joint => {
                            tokens.next();
                            text.push_str(" -> ");
                        }
                        sign => text.push(sign),
                    }
                }
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let is_first = !text.ends_with("::") && !text.ends_with('\'');
                    if text.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                        text.push(' ');
                    }
                    match self.names.get(&name) {
                        Some(path) if is_first && !self.own.contains(&name) => text.push_str(path),
                        _ => text.push_str(&name),
                    }
                }
                TokenTree::Literal(literal) => text.push_str(&literal.to_string()),
            }
        }
    }
}

/// Replaces each path in a signature.
pub(crate) fn replace_paths(signature: &str, mut by: impl FnMut(&str) -> String) -> String {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | ':');
    let (mut out, mut rest) = (String::new(), signature);
    while let Some(start) = rest.find(is_path) {
        let (before, from) = rest.split_at(start);
        let (path, behind) = from.split_at(from.find(|c| !is_path(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(&by(path));
        rest = behind;
    }
    out + rest
}

/// Shortens each path in a signature to its last name, for people.
pub(super) fn short(signature: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
    let (mut text, mut rest) = (String::new(), signature);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if end == 0 {
            text.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        match rest[end..].strip_prefix("::") {
            Some(after) if after.starts_with(is_word) && &rest[..end] != "Self" => rest = after,
            _ => {
                text.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    text
}
