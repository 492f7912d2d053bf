//! HTML in a contract's text to Markdown.
//!
//! In: text in which authors wrote elements of HTML between Markdown. Out: Markdown without them. Only elements that HTML
//! has are read: `<placeholder>`, `Vec<T>` and everything in code stay as they are, and so does an element that is not
//! closed where HTML asks for it. The output is not safe yet: the conversion to documentation comments follows.

mod elements;
mod entities;
mod write;

use std::borrow::Cow;

use elements::{Element, Lexeme};
use write::MarkdownWriter;

/// Converts the HTML of a text.
pub(super) fn to_markdown(text: &str) -> Cow<'_, str> {
    let is_entity = |start: &str| entities::entity(start).is_some();
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
