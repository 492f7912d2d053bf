//! Links of templates: a text and its targets come in, a link of rustdoc or of Markdown comes out.
//!
//! The form is a global of the environment, so that a template says each link once.

use minijinja::{Environment, State};

/// The global that is true while documentation of Rust is rendered.
pub(super) const IN_RUST: &str = "in_rust";

/// Adds the functions of templates.
pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_global(IN_RUST, false);
    environment.add_function("link", link);
    environment.add_function("item", item);
    environment.add_function("section", section);
}

fn is_rust(state: &State<'_, '_>) -> bool {
    state.lookup(IN_RUST).is_some_and(|value| value.is_true())
}

/// Links a text to an item of the crate in rustdoc, and to a place of the pages in Markdown.
fn link(state: &State<'_, '_>, text: &str, item: &str, place: &str) -> String {
    format!("[{text}]({})", if is_rust(state) { item } else { place })
}

/// Links the title of a section of the guide to it.
fn section(state: &State<'_, '_>, title: &str) -> String {
    let anchor = anchor(title);
    let (item, place) = (format!("crate::guide#{anchor}"), format!("docs/guide.md#{anchor}"));
    link(state, title, &item, &place)
}

/// Shows code, which in rustdoc is a link to an item of the crate.
fn item(state: &State<'_, '_>, code: &str, item: &str) -> String {
    if is_rust(state) {
        format!("[`{code}`](crate::{item})")
    } else {
        format!("`{code}`")
    }
}

/// Returns the anchor that Markdown renderers generate for a heading.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::anchor;

    #[test]
    fn a_heading_is_found_by_its_anchor() {
        assert_eq!(anchor("customers().create"), "customerscreate");
        assert_eq!(anchor("Problem codes"), "problem-codes");
    }
}
