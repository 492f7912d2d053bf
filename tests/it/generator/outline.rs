//! A generated file without what repeats in each: documentation, attributes, imports, and the setter of each member. Short blocks are one line.

/// Number of columns of a line that was several.
const WIDTH: usize = 120;

/// How much of a function remains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Functions {
    /// All of it.
    Whole,
    /// The signature of a public function: types, members and tables are the rest of an outline.
    Signatures,
}

/// Returns the short form of a file that the generator printed, of which an item ends at its own indent.
pub(crate) fn short(text: &str, functions: Functions) -> String {
    let mut short: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (indent, code) = line.split_at(line.len() - line.trim_start().len());
        if code.is_empty() || code.starts_with("//") || code.starts_with('#') {
            continue;
        }
        let is_setter = code.starts_with("pub fn with_");
        if code.starts_with("use ") || is_setter || functions == Functions::Signatures && is_function(code) {
            let mut item = code.to_owned();
            while !item.ends_with(['{', '}', ';']) || item.starts_with("use ") && !item.ends_with(';') {
                let Some(next) = lines.next() else { break };
                item.push(' ');
                item.push_str(next.trim());
            }
            if item.ends_with('{') {
                let end = format!("{indent}}}");
                lines.find(|line| line.starts_with(&end));
            }
            if item.starts_with("pub ") && !is_setter {
                let end = item.find(" {").unwrap_or(item.len());
                short.push(format!("{indent}{};", item[..end].trim_end_matches(';')));
            }
            continue;
        }
        short.push(line.to_owned());
        join_block(&mut short);
    }
    short.join("\n") + "\n"
}

/// Writes the block that ends in the last line as one line, if it is short.
pub(crate) fn join_block(lines: &mut Vec<String>) {
    let Some((last, before)) = lines.split_last() else {
        return;
    };
    let indent = last.len() - last.trim_start().len();
    let start = before
        .iter()
        .rposition(|line| line.len() - line.trim_start().len() == indent);
    let Some(start) = start.filter(|_| last[indent..].starts_with(['}', ']', ')'])) else {
        return;
    };
    let words: Vec<&str> = lines[start..].iter().map(|line| line.trim()).collect();
    let joined = format!("{}{}", &last[..indent], words.join(" "));
    if joined.chars().count() <= WIDTH {
        lines.truncate(start);
        lines.push(joined);
    }
}

/// Returns true if a line starts a function.
fn is_function(code: &str) -> bool {
    let words = code.split(' ').take_while(|word| *word != "fn");
    let modifiers = ["pub", "pub(crate)", "const", "async"];
    code.contains("fn ") && words.clone().count() < 4 && words.clone().all(|word| modifiers.contains(&word))
}
