//! Text from a contract to documentation comments: the only conversion.
//!
//! Markdown stays readable, and none of it becomes code, a doctest, a link to an item or the end of the comment: fences
//! are `text`, indented blocks are fenced, brackets, bare links and angle brackets are escaped, and every line is one
//! `///` line. A link into the contract's own web pages leads nowhere from here: its target is shown as code. HTML is
//! made Markdown first.

mod html;
mod links;
pub(super) mod marks;

use std::borrow::Cow;
use std::str::FromStr as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::text::is_hidden;

use crate::limits;
use links::escaped;
use marks::{CodeSpans, Quotation, closes, fence, list_item, longest_run, span, ticks};

pub(crate) use links::{Targets, first_method, method_item, on_page};

/// Safe lines of one documentation comment, and whether what they document is deprecated.
#[derive(Debug, Clone, Default)]
pub(crate) struct Docs {
    lines: Vec<String>,
    /// The attribute of a deprecated item.
    deprecated: TokenStream,
}

impl Docs {
    /// Returns a comment that starts with a line of the generator.
    pub(crate) fn ours(line: impl Into<String>) -> Self {
        let mut docs = Self::default();
        docs.paragraph([line.into()]);
        docs
    }

    /// Adds lines of the generator as a paragraph. Contract text in them must have passed [`inline`] or [`code`].
    pub(crate) fn paragraph(&mut self, lines: impl IntoIterator<Item = String>) -> &mut Self {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_some() && !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
        self
    }

    /// Adds a paragraph of the generator, wrapped at spaces outside of code.
    pub(crate) fn wrapped(&mut self, text: &str) -> &mut Self {
        self.paragraph(wrap(text))
    }

    /// Adds Markdown of the contract.
    pub(crate) fn markdown(&mut self, text: &str) -> &mut Self {
        self.paragraph(markdown(text))
    }

    /// Adds Markdown of the contract with links to items.
    pub(crate) fn linked(&mut self, text: &str, targets: &Targets<'_>) -> &mut Self {
        self.paragraph(linked(text, targets))
    }

    /// Puts a name, as code, before the first sentence; alone if there is none.
    pub(crate) fn lead(&mut self, code: &str) -> &mut Self {
        match self.lines.first_mut() {
            Some(line) if line.starts_with(|first: char| first.is_alphanumeric() || first == '`') => {
                *line = format!("{code}: {line}");
            }
            Some(_) => self.lines.splice(0..0, [code.to_owned(), String::new()]).for_each(drop),
            None => self.lines.push(code.to_owned()),
        }
        self
    }

    /// Adds the attribute of a deprecated item.
    pub(crate) fn deprecated(&mut self, attribute: TokenStream) -> &mut Self {
        self.deprecated = attribute;
        self
    }

    /// Returns the attribute of a deprecated item; nothing for others.
    pub(crate) fn attribute(&self) -> TokenStream {
        self.deprecated.clone()
    }

    /// Returns true if there are no lines.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns the lines.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Emits the comment of an item, and its `#[deprecated]`.
    pub(crate) fn tokens(&self) -> TokenStream {
        let (comment, deprecated) = (self.comment(), &self.deprecated);
        quote!(#comment #deprecated)
    }

    /// Emits a `doc` attribute, which is printed as `///` lines: one for all lines, because each attribute is parsed
    /// separately.
    pub(crate) fn comment(&self) -> TokenStream {
        if self.lines.is_empty() {
            return TokenStream::new();
        }
        let pad = |line: &String| {
            if line.is_empty() {
                String::new()
            } else {
                format!(" {line}")
            }
        };
        let lines: Vec<String> = self.lines.iter().map(pad).collect();
        let all = literal(&lines.join(&BREAK.to_string()));
        quote!(#[doc = #all])
    }
}

/// Emits a text as a raw string, which parses fast; escaped where a raw string cannot hold it.
fn literal(text: &str) -> Literal {
    let signs = signs(text);
    Literal::from_str(&format!("r{signs}\"{text}\"{signs}")).unwrap_or_else(|_| Literal::string(text))
}

/// Returns the signs around a raw string: one more than follow a quotation mark in the text; none without such a mark.
pub(crate) fn signs(text: &str) -> String {
    let quoted = text.split('"').skip(1);
    let most = quoted
        .map(|rest| rest.len() - rest.trim_start_matches('#').len() + 1)
        .max();
    "#".repeat(most.unwrap_or(0))
}

/// Separates the lines of one comment until it is printed: [`clean`] removes it from contract text.
pub(crate) const BREAK: char = '\u{1F}';

/// Wraps a line at spaces outside of code.
fn wrap(text: &str) -> Vec<String> {
    let (mut lines, mut line, mut columns) = (Vec::new(), String::new(), 0);
    let spans = CodeSpans::new(text);
    let mut at = 0;
    while at < text.len() {
        let end = word_end(text, at, &spans);
        let word = &text[at..end];
        at = text.len() - text[end..].trim_start_matches(' ').len();
        let length = word.chars().count();
        if columns + length >= limits::DOC_COLUMNS {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            columns += 1;
        }
        line.push_str(word);
        columns += length;
    }
    lines.push(line);
    lines.retain(|line| !line.is_empty());
    lines
}

/// Returns the place of the next space outside of a code span.
fn word_end(text: &str, from: usize, spans: &CodeSpans) -> usize {
    let mut at = from;
    while let Some(found) = text[at..].find([' ', '`']) {
        at += found;
        if text[at..].starts_with(' ') {
            return at;
        }
        at = spans.end(text, at).unwrap_or_else(|| at + ticks(&text[at..]));
    }
    text.len()
}

/// Returns contract text on one line, without characters that cannot be seen.
pub(crate) fn one_line(text: &str) -> String {
    let is_one = !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ");
    let visible = |byte: u8| (b' '..0x7F).contains(&byte);
    if is_one && text.bytes().fold(true, |all, byte| all & visible(byte)) {
        return text.to_owned();
    }
    clean(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Escapes contract text for use inside of a generated line.
pub(crate) fn inline(text: &str) -> String {
    escaped(
        &one_line(&marks::without_quotation_marks(&html::to_markdown(text))),
        &|_| None,
    )
}

/// Escapes the first sentence of contract text; one that is longer than a line of a table can show is cut.
pub(crate) fn sentence(text: &str) -> String {
    linked_sentence(text, &|_| None)
}

/// Escapes the first sentence of contract text, with links to items.
pub(crate) fn linked_sentence(text: &str, targets: &Targets<'_>) -> String {
    let text = html::to_markdown(text);
    let text = text.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
    let mut paragraphs = text.split("\n\n");
    let first = paragraphs.next().unwrap_or_default();
    // A note before the description is less than the description.
    let prose = marks::is_quotation(first)
        .then(|| paragraphs.find(|one| !marks::is_quotation(one)))
        .flatten();
    let paragraph = &marks::without_quotation_marks(prose.unwrap_or(first));
    let sentence = &paragraph[..marks::sentence_ends(paragraph).next().unwrap_or(paragraph.len())];
    let cut = sentence.char_indices().nth(limits::SENTENCE_CHARACTERS);
    let shown = cut.map(|(long, _)| {
        let shown = &sentence[..long];
        before_link(shown.rsplit_once(' ').map_or(shown, |(words, _)| words))
    });
    let shown = shown.map_or_else(|| sentence.to_owned(), |words| format!("{words} ..."));
    // A mark whose end was cut off would be shown.
    let is_cut = shown.matches("**").count() % 2 == 1;
    escaped(
        &one_line(&if is_cut { shown.replace("**", "") } else { shown }),
        targets,
    )
}

/// Returns a text that was cut without the link that it was cut in.
fn before_link(text: &str) -> &str {
    let is_whole = |rest: &str| {
        rest.split_once(']')
            .is_some_and(|(_, after)| !after.starts_with('(') || after.contains(')'))
    };
    match text.rsplit_once('[') {
        Some((before, rest)) if !is_whole(rest) => before.trim_end(),
        _ => text,
    }
}

/// Returns a name or value of the contract as code for a generated line, with hidden characters as escapes of Rust.
pub(crate) fn code(text: &str) -> String {
    let is_escaped = |c: char| is_hidden(c) && !c.is_whitespace();
    let mut line = one_line(text);
    if text.contains(is_escaped) {
        let escaped = text.chars().map(|c| {
            if is_escaped(c) {
                c.escape_unicode().to_string()
            } else {
                c.to_string()
            }
        });
        line = one_line(&escaped.collect::<String>());
    }
    // Nothing would be seen of a blank text.
    if line.trim().is_empty() {
        span(&format!("\"{text}\""))
    } else {
        span(&line)
    }
}

/// Returns names or values of the contract as code, with commas between them.
pub(crate) fn codes(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    listed(texts.into_iter().map(|text| code(text.as_ref())))
}

/// Joins texts with commas.
pub(crate) fn listed(texts: impl IntoIterator<Item = impl Into<String>>) -> String {
    let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
    texts.join(", ")
}

/// Returns the description of a node of the contract, or its title, for a cell of a table.
pub(crate) fn cell_of(text: &ir::Documentation) -> String {
    let said = text.description.as_ref().or(text.title.as_ref());
    said.map(|text| cell(&inline(text))).unwrap_or_default()
}

/// Escapes the signs of a text that would end a cell of a table.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Converts Markdown of the contract to safe lines.
pub(crate) fn markdown(text: &str) -> Vec<String> {
    linked(text, &|_| None)
}

/// Converts Markdown of the contract to safe lines with links to items.
fn linked(text: &str, targets: &Targets<'_>) -> Vec<String> {
    let text = readable(text);
    let mut lines = LineReader::new(targets);
    for line in text.lines() {
        lines.push(line.trim_end());
    }
    lines.finish()
}

/// Returns Markdown of the contract without HTML, tabs and characters that cannot be seen.
pub(crate) fn readable(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    if text.contains(['\r', '\t']) {
        text = Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    "));
    }
    clean(html::to_markdown(&text).into_owned())
}

/// Removes control characters and bidirectional formatting characters.
fn clean(text: String) -> String {
    let kept = |c: &char| *c == '\n' || !is_hidden(*c);
    let plain = |byte: u8| (b' '..0x7F).contains(&byte) || byte == b'\n';
    // No branch for each byte.
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return text;
    }
    text.chars().filter(kept).collect()
}

/// An open fence.
struct Fence {
    sign: char,
    length: usize,
    indent: usize,
    content: Vec<String>,
}

/// State of the line-by-line Markdown reader.
struct LineReader<'t> {
    targets: &'t Targets<'t>,
    out: Vec<String>,
    fence: Option<Fence>,
    quotation: Option<Quotation>,
    /// Number of quotations around the text.
    depth: usize,
    /// Text columns of the open list items.
    lists: Vec<usize>,
    /// Lines of an indented block at the top level.
    block: Vec<String>,
    blank: bool,
}

impl<'t> LineReader<'t> {
    fn new(targets: &'t Targets<'t>) -> Self {
        Self {
            targets,
            out: Vec::new(),
            fence: None,
            quotation: None,
            depth: 0,
            lists: Vec::new(),
            block: Vec::new(),
            blank: false,
        }
    }

    fn push(&mut self, line: &str) {
        if let Some(mut fence) = self.fence.take() {
            if closes(line, fence.sign, fence.length) {
                self.fenced(fence.indent, &fence.content);
            } else {
                fence
                    .content
                    .push(line.get(fence.indent..).unwrap_or(line.trim_start()).to_owned());
                self.fence = Some(fence);
            }
            return;
        }
        let text = line.trim_start();
        if let Some(open) = &mut self.quotation {
            if open.takes(text) {
                return;
            }
            self.end_quotation();
        }
        if text.is_empty() {
            if self.block.is_empty() {
                self.break_paragraph();
            } else {
                self.block.push(String::new());
            }
            return;
        }
        let indent = line.len() - text.len();
        while self.lists.last().is_some_and(|column| indent < *column) {
            self.lists.pop();
        }
        let column = self.lists.last().copied().unwrap_or(0);
        if column == 0 && indent >= 4 && (self.blank || self.out.is_empty()) {
            self.block.push(line[4..].to_owned());
            return;
        }
        self.end_block();
        self.text(if indent >= column + 4 { column } else { indent }, text);
    }

    fn text(&mut self, indent: usize, text: &str) {
        self.blank = false;
        let pad = " ".repeat(indent);
        if let Some((sign, length)) = fence(text) {
            self.fence = Some(Fence {
                sign,
                length,
                indent,
                content: Vec::new(),
            });
        } else if let Some(inner) = self.quoted(text) {
            self.quotation = Some(Quotation::new(indent, inner));
        } else if let Some((marker, rest)) = list_item(text) {
            let column = indent + marker.len() + 1;
            if self.lists.len() >= limits::LIST_DEPTH {
                let sign = marker.len() - 1;
                self.out.push(format!(
                    "{pad}{}\\{}",
                    &text[..sign],
                    escaped(&text[sign..], self.targets)
                ));
                return;
            }
            self.lists.push(column);
            if fence(rest).is_some() || list_item(rest).is_some() || self.quoted(rest).is_some() {
                self.out.push(format!("{pad}{marker}"));
                self.text(column, rest);
            } else {
                self.out.push(
                    format!("{pad}{marker} {}", escaped(rest, self.targets))
                        .trim_end()
                        .to_owned(),
                );
            }
        } else {
            self.out.push(format!("{pad}{}", escaped(text, self.targets)));
        }
    }

    fn break_paragraph(&mut self) {
        if !self.blank && !self.out.is_empty() {
            self.out.push(String::new());
        }
        self.blank = true;
    }

    fn end_block(&mut self) {
        while self.block.last().is_some_and(String::is_empty) {
            self.block.pop();
        }
        let block = std::mem::take(&mut self.block);
        if !block.is_empty() {
            self.fenced(0, &block);
            self.break_paragraph();
        }
    }

    /// Returns the text of a line that begins a quotation.
    fn quoted<'q>(&self, text: &'q str) -> Option<&'q str> {
        marks::begun_quotation(text).filter(|_| self.depth < limits::QUOTATION_DEPTH)
    }

    fn end_quotation(&mut self) {
        let Some(open) = self.quotation.take() else { return };
        let mut reader = Self {
            depth: self.depth + 1,
            ..Self::new(self.targets)
        };
        let pad = " ".repeat(open.indent);
        for line in open.into_lines() {
            reader.push(line.trim_end());
        }
        let lines = reader.finish().into_iter();
        self.out
            .extend(lines.map(|line| format!("{pad}> {line}").trim_end().to_owned()));
        self.blank = false;
    }

    fn fenced(&mut self, indent: usize, content: &[String]) {
        let run = content.iter().map(|line| longest_run(line)).max().unwrap_or(0);
        let (pad, ticks) = (" ".repeat(indent), "`".repeat(run.max(2) + 1));
        self.out.push(format!("{pad}{ticks}text"));
        self.out
            .extend(content.iter().map(|line| format!("{pad}{line}").trim_end().to_owned()));
        self.out.push(format!("{pad}{ticks}"));
        self.blank = false;
    }

    fn finish(mut self) -> Vec<String> {
        if let Some(fence) = self.fence.take() {
            self.fenced(fence.indent, &fence.content);
        }
        self.end_quotation();
        self.end_block();
        while self.out.last().is_some_and(String::is_empty) {
            self.out.pop();
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::{code, inline, markdown, sentence};

    #[test]
    fn a_group_has_one_sentence() {
        for (text, first) in [
            ("Sells books. And maps.", "Sells books."),
            ("# Sells books\n\nAnd maps.", "Sells books"),
            ("Sells v1.2\nbooks.\nAnd maps.", "Sells v1.2 books."),
            ("<p><b>Sells &amp; buys. Maps</b>.</p>", "Sells & buys."),
            ("Adds text, e.g. a reason.\nOr none.", "Adds text, e.g. a reason."),
            ("Adds a name (e.g. Ada). Or none.", "Adds a name (e.g. Ada)."),
            ("Lists ids etc. of books. Or none.", "Lists ids etc. of books."),
            ("Sells `a. B`. And maps.", "Sells `a. B`."),
            ("**Sells books.** And maps.", "**Sells books.**"),
            ("> [!NOTE]\n> Soon. Or later.\n\nLists books.", "Lists books."),
            ("> [!note]\n> Soon. Or later.", "**Note:** Soon."),
            ("", ""),
        ] {
            assert_eq!(sentence(text), first);
        }
        let long = "word ".repeat(100);
        assert!(sentence(&long).len() <= 170 && sentence(&long).ends_with("word ..."));
        let link = format!("{}[two words](https://a.example) end", "word ".repeat(31));
        assert!(sentence(&link).ends_with("word ..."), "{}", sentence(&link));
    }

    #[test]
    fn every_fence_is_text_and_closed() {
        assert_eq!(markdown("```rust\npanic!()\n```"), ["```text", "panic!()", "```"]);
        assert_eq!(markdown("~~~\n```\nx"), ["````text", "```", "x", "````"]);
        assert_eq!(
            markdown("- ```sh\n  rm\n  ```\n- b"),
            ["-", "  ```text", "  rm", "  ```", "- b"]
        );
    }

    #[test]
    fn an_indented_block_is_fenced_and_never_a_doctest() {
        assert_eq!(
            markdown("a\n\n    let x;\n\n    y\n\nb"),
            ["a", "", "```text", "let x;", "", "y", "```", "", "b"]
        );
        assert_eq!(markdown("    let x;"), ["```text", "let x;", "```"]);
        assert_eq!(markdown("- a\n\n          code"), ["- a", "", "  code"]);
        assert_eq!(markdown("> ```\n> x"), ["> ```text", "> x", "> ```"]);
        assert_eq!(markdown(">     let x;"), ["> ```text", "> let x;", "> ```"]);
    }

    #[test]
    fn a_quotation_stays_one_and_its_note_is_words() {
        for (text, lines) in [
            ("> a\nb\n\nc", &["> a", "> b", "", "c"][..]),
            ("> a\n>\n> [b]\n- c", &["> a", ">", "> \\[b\\]", "- c"]),
            ("> [!WARNING]\n> a\n> * b", &["> **Warning:**", "> a", "> * b"]),
            (">[!Tip]\na", &["> **Tip:**", "> a"]),
            ("> [!OTHER]\n> a", &["> \\[!OTHER\\]", "> a"]),
            ("- a\n  > b\n- > c\n  > d", &["- a", "  > b", "-", "  > c", "  > d"]),
            ("> a\n> > b", &["> a", "> > b"]),
            ("> ~~~\n> a\nb", &["> ```text", "> a", "> ```", "b"]),
            ("> 0", &["\\> 0"]),
            (">= 5 books", &["\\>= 5 books"]),
            ("> a\n> 3 books", &["> a", "> 3 books"]),
            ("> a\n---\nb", &["> a", "---", "b"]),
            (">", &["\\>"]),
        ] {
            assert_eq!(markdown(text), lines, "{text:?}");
        }
        let deep = format!("{} a", ">".repeat(100_000));
        assert_eq!(markdown(&deep).len(), 1);
        assert!(inline(&deep).ends_with("> a") && sentence(&deep).ends_with("> ..."));
        assert_eq!(sentence("取引の状態。金額は正確です。"), "取引の状態。");
        assert!(sentence(&".".repeat(100_000)).ends_with(". ..."));
        assert_eq!(inline("> [!NOTE]\n> a\n\n> b > c"), "**Note:** a b > c");
        assert_eq!(inline("> 0"), "\\> 0");
        assert_eq!(inline("> > a\n> > b"), "a b");
        assert_eq!(inline("So:\n```\n> a\n```\n> b"), "So: ``` > a ``` b");
    }

    #[test]
    fn nothing_links_to_an_item_or_is_an_element() {
        assert_eq!(
            inline("see [Foo] and <T> and Vec<u8>"),
            "see \\[Foo\\] and \\<T> and Vec\\<u8>"
        );
        assert_eq!(inline("[x](javascript:alert(1))"), "\\[x\\](javascript:alert(1))");
        assert_eq!(inline("[docs](https://a.example/b)"), "[docs](https://a.example/b)");
        assert_eq!(inline("at https://a.example/b."), "at <https://a.example/b>.");
        assert_eq!(inline("`[Foo]` and ` alone"), "`[Foo]` and \\` alone");
        assert_eq!(markdown("[a]: https://a.example"), ["\\[a\\]: <https://a.example>"]);
    }

    #[test]
    fn no_character_breaks_a_line_or_turns_it_around() {
        assert_eq!(markdown("a\rb\u{2028}c\u{202e}d\u{0}"), ["a", "bcd"]);
        assert_eq!(inline("a\n*/ fn main() {}"), "a */ fn main() {}");
    }

    #[test]
    fn a_long_line_breaks_between_words_and_never_in_code() {
        let code = code(&format!("``` {}", "x ".repeat(80)));
        let mut docs = super::Docs::default();
        docs.wrapped(&format!("{} {code} end", "word ".repeat(20)));
        assert_eq!(docs.lines()[1..], [code, "end".to_owned()]);
    }

    #[test]
    fn a_name_with_backticks_is_still_one_span() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("a`"), "`` a` ``");
        assert_eq!(code("a\u{202e}b\n\u{0}"), "`a\\u{202e}b \\u{0}`");
    }

    #[test]
    fn a_comment_is_a_raw_string_with_no_more_signs_than_it_needs() {
        assert_eq!(super::literal("a").to_string(), r#"r"a""#);
        assert_eq!(super::literal("a\"#b\"").to_string(), "r##\"a\"#b\"\"##");
        assert!(super::Docs::default().tokens().is_empty());
        for nothing in ["", "  "] {
            assert!(super::wrap(nothing).is_empty());
        }
        let long = "x".repeat(200);
        assert_eq!(super::wrap(&long), [long]);
    }

    #[test]
    fn a_line_below_an_item_stays_in_it() {
        for (text, lines) in [
            ("- a\n  - b\n  x\n      y", &["- a", "  - b", "  x", "  y"][..]),
            ("- a\n  - b\n      y", &["- a", "  - b", "      y"]),
            ("- a\n  b\n     c", &["- a", "  b", "     c"]),
            ("- a\n      y", &["- a", "  y"]),
            ("- - a", &["-", "  - a"]),
            ("a\n    b", &["a", "b"]),
            ("1. a\n     c", &["1. a", "     c"]),
            (". a\n     c", &[". a", "c"]),
            ("1234567890. a\n     c", &["1234567890. a", "c"]),
            ("\n\na\n\n\nb\n\n", &["a", "", "b"]),
        ] {
            assert_eq!(markdown(text), lines, "{text:?}");
        }
    }

    #[test]
    fn a_fence_is_open_until_one_of_its_kind_that_is_as_long() {
        for (text, lines) in [
            ("~~~ a`b\nx\n~~~", &["```text", "x", "```"][..]),
            ("~a\nx", &["~a", "x"]),
            ("```a`b\nx", &["\\`\\`\\`a\\`b", "x"]),
            ("```\n```x y\n\ny\n```", &["````text", "```x y", "", "y", "````"]),
            ("````\n```\n````\nz", &["````text", "```", "````", "z"]),
        ] {
            assert_eq!(markdown(text), lines, "{text:?}");
        }
    }

    #[test]
    fn a_link_may_show_code_and_its_target_may_have_braces() {
        for whole in [
            "[`a`](https://b.example/#/c)",
            "[the `a` of b](https://b.example)",
            "[cancel](https://b.example/{id}/cancel)",
            "[mail](mailto:a+b@c.example)",
        ] {
            assert_eq!(inline(&format!("see {whole}.")), format!("see {whole}."));
        }
        assert_eq!(inline("https://a.example/{id}/b"), "<https://a.example/{id}/b>");
        assert_eq!(inline("{a: https://a.example}"), "{a: <https://a.example>}");
        assert_eq!(inline("[`a](https://b.example)"), "\\[\\`a\\](<https://b.example>)");
        assert_eq!(
            inline("[![a](javascript:b)](https://c.example)"),
            "\\[!\\[a\\](javascript:b)\\](<https://c.example>)"
        );
    }

    /// A reader's browser of the documentation loads nothing from elsewhere.
    #[test]
    fn an_image_becomes_a_link() {
        for (text, safe) in [
            ("![a b](https://a.example/b.png)", "[a b](https://a.example/b.png)"),
            ("x![](https://a.example/b.png)", "x[image](https://a.example/b.png)"),
            ("![a](/b.png)", "a (`/b.png`)"),
            (
                "![a](data:image/png;base64,AA==)",
                "!\\[a\\](data:image/png;base64,AA==)",
            ),
            (
                "![a](https://a.example/b.png \"c\")",
                "!\\[a\\](<https://a.example/b.png> \"c\")",
            ),
            ("![a][b]", "!\\[a\\]\\[b\\]"),
            (
                "![![a](https://a.example/b.png)](https://a.example)",
                "\\![a](https://a.example) ([image](https://a.example/b.png))",
            ),
            (
                "[![run](https://a.example/run.svg)](https://b.example/?c#d)",
                "[run](https://b.example/?c#d) ([image](https://a.example/run.svg))",
            ),
            ("<IMG SRC=https://a.example/b.png>", "[image](https://a.example/b.png)"),
            (
                "![<img src=https://a.example/b.png>](x)",
                "!\\[[image](https://a.example/b.png)\\](x)",
            ),
            ("!<a href='https://a.example'>b</a>", "[b](https://a.example)"),
            ("`![a](https://a.example/b.png)`", "`![a](https://a.example/b.png)`"),
        ] {
            assert_eq!(inline(text), safe, "{text:?}");
        }
    }

    #[test]
    fn lists_in_lists_are_sixteen_deep_at_most() {
        let lines = markdown(&"1. ".repeat(100_000));
        assert_eq!(lines.len(), 17);
        assert_eq!(lines[15].len(), 15 * 3 + 2);
        assert!(
            lines[16].starts_with(&format!("{}1\\. 1. ", " ".repeat(48))),
            "{:.80}",
            lines[16]
        );
    }

    #[test]
    fn a_link_to_a_page_beside_the_contracts_own_shows_its_target() {
        for (text, safe) in [
            (
                "See [tasks](/reference/tasks#/task).",
                "See tasks (`/reference/tasks#/task`).",
            ),
            ("[`a`](#b)", "`a` (`#b`)"),
            ("[a](../b)", "a (`../b`)"),
            ("[a](crate::b)", "\\[a\\](crate::b)"),
            ("[a](/b `c`)", "\\[a\\](/b `c`)"),
        ] {
            assert_eq!(inline(text), safe, "{text:?}");
        }
    }

    #[test]
    fn only_a_whole_address_is_a_link() {
        for (text, safe) in [
            ("https://a.example", "<https://a.example>"),
            ("http://a.example/b", "<http://a.example/b>"),
            ("xhttps://a.example", "xhttps://a.example"),
            ("<https://a.example>", "<https://a.example>"),
            ("<https://a.example", "\\<<https://a.example>"),
            ("<https://a b>", "\\<<https://a> b>"),
            ("<https://>", "\\<https://>"),
            ("<a.example>", "\\<a.example>"),
            ("[](https://a.example)", "\\[\\](<https://a.example>)"),
            ("[a<b](https://a.example)", "\\[a\\<b\\](<https://a.example>)"),
            (
                "[https://a.example/](https://b.example)",
                "\\[<https://a.example/>\\](<https://b.example>)",
            ),
            ("[https://a.example](https://a.example)", "<https://a.example>"),
            ("c\\d \\[e\\]", "c\\\\d \\[e\\]"),
        ] {
            assert_eq!(inline(text), safe, "{text:?}");
        }
    }

    #[test]
    fn what_turns_the_direction_of_writing_is_dropped_and_other_letters_stay() {
        let turns = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        for turn in turns.chars().chain([
            '\u{feff}', '\u{2028}', '\u{2029}', '\u{0}', '\u{1f}', '\u{7f}', '\u{85}',
        ]) {
            let text = format!("a{turn}b");
            let safe = [markdown(&text).concat(), inline(&text), code(&text)];
            assert!(
                safe.iter().all(|safe| !safe.contains(turn)),
                "U+{:04X}: {safe:?}",
                u32::from(turn)
            );
        }
        for kept in [
            "ä", "字", "\u{200d}", "\u{2010}", "\u{2030}", "\u{2065}", "\u{206a}", "\u{fffd}",
        ] {
            assert_eq!(markdown(kept), [kept]);
        }
    }
}
