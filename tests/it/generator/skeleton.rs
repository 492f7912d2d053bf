//! Skeletons of generated files, without names, literals and comments: the code itself.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::str::FromStr as _;

/// Words of Rust that stay; everything else is somebody's name.
const WORDS: &[&str] = &[
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "union",
    "macro_rules",
    "static",
];

/// The words of a crate with names beyond ASCII, which are the only code that depends on a text.
const FOREIGN_NAMES: &str = "#![allow(
    confusable_idents,
    mixed_script_confusables,
    non_camel_case_types,
    non_snake_case,
    uncommon_codepoints
)]
";

/// The code of all files, by no name but its own.
pub(crate) fn skeletons(files: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut skeletons = Vec::new();
    for (path, text) in files {
        if path.ends_with(".rs") {
            let text = &text.replacen(FOREIGN_NAMES, "", 1);
            let file = syn::parse_file(text).map_err(|fault| format!("{path} is not Rust: {fault}\n{text}"))?;
            drop(file);
            let tokens = TokenStream::from_str(text).map_err(|fault| format!("{path}: {fault}"))?;
            let mut docs = String::new();
            let mut out = String::new();
            for item in items_of(tokens) {
                let mut one = String::new();
                write(item, false, &mut one, &mut docs);
                // Declarations and imports are sorted by name below, because a new name changes their order.
                out.push_str(&one);
                out.push('\n');
            }
            // A model may be imported or named by its path.
            out = without_paths(&out);
            let mut lines: Vec<&str> = out.lines().filter(|line| !line.starts_with("use ")).collect();
            lines.sort_unstable();
            out = lines.join("\n");
            for (info, code) in fences(&docs) {
                if ["text", "json", "toml", "console"].contains(&info.as_str()) {
                    continue;
                }
                let lines: Vec<&str> = code
                    .lines()
                    .map(|line| line.strip_prefix("# ").unwrap_or(line))
                    .collect();
                let code = lines.join("\n");
                let tokens = TokenStream::from_str(&code)
                    .map_err(|fault| format!("{path}: an example is not Rust: {fault}\n{code}"))?;
                let _: syn::Block = syn::parse_str(&format!("{{{code}\n}}"))
                    .map_err(|fault| format!("{path}: an example is not Rust: {fault}\n{code}"))?;
                out.push_str("\n``` ");
                out.push_str(&info);
                out.push('\n');
                let mut example = String::new();
                write(tokens, false, &mut example, &mut String::new());
                out.push_str(&without_paths(&example).replace("use i;", ""));
            }
            skeletons.push(out);
        } else if path.ends_with(".toml") {
            skeletons.push(format!("{}: {}", path, toml(text)));
        }
    }
    skeletons.sort();
    Ok(skeletons)
}

/// Every path as one name.
fn without_paths(code: &str) -> String {
    let mut out = code.replace("crate::i", "i").replace(",>", ">");
    while out.contains("i::i") {
        out = out.replace("i::i", "i");
    }
    out
}

/// The items of a file: each ends in a `;` or a body.
fn items_of(tokens: TokenStream) -> Vec<TokenStream> {
    let mut items = vec![TokenStream::new()];
    for token in tokens {
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        items.last_mut().expect("one").extend([token]);
        if ends {
            items.push(TokenStream::new());
        }
    }
    items
}

fn write(tokens: TokenStream, keep: bool, out: &mut String, docs: &mut String) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let attribute = out.ends_with('#') || out.ends_with("#!");
                // A `path` attribute names the file of a module whose name is not a portable file name.
                if attribute && is_plain_path(&group.stream().to_string()) {
                    out.truncate(out.trim_end_matches('#').len());
                    continue;
                }
                if attribute && let Some(text) = doc(&group.stream()) {
                    out.truncate(out.trim_end_matches(['#', '!']).len());
                    docs.push_str(text.strip_prefix(' ').unwrap_or(&text));
                    docs.push('\n');
                    continue;
                }
                // The printer wraps the value of a match arm in braces if the line is long.
                if group.delimiter() == Delimiter::Brace && out.ends_with("=>") && is_value(&group.stream()) {
                    write(group.stream(), keep, out, docs);
                    out.push(',');
                    continue;
                }
                out.push_str(open);
                write(group.stream(), keep || attribute, out, docs);
                // The printer adds a trailing comma to long lists.
                while out.ends_with(',') {
                    out.pop();
                }
                out.push_str(close);
            }
            TokenTree::Ident(ident) => {
                let word = ident.to_string();
                let is_macro = matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                if out.ends_with(|c: char| c.is_alphanumeric()) {
                    out.push(' ');
                }
                out.push_str(if keep || is_macro || WORDS.contains(&word.as_str()) {
                    &word
                } else {
                    "i"
                });
            }
            TokenTree::Punct(punct) => out.push(punct.as_char()),
            TokenTree::Literal(_) => out.push_str(" 0"),
        }
    }
}

/// A block without statements.
fn is_value(block: &TokenStream) -> bool {
    let is_end = |token: TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    !block.clone().into_iter().any(is_end)
}

/// `path = "..."` of a file beside the module.
fn is_plain_path(attribute: &str) -> bool {
    let path = attribute
        .strip_prefix("path = \"")
        .and_then(|rest| rest.strip_suffix(".rs\""));
    path.is_some_and(|path| {
        path.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/'))
    })
}

/// The text of `#[doc = "..."]`.
fn doc(attribute: &TokenStream) -> Option<String> {
    let mut tokens = attribute.clone().into_iter();
    let is_doc = matches!(tokens.next(), Some(TokenTree::Ident(ident)) if ident == "doc");
    let is_set = matches!(tokens.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
    match tokens.next() {
        Some(TokenTree::Literal(literal)) if is_doc && is_set => syn::parse_str::<syn::LitStr>(&literal.to_string())
            .ok()
            .map(|text| text.value()),
        _ => None,
    }
}

/// Fenced blocks of documentation: the info string and what is inside.
#[allow(clippy::single_match_else, reason = "two states of one reader")]
fn fences(docs: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String, String)> = None;
    for line in docs.lines() {
        match &mut open {
            Some((fence, info, code)) => {
                if line.trim() == fence {
                    blocks.push((std::mem::take(info), std::mem::take(code)));
                    open = None;
                } else {
                    code.push_str(line);
                    code.push('\n');
                }
            }
            None => {
                let ticks = line.trim_start();
                let fence: String = ticks.chars().take_while(|c| *c == '`').collect();
                if fence.len() >= 3 && !ticks[fence.len()..].contains('`') {
                    open = Some((fence.clone(), ticks[fence.len()..].to_owned(), String::new()));
                }
            }
        }
    }
    blocks
}

/// A TOML file without its strings and comments.
fn toml(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut inside = false;
        let mut escaped = false;
        for c in line.chars() {
            match c {
                _ if escaped => escaped = false,
                '\\' if inside => escaped = true,
                '"' => {
                    inside = !inside;
                    out.push('"');
                }
                _ if !inside => out.push(c),
                _ => {}
            }
        }
        out.push(if inside { '!' } else { '\n' });
    }
    // Replaces bare keys that are names of features.
    out.lines()
        .map(|line| match line.split_once(" = ") {
            Some((key, rest)) if rest == "[]" && !key.contains('"') => format!("\"\" = {rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect()
}

/// Finds the first difference of two skeletons.
pub(crate) fn difference(clean: &[String], found: &[String]) -> Option<String> {
    let mut left: Vec<&String> = clean.iter().collect();
    let mut more: Vec<&String> = Vec::new();
    for file in found {
        match left.iter().position(|other| *other == file) {
            Some(at) => {
                left.remove(at);
            }
            None => more.push(file),
        }
    }
    let (one, other) = (left.first(), more.first());
    if one.is_none() && other.is_none() {
        return None;
    }
    let (one, other) = (one.map_or("", |text| text), other.map_or("", |text| text));
    let at = one
        .bytes()
        .zip(other.bytes())
        .position(|(a, b)| a != b)
        .unwrap_or(one.len().min(other.len()));
    let near = |text: &str| {
        text.get(at.saturating_sub(60)..(at + 60).min(text.len()))
            .unwrap_or("?")
            .to_owned()
    };
    Some(format!(
        "{} files differ; clean: {:?}\nfound: {:?}",
        left.len().max(more.len()),
        near(one),
        near(other)
    ))
}

/// Returns `true` if everything in a file is visible and without comment markup of a page.
pub(crate) fn stays_text(path: &str, text: &str) -> bool {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut fenced = false;
    let mut markup = false;
    for line in text.lines().filter_map(|line| line.trim_start().strip_prefix("//")) {
        let line = line.trim_start_matches(['/', '!', ' ']);
        if line.starts_with("```") && !line.trim_start_matches('`').contains('`') {
            fenced = !fenced;
        }
        markup |= !fenced && without_code(line).replace("\\<", "").contains("<script");
    }
    !(text.contains(hidden) || path.ends_with(".rs") && markup)
}

/// A line of Markdown without its code spans.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let ticks: String = rest[start..].chars().take_while(|c| *c == '`').collect();
        let inside = &rest[start + ticks.len()..];
        rest = match inside.find(&ticks) {
            Some(end) => &inside[end + ticks.len()..],
            None => inside,
        };
    }
    out + rest
}

/// Everything public of a file, each with what it stands in.
pub(crate) fn public_names(text: &str) -> Vec<String> {
    let file = syn::parse_file(text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    let mut names = Vec::new();
    items(&file.items, "", &mut names);
    names
}

/// Every name of a file for a type, with the type.
pub(crate) fn aliases(text: &str) -> Vec<(String, String)> {
    let file = syn::parse_file(text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    let alias = |item: syn::Item| match item {
        syn::Item::Type(item) => Some((item.ident.to_string(), type_name(&item.ty))),
        _ => None,
    };
    file.items.into_iter().filter_map(alias).collect()
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn items(items_of: &[syn::Item], above: &str, names: &mut Vec<String>) {
    for item in items_of {
        match item {
            syn::Item::Struct(item) if is_public(&item.vis) => {
                names.push(format!("{above}struct {}", item.ident));
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    names.extend(
                        field
                            .ident
                            .iter()
                            .map(|ident| format!("{above}{}::{ident}", item.ident)),
                    );
                }
            }
            syn::Item::Enum(item) if is_public(&item.vis) => {
                names.push(format!("{above}enum {}", item.ident));
                names.extend(
                    item.variants
                        .iter()
                        .map(|variant| format!("{above}{}::{}", item.ident, variant.ident)),
                );
            }
            syn::Item::Fn(item) if is_public(&item.vis) => names.push(format!("{above}fn {}", item.sig.ident)),
            syn::Item::Type(item) if is_public(&item.vis) => names.push(format!("{above}type {}", item.ident)),
            syn::Item::Const(item) if is_public(&item.vis) => names.push(format!("{above}const {}", item.ident)),
            syn::Item::Mod(item) => {
                if is_public(&item.vis) {
                    names.push(format!("{above}mod {}", item.ident));
                }
                if let Some((_, inner)) = &item.content {
                    items(inner, &format!("{above}{}::", item.ident), names);
                }
            }
            syn::Item::Impl(item) if item.trait_.is_none() => {
                let ty = type_name(&item.self_ty);
                for inner in &item.items {
                    match inner {
                        syn::ImplItem::Fn(inner) if is_public(&inner.vis) => {
                            names.push(format!("{above}{ty}::{}()", inner.sig.ident));
                        }
                        syn::ImplItem::Const(inner) if is_public(&inner.vis) => {
                            names.push(format!("{above}{ty}::{}", inner.ident));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// `Call<ListBooks>` is told from `Call<ReadBook>`.
fn type_name(ty: &syn::Type) -> String {
    let syn::Type::Path(path) = ty else { return "?".into() };
    let piece = |segment: &syn::PathSegment| {
        let arguments = match &segment.arguments {
            syn::PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter_map(|argument| match argument {
                    syn::GenericArgument::Type(ty) => Some(format!("<{}>", type_name(ty))),
                    _ => None,
                })
                .collect(),
            _ => String::new(),
        };
        format!("{}{arguments}", segment.ident)
    };
    path.path.segments.iter().map(piece).collect::<Vec<_>>().join("::")
}

/// A text with every SHA-256 taken out.
pub(crate) fn without_digests(text: &str) -> String {
    let is_digest = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric())
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_digest(word) {
                piece.replace(word, "digest")
            } else {
                piece.to_owned()
            }
        })
        .collect()
}
