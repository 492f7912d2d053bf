//! In: the fields of a form. Out: the form, with the token of this server. Never: what a form does (`act.rs`).

use super::html::{self, Html, around, element, void};
use super::page::FOLDER;
use crate::encode;
use std::sync::OnceLock;

/// The text that each form of this server carries, and that no page of another site can know.
pub(super) fn token() -> &'static str {
    static TOKEN: OnceLock<String> = OnceLock::new();
    TOKEN.get_or_init(|| encode::hex(&encode::random::<24>()))
}

/// A form that acts: its fields, and the button that sends it.
pub(super) fn form(action: &str, fields: impl IntoIterator<Item = Html>, button: &str) -> Html {
    let hidden = void("input", &[("type", "hidden"), ("name", "token"), ("value", token())]);
    let send = element("button", &[], [html::text(button)]);
    let action = format!("{FOLDER}{action}");
    let attributes = [("method", "post"), ("action", action.as_str())];
    element("form", &attributes, [hidden].into_iter().chain(fields).chain([send]))
}

pub(super) fn hidden(name: &str, value: &str) -> Html {
    void("input", &[("type", "hidden"), ("name", name), ("value", value)])
}

/// A field with its label.
pub(super) fn field(label: &str, name: &str, value: &str) -> Html {
    let input = void("input", &[("name", name), ("value", value), ("autocomplete", "off")]);
    element("label", &[], [around("span", "", label), input])
}

/// A form whose fields are words of the address of a page.
pub(super) fn filter(page: &str, fields: impl Iterator<Item = Html>, clear: Option<Html>) -> Html {
    let action = format!("{FOLDER}{page}");
    let attributes = [("method", "get"), ("action", action.as_str()), ("class", "filter")];
    let send = element("button", &[], [html::text("Filter")]);
    element("form", &attributes, fields.chain([send]).chain(clear))
}

/// A field of a search.
pub(super) fn search(hint: &str, value: Option<&str>) -> Html {
    let value = value.unwrap_or_default();
    let attributes = [
        ("type", "search"),
        ("name", "q"),
        ("value", value),
        ("placeholder", hint),
        ("aria-label", hint),
    ];
    void("input", &attributes)
}

/// A box with its label.
pub(super) fn check(label: &str, name: &str, value: &str, is_set: bool) -> Html {
    let attributes = [("type", "checkbox"), ("name", name), ("value", value), ("checked", "")];
    let count = if is_set { 4 } else { 3 };
    let input = void("input", &attributes[..count]);
    element("label", &[("class", "check")], [input, html::text(format!(" {label}"))])
}

/// A number with its label.
pub(super) fn number(label: &str, name: &str, value: &str) -> Html {
    let attributes = [
        ("type", "number"),
        ("name", name),
        ("value", value),
        ("autocomplete", "off"),
    ];
    element("label", &[], [around("span", "", label), void("input", &attributes)])
}

/// A choice of values with texts for people, or of any of them.
pub(super) fn choices(any: &str, name: &str, all: &[(String, String)], chosen: Option<&str>) -> Html {
    let first = [(String::new(), any.to_owned())];
    let options = first
        .iter()
        .chain(all)
        .map(|(value, shown)| option(value, shown, chosen == Some(value)));
    element("select", &[("name", name), ("aria-label", any)], options)
}

pub(super) fn option(value: &str, shown: &str, is_chosen: bool) -> Html {
    let attributes = [("value", value), ("selected", "")];
    let count = if is_chosen { 2 } else { 1 };
    element("option", &attributes[..count], [html::text(shown)])
}

/// A choice of texts with its label.
pub(super) fn choice<'t>(
    label: &str,
    name: &str,
    all: impl IntoIterator<Item = &'t str>,
    chosen: Option<&str>,
) -> Html {
    let options = all.into_iter().map(|one| option(one, one, chosen == Some(one)));
    let select = element("select", &[("name", name)], options);
    element("label", &[], [around("span", "", label), select])
}
