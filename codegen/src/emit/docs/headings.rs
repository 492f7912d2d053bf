//! Headings of the contract on a page of the generator: they stand below the heading that their text stands under.

/// Lowers headings by some levels, to at most the sixth, outside of fences. Underlined ones get the form with `#`.
pub(in crate::emit) fn lowered(lines: &[String], levels: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut fence = 0;
    for line in lines {
        let text = line.trim_start();
        let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
        if fence > 0 {
            if ticks >= fence && ticks == text.len() {
                fence = 0;
            }
        } else if ticks >= 3 {
            fence = ticks;
        } else if let Some((level, title)) = heading(line) {
            out.push(marked(level + levels, title));
            continue;
        } else if let Some(level) = underline(line) {
            let start = out.iter().rposition(|line| !is_prose(line)).map_or(0, |last| last + 1);
            if start < out.len() {
                let title = out.drain(start..).collect::<Vec<_>>().join(" ");
                out.push(marked(level + levels, &title));
                continue;
            }
        }
        out.push(line.clone());
    }
    out
}

fn marked(level: usize, title: &str) -> String {
    format!("{} {title}", "#".repeat(level.min(6)))
}

/// Returns level and title of a heading with `#`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    let title = title.strip_prefix(' ')?;
    (1..=6).contains(&level).then_some((level, title.trim_start()))
}

/// Returns the level that a line of `=` or `-` gives the paragraph above it.
fn underline(line: &str) -> Option<usize> {
    let is_of = |sign: char| line.starts_with(sign) && line.chars().all(|c| c == sign);
    if is_of('=') {
        return Some(1);
    }
    is_of('-').then_some(2)
}

/// Returns `true` for a line of a paragraph, which is no list item, table row, heading or fence.
fn is_prose(line: &str) -> bool {
    let is_other = line.starts_with([' ', '#', '|', '`', '>']) || super::marks::list_item(line).is_some();
    !line.is_empty() && !is_other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lowered(&lines, 3).join("\n")
    }

    #[test]
    fn headings_of_both_forms_are_lowered_and_no_other_line() {
        for (text, wanted) in [
            ("# Limits\n\nTen.", "#### Limits\n\nTen."),
            ("#### Limits", "###### Limits"),
            ("Limits\n===\nTen.", "#### Limits\nTen."),
            ("Limits\nof calls\n------\n\nTen.", "##### Limits of calls\n\nTen."),
            ("#1 of all", "#1 of all"),
            ("####### seven", "####### seven"),
            ("Ten.\n\n---\n\nMore.", "Ten.\n\n---\n\nMore."),
            ("- Ten\n---", "- Ten\n---"),
            ("a | b\n--- | ---", "a | b\n--- | ---"),
            (
                "```text\n# not\nthis\n===\n```\n# but",
                "```text\n# not\nthis\n===\n```\n#### but",
            ),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }
}
