//! In: texts of callers and of the contract. Out: HTML in which they are text and nothing else. Never: a text that is not escaped.

/// HTML that can be put into a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Html(String);

impl Html {
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl FromIterator<Html> for Html {
    fn from_iter<T: IntoIterator<Item = Self>>(parts: T) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }
}

/// A text, escaped. Control characters and marks that change the direction of writing are shown as their numbers, so that a text looks
/// as it is.
pub(super) fn text(text: impl AsRef<str>) -> Html {
    let text = text.as_ref();
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push(letter),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push_str(&letter.escape_unicode().to_string()),
            letter if letter.is_control() => out.push_str(&letter.escape_unicode().to_string()),
            _ => out.push(letter),
        }
    }
    Html(out)
}

/// An element. Names of elements and attributes are words of this program; values and children are escaped.
pub(super) fn element(
    name: &'static str,
    attributes: &[(&'static str, &str)],
    children: impl IntoIterator<Item = Html>,
) -> Html {
    let mut out = opened(name, attributes);
    out.extend(children.into_iter().map(|child| child.0));
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    Html(out)
}

/// An element that has no end, such as `input`.
pub(super) fn void(name: &'static str, attributes: &[(&'static str, &str)]) -> Html {
    Html(opened(name, attributes))
}

fn opened(name: &'static str, attributes: &[(&'static str, &str)]) -> String {
    let mut out = format!("<{name}");
    for (attribute, value) in attributes {
        out.push(' ');
        out.push_str(attribute);
        out.push_str("=\"");
        out.push_str(&text(value).0);
        out.push('"');
    }
    out.push('>');
    out
}

/// An element around one text.
pub(super) fn around(name: &'static str, class: &'static str, inner: impl AsRef<str>) -> Html {
    let class = [("class", class)];
    element(name, if class[0].1.is_empty() { &[] } else { &class }, [text(inner)])
}

pub(super) fn link(href: &str, inner: impl AsRef<str>) -> Html {
    element("a", &[("href", href)], [text(inner)])
}

/// A table whose rows are as wide as the page; a wider one can be moved sideways.
pub(super) fn table(heads: &[&'static str], rows: impl IntoIterator<Item = Html>) -> Html {
    classed("", heads, rows)
}

/// A table of a row for each of many things; each row is a paragraph where the window is narrow.
pub(super) fn list(heads: &[&'static str], rows: impl IntoIterator<Item = Html>) -> Html {
    classed("list", heads, rows)
}

fn classed(class: &str, heads: &[&'static str], rows: impl IntoIterator<Item = Html>) -> Html {
    let heads = heads.iter().map(|head| around("th", "", head));
    let head = element("thead", &[], [element("tr", &[], heads)]);
    let table = element("table", &[("class", class)], [head, element("tbody", &[], rows)]);
    element("div", &[("class", "wide")], [table])
}

/// Facts with their names; one that is not known is left out.
pub(super) fn facts(all: impl IntoIterator<Item = (&'static str, Option<Html>)>) -> Html {
    let known = all
        .into_iter()
        .filter_map(|(name, fact)| Some(row([text(name), fact?])));
    element("table", &[("class", "facts")], [element("tbody", &[], known)])
}

/// A row of a table; each child becomes a cell.
pub(super) fn row(cells: impl IntoIterator<Item = Html>) -> Html {
    element("tr", &[], cells.into_iter().map(|cell| element("td", &[], [cell])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_an_element_an_attribute_or_another_text() {
        let nasty = "<script>alert('x')</script>\" onload=\"y\u{202e}\u{1b}";
        let page = element("p", &[("title", nasty)], [text(nasty)]).into_string();
        assert_eq!(page.matches('<').count(), 2, "{page}");
        assert_eq!(page.matches('"').count(), 2, "{page}");
        assert!(!page.contains(['\u{202e}', '\u{1b}', '\'']), "{page}");
    }
}
