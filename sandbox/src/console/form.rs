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

/// A choice of texts with its label.
pub(super) fn choice<'t>(
    label: &str,
    name: &str,
    all: impl IntoIterator<Item = &'t str>,
    chosen: Option<&str>,
) -> Html {
    let options = all.into_iter().map(|one| {
        let attributes = [("value", one), ("selected", "")];
        let shown = if chosen == Some(one) { 2 } else { 1 };
        element("option", &attributes[..shown], [html::text(one)])
    });
    let select = element("select", &[("name", name)], options);
    element("label", &[], [around("span", "", label), select])
}
