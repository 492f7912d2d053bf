//! Texts of the values of an enumeration, from the list in its description whose items begin with a value in code marks.
//!
//! In: the description and the values. Out: the description without these lists, and a description of each value in them.

use crate::ir::{Documentation, EnumValue};

/// Marks between a value and its text.
const SEPARATORS: [&str; 4] = [":", " - ", " \u{2013} ", " \u{2014} "];

/// Moves the items of lists from the description to the values. A list with an item of something else stays.
pub(super) fn take(text: &mut Documentation, values: &mut [EnumValue]) {
    let Some(description) = text.description.as_deref() else {
        return;
    };
    if !description.contains('`') || values.iter().any(|value| value.text.description.is_some()) {
        return;
    }
    let (mut rest, mut taken): (Vec<&str>, Vec<ListItem>) = (Vec::new(), Vec::new());
    for paragraph in description.split("\n\n") {
        match items(paragraph, values) {
            Some(items) => taken.extend(items),
            None => rest.push(paragraph),
        }
    }
    let rest = rest.join("\n\n");
    for item in taken {
        if let Some(value) = values.get_mut(item.value) {
            value.text.description = Some(item.text);
        }
    }
    text.description = (!rest.trim().is_empty()).then_some(rest);
}

/// An item of a list: the place of its value, and its text.
struct ListItem {
    value: usize,
    text: String,
}

/// Reads a paragraph as a list of values; `None` if it is anything else.
fn items(paragraph: &str, values: &[EnumValue]) -> Option<Vec<ListItem>> {
    let mut items: Vec<ListItem> = Vec::new();
    for line in paragraph.lines() {
        let marked = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
        match (marked, items.last_mut()) {
            (Some(line), _) => items.push(item(line, values)?),
            (None, Some(last)) if line.starts_with("  ") => {
                last.text.push(' ');
                last.text.push_str(line.trim());
            }
            _ => return None,
        }
    }
    (!items.is_empty()).then_some(items)
}

fn item(line: &str, values: &[EnumValue]) -> Option<ListItem> {
    let (literal, after) = line.trim_start().strip_prefix('`')?.split_once('`')?;
    let text = SEPARATORS.iter().find_map(|mark| after.strip_prefix(mark))?.trim();
    let value = values.iter().position(|value| value.value.text() == literal)?;
    let text = text.to_owned();
    (!text.is_empty()).then_some(ListItem { value, text })
}

#[cfg(test)]
mod tests {
    use super::take;
    use crate::ir::{Documentation, EnumValue, Scalar};

    fn taken(description: &str) -> (Option<String>, Vec<Option<String>>) {
        let value = |text: &str| EnumValue {
            value: Scalar::String(text.to_owned()),
            name: None,
            text: Documentation::default(),
        };
        let (mut text, mut values) = (Documentation::default(), vec![value("A"), value("B")]);
        text.description = Some(description.to_owned());
        take(&mut text, &mut values);
        let texts = values.into_iter().map(|value| value.text.description);
        (text.description, texts.collect())
    }

    #[test]
    fn a_list_of_values_describes_them() {
        let some = |text: &str| Some(text.to_owned());
        let (rest, texts) = taken("States.\n\n- `A`: first,\n  on two lines.\n- `B` - second.\n\nOpen.");
        assert_eq!(rest, some("States.\n\nOpen."));
        assert_eq!(texts, [some("first, on two lines."), some("second.")]);
        assert_eq!(taken("* `B`: second."), (None, vec![None, some("second.")]));
    }

    #[test]
    fn a_list_of_anything_else_stays() {
        for text in [
            "States.\n- `A`: first.",
            "- `A`: first.\n- `C`: third.",
            "- `A`: first.\nMore.",
            "- A: first.",
            "- `A` first.",
            "- `A`:",
        ] {
            assert_eq!(taken(text), (Some(text.to_owned()), vec![None, None]), "{text}");
        }
    }
}
