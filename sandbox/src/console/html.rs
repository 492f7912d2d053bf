//! In: texts of callers and of the contract. Out: HTML in which they are text and nothing else. Never: a text that is not escaped.

use sdkwright_picture::Diagram;

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

/// A picture; `None` if it is not drawn. It escapes its texts.
pub(super) fn picture(diagram: &Diagram) -> Option<Html> {
    Some(element("div", &[("class", "wide")], [Html(diagram.element()?)]))
}

/// A text with places at which a line may end: between the words of a name and behind the parts of a path.
pub(super) fn soft(whole: impl AsRef<str>) -> Html {
    let mut parts: Vec<String> = vec![String::new()];
    let mut last = ' ';
    for letter in whole.as_ref().chars() {
        let is_new_word = (last.is_lowercase() && letter.is_uppercase()) || "/?&=_:".contains(last);
        if is_new_word {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
        last = letter;
    }
    Html(parts.iter().map(|part| text(part).0).collect::<Vec<_>>().join("<wbr>"))
}

/// A decimal number with separators between thousands, for a column that is aligned at the right.
pub(super) fn amount(decimal: &str) -> Html {
    around("code", "amount", thousands(decimal))
}

/// Separates the thousands before the point: `-1,234,567.8901`.
pub(super) fn thousands(decimal: &str) -> String {
    let whole = decimal.split('.').next().unwrap_or_default();
    let digits = whole.trim_start_matches('-').len();
    let mut out = String::with_capacity(decimal.len() + digits / 3);
    for (at, letter) in decimal.char_indices() {
        let place = at.saturating_sub(whole.len() - digits);
        if at < whole.len() && place > 0 && letter.is_ascii_digit() && (digits - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(letter);
    }
    out
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

/// Parts with a space between them.
pub(super) fn spaced(parts: impl IntoIterator<Item = Html>) -> Html {
    let parts: Vec<String> = parts.into_iter().map(Html::into_string).collect();
    Html(
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// A table whose rows are as wide as the page; a wider one can be moved sideways.
pub(super) fn table(heads: &[&'static str], rows: impl IntoIterator<Item = Html>) -> Html {
    classed("", heads, rows)
}

/// A table of a row for each of many things; each row is a paragraph in a narrow window.
pub(super) fn list(name: &str, heads: &[&'static str], rows: impl IntoIterator<Item = Html>) -> Html {
    classed(&format!("list {name}"), heads, rows)
}

/// Columns that are aligned at the right.
const NUMBERS: [&str; 4] = ["Amount", "Balance", "Duration", "Sum of all accounts"];

fn classed(class: &str, heads: &[&'static str], rows: impl IntoIterator<Item = Html>) -> Html {
    let heads = heads.iter().map(|head| {
        let class = if NUMBERS.contains(head) { "number" } else { "" };
        around("th", class, head)
    });
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
    fn thousands_are_separated_before_the_point_alone() {
        for (decimal, expected) in [
            ("0", "0"),
            ("-250.00", "-250.00"),
            ("1000", "1,000"),
            ("-123456.123456", "-123,456.123456"),
            ("1234567.8901", "1,234,567.8901"),
        ] {
            assert_eq!(thousands(decimal), expected);
        }
    }

    #[test]
    fn a_line_may_end_between_words_and_the_text_is_escaped() {
        assert_eq!(soft("readThing").into_string(), "read<wbr>Thing");
        assert_eq!(soft("/a?<b>=1").into_string(), "/<wbr>a?<wbr>&lt;b&gt;=<wbr>1");
    }

    #[test]
    fn no_text_becomes_an_element_an_attribute_or_another_text() {
        let nasty = "<script>alert('x')</script>\" onload=\"y\u{202e}\u{1b}";
        let page = element("p", &[("title", nasty)], [text(nasty)]).into_string();
        assert_eq!(page.matches('<').count(), 2, "{page}");
        assert_eq!(page.matches('"').count(), 2, "{page}");
        assert!(!page.contains(['\u{202e}', '\u{1b}', '\'']), "{page}");
    }
}
