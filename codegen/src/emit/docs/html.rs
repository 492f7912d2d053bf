//! HTML in a contract's text to Markdown.
//!
//! In: text in which authors wrote elements of HTML between Markdown. Out: Markdown without them. Only elements that HTML
//! has are read: `<placeholder>`, `Vec<T>` and everything in code stay as they are, and so does an element that is not
//! closed where HTML asks for it. The output is not safe yet: the conversion to documentation comments follows.

mod elements;

use std::borrow::Cow;

use super::marks::{longest_run, span};
use crate::limits;
use elements::{Element, Lexeme, Opening, decoded};

/// Converts the HTML of a text.
pub(super) fn to_markdown(text: &str) -> Cow<'_, str> {
    let is_entity = |start: &str| elements::entity(start).is_some();
    let has_entity = text.match_indices('&').any(|(at, _)| is_entity(&text[at..]));
    if !has_entity && !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let tokens = elements::tokens(text);
    if !has_entity
        && tokens
            .iter()
            .all(|token| matches!(token, Lexeme::Text(_) | Lexeme::Code(_)))
    {
        return Cow::Borrowed(text);
    }
    let mut writer = MarkdownWriter::default();
    for token in &tokens {
        match token {
            Lexeme::Text(text) => writer.text(text),
            Lexeme::Code(code) => writer.write(code),
            Lexeme::Open(open) => writer.open(open),
            Lexeme::Close(Element::Break, _) => writer.line_break(),
            Lexeme::Close(tag, id) => writer.close(*tag, *id),
        }
    }
    Cow::Owned(writer.finish())
}

/// Separation of two pieces of text.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    Nothing,
    Line,
    Blank,
}

/// An open list.
#[derive(Debug)]
struct OpenList {
    is_numbered: bool,
    items: usize,
}

impl OpenList {
    fn marker(&self) -> String {
        if self.is_numbered {
            format!("{}. ", self.items)
        } else {
            "- ".to_owned()
        }
    }
}

/// An element whose text is collected. A break in it is a line feed.
#[derive(Debug)]
struct OpenElement {
    tag: Element,
    id: usize,
    /// Target of a link.
    target: Option<String>,
    /// Rows of a table, with true for a head.
    rows: Vec<(bool, Vec<String>)>,
    text: String,
}

/// Markdown in the making.
#[derive(Debug, Default)]
struct MarkdownWriter {
    out: String,
    gap: Gap,
    /// The text begins a paragraph or an item.
    is_start: bool,
    lists: Vec<OpenList>,
    frames: Vec<OpenElement>,
    /// The last line of `out`.
    line: LastLine,
}

impl MarkdownWriter {
    /// Adds prose.
    fn text(&mut self, text: &str) {
        let text = decoded(text, self.is_code());
        if let Some(frame) = self.frames.last_mut() {
            match frame.tag {
                Element::Pre => frame.text.push_str(&text),
                _ => frame.text.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c })),
            }
            return;
        }
        let mut rest = text.as_str();
        if self.gap > Gap::Nothing || self.is_start {
            rest = rest.trim_start();
        }
        if self.lists.is_empty() {
            self.push(rest);
            return;
        }
        // Lines of an item stay in it, whatever their indentation is.
        for (at, line) in rest.split('\n').enumerate() {
            if at > 0 && !self.is_start {
                self.gap = self.gap.max(Gap::Line);
            }
            let line = if at > 0 { line.trim_start() } else { line };
            self.push(line);
        }
    }

    /// Starts an element.
    fn open(&mut self, open: &Opening<'_>) {
        match open.tag {
            Element::Break => self.line_break(),
            Element::Plain => {}
            _ if self.is_code() => {}
            Element::Paragraph | Element::Block => self.blank(),
            Element::Image => {
                let alt = open.attribute("alt").unwrap_or("image").replace('\n', " ");
                self.write(&link(&alt, open.attribute("src")));
            }
            Element::Reference => self.write(&span(open.referred().unwrap_or_default())),
            Element::List(is_numbered) => {
                self.separate_list();
                if self.lists.len() < limits::ELEMENTS_IN_EACH_OTHER {
                    self.lists.push(OpenList { is_numbered, items: 0 });
                }
            }
            Element::Item => self.item(),
            Element::Row => {
                if let Some(table) = self.table() {
                    table.rows.push((false, Vec::new()));
                }
            }
            _ if self.frames.len() < limits::ELEMENTS_IN_EACH_OTHER => self.frames.push(OpenElement {
                tag: open.tag,
                id: open.id,
                target: open.attribute("href").map(|target| decoded(target, true)),
                rows: Vec::new(),
                text: String::new(),
            }),
            _ => {}
        }
    }

    /// Ends an element, and those in it that are still open.
    fn close(&mut self, tag: Element, id: Option<usize>) {
        let place = self.frames.iter().position(|frame| Some(frame.id) == id);
        if let Some(place) = place {
            while self.frames.len() > place {
                let Some(frame) = self.frames.pop() else { break };
                self.end(&frame);
            }
        }
        match tag {
            Element::Paragraph | Element::Block => self.blank(),
            Element::List(_) if id.is_some() => {
                self.lists.pop();
                self.separate_list();
            }
            _ => {}
        }
    }

    /// Adds a break: of lines in an element, of paragraphs elsewhere.
    fn line_break(&mut self) {
        self.separate(Gap::Blank);
    }

    /// Returns the text.
    fn finish(mut self) -> String {
        while let Some(frame) = self.frames.pop() {
            self.end(&frame);
        }
        self.out
    }

    fn is_code(&self) -> bool {
        let mut frames = self.frames.iter();
        frames.any(|frame| matches!(frame.tag, Element::Code | Element::Pre))
    }

    fn blank(&mut self) {
        let is_in_item = self.lists.last().is_some();
        if !(is_in_item && self.is_start) {
            self.separate(Gap::Blank);
        }
    }

    /// Separates a list from the text, or from the item around it.
    fn separate_list(&mut self) {
        self.separate(if self.lists.is_empty() { Gap::Blank } else { Gap::Line });
    }

    fn separate(&mut self, gap: Gap) {
        let is_in_row = self.is_in_row();
        match self.frames.last_mut() {
            Some(frame) => frame.text.push('\n'),
            None if is_in_row && self.out.ends_with(' ') => {}
            None if is_in_row => self.out.push(' '),
            None => self.gap = self.gap.max(gap),
        }
    }

    /// Returns true inside of a row of a Markdown table, which must stay on its line.
    fn is_in_row(&mut self) -> bool {
        if self.gap > Gap::Nothing {
            return false;
        }
        self.line.advance(&self.out);
        self.line.is_in_row()
    }

    fn item(&mut self) {
        if !self.frames.is_empty() || self.is_in_row() {
            self.separate(Gap::Line);
            return;
        }
        let marker = match self.lists.last_mut() {
            Some(list) => {
                list.items += 1;
                if list.items > 1 {
                    self.gap = Gap::Line;
                }
                list.marker()
            }
            None => "- ".to_owned(),
        };
        self.gap = self.gap.max(Gap::Line);
        self.begin(self.lists.len().saturating_sub(1));
        self.out.push_str(&marker);
        self.is_start = true;
    }

    /// Ends the line or paragraph, if there is a gap, and indents the next to so many lists.
    fn begin(&mut self, depth: usize) {
        if self.gap == Gap::Nothing {
            return;
        }
        self.out.truncate(self.out.trim_end().len());
        self.line.ends_at(self.out.len());
        if !self.out.is_empty() {
            self.out.push_str(if self.gap == Gap::Blank { "\n\n" } else { "\n" });
        }
        let indent = self.indent(depth);
        self.out.push_str(&indent);
        self.gap = Gap::Nothing;
    }

    fn indent(&self, depth: usize) -> String {
        let widths = self.lists.iter().take(depth).map(|list| list.marker().len());
        " ".repeat(widths.sum())
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() || (self.gap > Gap::Nothing && text.trim().is_empty()) {
            return;
        }
        self.begin(self.lists.len());
        self.out.push_str(text);
        self.is_start = false;
    }

    /// Adds Markdown of one line.
    fn write(&mut self, text: &str) {
        match self.frames.last_mut() {
            Some(frame) => frame.text.push_str(text),
            None => self.push(text),
        }
    }

    fn table(&mut self) -> Option<&mut OpenElement> {
        self.frames.iter_mut().rev().find(|frame| frame.tag == Element::Table)
    }

    /// Adds an element whose text is complete.
    fn end(&mut self, frame: &OpenElement) {
        match frame.tag {
            Element::Bold => self.marked(&frame.text, |text| format!("**{text}**")),
            Element::Italic => self.marked(&frame.text, |text| format!("*{text}*")),
            Element::Code => self.marked(&frame.text, span),
            Element::Raised => self.write(&format!("^{}", one_line(&frame.text))),
            Element::Link => match &frame.target {
                Some(target) => self.marked(&frame.text.replace('\n', " "), |text| link(text, Some(target))),
                None => self.write(&frame.text),
            },
            Element::Heading(level) => {
                self.separate(Gap::Blank);
                self.write(&format!("{} {}", "#".repeat(usize::from(level)), one_line(&frame.text)));
                self.separate(Gap::Blank);
            }
            Element::Pre => self.block(&frame.text),
            Element::Cell(is_head) => {
                let cell = one_line(&frame.text).replace('|', "\\|");
                match self.table().and_then(|table| table.rows.last_mut()) {
                    Some((head, row)) => {
                        *head |= is_head;
                        row.push(cell);
                    }
                    None => self.write(&format!("{cell} ")),
                }
            }
            Element::Table => self.rows(&frame.rows),
            _ => self.write(&frame.text),
        }
    }

    /// Adds each line of a text with its marks; the spaces around it stay outside.
    fn marked(&mut self, text: &str, mark: impl Fn(&str) -> String) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.line_break();
            }
            let inner = line.trim();
            if inner.is_empty() {
                self.write(line);
                continue;
            }
            let (before, after) = (line.starts_with(' '), line.ends_with(' '));
            let pad = |is: bool| if is { " " } else { "" };
            self.write(&format!("{}{}{}", pad(before), mark(inner), pad(after)));
        }
    }

    /// Adds a block of code.
    fn block(&mut self, text: &str) {
        let text = text.trim_start_matches('\n').trim_end();
        if !self.frames.is_empty() {
            self.write(&span(&one_line(text)));
            return;
        }
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        self.gap = Gap::Blank;
        let indent = self.indent(self.lists.len());
        self.push(&fence);
        for line in text.split('\n') {
            self.out.push('\n');
            if !line.is_empty() {
                self.out.push_str(&indent);
                self.out.push_str(line);
            }
        }
        self.out.extend(["\n", &indent, &fence]);
        self.gap = Gap::Blank;
    }

    /// Adds a table.
    fn rows(&mut self, rows: &[(bool, Vec<String>)]) {
        let columns = rows.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let line = |row: &[String], columns: usize| {
            let cells = (0..columns).map(|at| row.get(at).map_or("", String::as_str));
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let (head, body) = match rows.split_first() {
            Some(((true, head), body)) => (head.as_slice(), body),
            _ => (&[][..], rows),
        };
        self.separate(Gap::Blank);
        self.write(&line(head, columns));
        self.separate(Gap::Line);
        self.write(&format!("|{}", "---|".repeat(columns)));
        for (_, row) in body {
            self.separate(Gap::Line);
            self.write(&line(row, row.len().max(columns.min(limits::TABLE_COLUMNS))));
        }
        self.separate(Gap::Blank);
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a link; its target as code, where Markdown could not hold it.
fn link(text: &str, target: Option<&str>) -> String {
    let target = target.unwrap_or_default();
    let same = |text: &str| text.trim_end_matches('/') == target.trim_end_matches('/');
    let is_address = ["https://", "http://", "mailto:", "/", "#", "."]
        .iter()
        .any(|start| target.starts_with(start));
    let is_plain = is_address && !target.contains(|c: char| c.is_whitespace() || "()<>`'\"".contains(c));
    let holds = !text.contains(['[', ']', '<', '\\']) && !text.contains("://");
    if target.is_empty() || same(text) {
        text.to_owned()
    } else if is_plain && holds {
        format!("[{text}]({target})")
    } else {
        format!("{text} ({})", span(target))
    }
}

// The last line of a growing text: whether it is an incomplete row of a Markdown table. Each character is read once.

/// State of the last line and of the line above it, without white space at their ends.
#[derive(Debug)]
struct LastLine {
    /// Bytes that were read.
    read: usize,
    /// Line breaks since the last character; before the first one, the text begins a line.
    breaks: usize,
    /// The bars of the line; `None`: it does not begin with one.
    bars: Option<usize>,
    /// The last character that is not white space.
    last: char,
    /// The bars of the line above; `None`: it does not begin with one.
    above: Option<usize>,
}

impl Default for LastLine {
    fn default() -> Self {
        Self {
            read: 0,
            breaks: 1,
            bars: None,
            last: ' ',
            above: None,
        }
    }
}

impl LastLine {
    /// Reads what was added to the text.
    fn advance(&mut self, text: &str) {
        let mut previous = self.last;
        for c in text[self.read..].chars() {
            let is_escaped = std::mem::replace(&mut previous, c) == '\\';
            self.breaks += usize::from(c == '\n');
            if c.is_whitespace() {
                continue;
            }
            if self.breaks > 0 {
                self.above = self.bars.filter(|_| self.breaks == 1);
                self.bars = (c == '|').then_some(0);
                self.breaks = 0;
            }
            if c == '|' && !is_escaped {
                self.bars = self.bars.map(|bars| bars + 1);
            }
            self.last = c;
        }
        self.read = text.len();
    }

    /// Takes note that white space was removed at the end of the text.
    fn ends_at(&mut self, length: usize) {
        if length < self.read {
            (self.read, self.breaks) = (length, 0);
        }
    }

    /// Returns true inside of a row. Of the first row only the end of a cell shows that it is complete, of others the number of
    /// cells in the row above.
    fn is_in_row(&self) -> bool {
        let bars = self.bars.filter(|_| self.breaks == 0);
        bars.is_some_and(|bars| match self.above {
            Some(above) => bars < above,
            None => self.last != '|',
        })
    }
}

#[cfg(test)]
mod tests {
    use super::to_markdown;

    #[test]
    fn elements_become_markdown() {
        for (html, markdown) in [
            ("<p>One.</p>\n<p>Two.</p>", "One.\n\nTwo."),
            ("One.<p>Two.", "One.\n\nTwo."),
            ("a<br>b<BR/>c</br>d", "a\n\nb\n\nc\n\nd"),
            (
                "<b>a</b> <strong> b</strong>c <i>d</i> <em>e</em>",
                "**a**  **b**c *d* *e*",
            ),
            ("<code>a &lt; `b`</code>", "`` a < `b` ``"),
            ("<code>a<br>b</code>", "`a`\n\n`b`"),
            ("<h2 id='x'>Title</h2>Text", "## Title\n\nText"),
            ("10<sup>6</sup> H<sub>2</sub>O", "10^6 H2O"),
            ("<div class=\"a\">x</div><span>y</span>", "x\n\ny"),
            ("<!-- no --><nobr>`a<b>`</nobr>", "`a<b>`"),
            ("<strong style={{ color: \"#4573D2\" }}>Full</strong>", "**Full**"),
            ("<b><i>a</b>b</i>", "***a***b"),
        ] {
            assert_eq!(to_markdown(html), markdown, "{html}");
        }
    }

    #[test]
    fn elements_of_documentation_of_dotnet_become_markdown() {
        for (html, markdown) in [
            (
                "A <see cref=\"T:Shop.Order\"/> or <see langword=\"null\" />.",
                "A `Order` or `null`.",
            ),
            ("Of <paramref name=\"id\"/>; <c>a<b</c>", "Of `id`; `a<b`"),
            ("See <see cref=\"M:Shop.Order.Pay(System.Int32)\"/>.", "See `Pay`."),
            ("<para>a</para><para>b</para>", "a\n\nb"),
            ("Use <see> or <see cref=\"\"/>", "Use <see> or <see cref=\"\"/>"),
        ] {
            assert_eq!(to_markdown(html), markdown, "{html}");
        }
    }

    #[test]
    fn lists_keep_their_items_and_depth() {
        for (html, markdown) in [
            (
                "Of:\n<ul>\n    <li>a</li>\n    <li>b\n      c</li>\n</ul>\nEnd.",
                "Of:\n\n- a\n- b\n  c\n\nEnd.",
            ),
            ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n   - b\n2. c"),
            ("<ul><li>a<li>b<br>c</ul>", "- a\n- b\n\n  c"),
            (
                "<ul>\n\n    <li><p>a</p></li>\n\n    <li><b>b</b></li>\n</ul>",
                "- a\n- **b**",
            ),
        ] {
            assert_eq!(to_markdown(html), markdown, "{html}");
        }
    }

    #[test]
    fn a_row_of_a_markdown_table_stays_on_its_line() {
        for (html, markdown) in [
            (
                "| a | b |\n|---|---|\n| 1 | x<br>y |\n| 2 | <ul><li>p</li><li>q</li></ul> |\n\nEnd.<br>More.",
                "| a | b |\n|---|---|\n| 1 | x y |\n| 2 | p q  |\n\nEnd.\n\nMore.",
            ),
            (
                "| a<br/>b | c |\n|--|--|\n| <p>1</p> | 2 |",
                "| a b | c |\n|--|--|\n| 1  | 2 |",
            ),
            ("| a |\n|---|\n| 1 |<p>End.</p>", "| a |\n|---|\n| 1 |\n\nEnd."),
        ] {
            assert_eq!(to_markdown(html), markdown, "{html}");
        }
    }

    #[test]
    fn links_tables_and_blocks_of_code_stay_what_they_are() {
        for (html, markdown) in [
            (
                "<a href=\"https://a.example/b?c=1&amp;d=2\" target=_blank>the <b>a</b></a>.",
                "[the **a**](https://a.example/b?c=1&d=2).",
            ),
            ("<a href='https://a.example'>https://a.example</a>", "https://a.example"),
            ("<a href=/b>x</a> <a name='c'>y</a>", "[x](/b) y"),
            ("<a href=\"b c\">x</a>", "x (`b c`)"),
            (
                "<pre><code>{\n  &quot;a&quot;: 1\n\n    b\n}</code></pre>c",
                "```\n{\n  \"a\": 1\n\n    b\n}\n```\n\nc",
            ),
            (
                "<table><thead><tr><th>a</th><th>b | c</th></tr></thead>\n<tr><td>1</td></tr></table>",
                "| a | b \\| c |\n|---|---|\n| 1 |  |",
            ),
            ("<table><tr><td>1</td></tr></table>", "|  |\n|---|\n| 1 |"),
            (
                "<img src='https://a.example/b.png' alt='b'>",
                "[b](https://a.example/b.png)",
            ),
        ] {
            assert_eq!(to_markdown(html), markdown, "{html}");
        }
    }

    #[test]
    fn what_is_no_element_is_literal() {
        for text in [
            "Use <placeholder>, <T>, Vec<u8>, Map<String, Vec<i>> or a <b c",
            "a <b and c> d, an open <code> and <li> without a list",
            "`<p>` and `` <b>`</b> ``",
            "```\n<p>a</p>\n```",
            "a\n\n    <placeholder>",
            "/<p>/ and \\<b>a\\</b>",
            "&foo; &; a && b &copy=1 &#x110000;",
            "<url>https://a.example</url> <ul>",
        ] {
            assert_eq!(to_markdown(text), text);
        }
    }

    #[test]
    fn an_entity_is_its_character_and_never_a_mark() {
        for (text, decoded) in [
            (
                "&lt;p&gt; &amp; &quot;a&quot;&nbsp;&mdash; &#233;&#xE9;",
                "<p> & \"a\" — éé",
            ),
            ("&#42;a&#42; &amp;lt;", "\\*a\\* \\&lt;"),
            ("`&lt;`", "`&lt;`"),
        ] {
            assert_eq!(to_markdown(text), decoded);
        }
    }

    #[test]
    fn any_nesting_ends() {
        for one in [
            "<b>",
            "<ul><li>",
            "<table><tr><td>",
            "<a href=x>",
            "</p></b>",
            "<pre>",
            "<code>",
            "<h1>",
        ] {
            let many = one.repeat(20_000);
            assert!(to_markdown(&many).len() < 10 * many.len());
            let closed: String = many.clone() + "x" + &one.replace('<', "</").replace(" href=x", "").repeat(20_000);
            assert!(to_markdown(&closed).len() < 10 * closed.len());
        }
    }
}
