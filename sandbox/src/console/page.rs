//! In: the content of a page. Out: the page with its frame, and the headers that keep it to itself. Never: a resource of another host.

use super::html::{Html, around, element, link, text, void};
use crate::request::Reply;
use serde_json::Value;

/// The path of all pages.
pub(super) const FOLDER: &str = "/.sandbox/console/";

/// The pages that the navigation leads to.
const TABS: [(&str, &str); 5] = [
    ("calls", "Calls"),
    ("resources", "Resources"),
    ("deliveries", "Deliveries"),
    ("ledger", "Ledger"),
    ("settings", "Settings"),
];

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("live.js");

/// Content of a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) status: u16,
    /// The tab that it belongs to, by its path.
    pub(super) tab: &'static str,
    pub(super) title: String,
    pub(super) content: Html,
    /// Text that changes with the content, for a script that looks for changes; without it the page stays as it is.
    pub(super) pulse: Option<String>,
    /// `true` for a page whose texts can be copied.
    pub(super) has_copies: bool,
    /// The title of the contract.
    pub(super) contract: String,
}

impl Page {
    pub(super) fn new(tab: &'static str, title: impl Into<String>, content: Html) -> Self {
        Self {
            status: 200,
            tab,
            title: title.into(),
            content,
            ..Self::default()
        }
    }

    pub(super) fn reply(self) -> Reply {
        let tabs = TABS.iter().map(|(path, name)| {
            let href = format!("{FOLDER}{path}");
            let current = [("href", href.as_str()), ("aria-current", "page")];
            let attributes = if *path == self.tab { &current[..] } else { &current[..1] };
            element("a", attributes, [text(name)])
        });
        let head = [
            void("meta", &[("charset", "utf-8")]),
            void(
                "meta",
                &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")],
            ),
            around("title", "", format!("{} - local sandbox", self.title)),
            void(
                "link",
                &[("rel", "stylesheet"), ("href", &format!("{FOLDER}style.css"))],
            ),
            void("link", &[("rel", "icon"), ("href", "data:,")]),
        ];
        let live = self.pulse.iter().flat_map(|_| {
            let again = void("meta", &[("http-equiv", "refresh"), ("content", "5")]);
            [script(), element("noscript", &[], [again])]
        });
        let copy = (self.has_copies && self.pulse.is_none()).then(script);
        let head = element("head", &[], head.into_iter().chain(live).chain(copy));
        let header = element(
            "header",
            &[],
            [around("span", "contract", &self.contract), element("nav", &[], tabs)],
        );
        let pulse = self.pulse.unwrap_or_default();
        let main = element("main", &[], [around("h1", "", &self.title), self.content]);
        let body = element("body", &[("data-pulse", &pulse)], [header, main]);
        let page = element("html", &[("lang", "en")], [head, body]);
        sent(
            self.status,
            "text/html; charset=utf-8",
            format!("<!doctype html>\n{}\n", page.into_string()),
        )
    }
}

fn script() -> Html {
    element("script", &[("src", &format!("{FOLDER}live.js")), ("defer", "")], [])
}

/// A file of the console.
pub(super) fn file(name: &str) -> Option<Reply> {
    match name {
        "style.css" => Some(sent(200, "text/css; charset=utf-8", STYLE.to_owned())),
        "live.js" => Some(sent(200, "text/javascript; charset=utf-8", SCRIPT.to_owned())),
        _ => None,
    }
}

/// An answer that no other site can frame, and that runs nothing but the console's own script.
pub(super) fn sent(status: u16, media: &str, body: String) -> Reply {
    let headers = [
        ("content-type", media),
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Reply {
        status,
        headers: headers.to_vec(),
        body: body.into_bytes(),
        code: None,
    }
}

/// Sends a browser to a page of the console.
pub(super) fn to(path: &str) -> Reply {
    let mut reply = sent(303, "text/plain; charset=utf-8", String::new());
    reply.headers.push(("location".to_owned(), format!("{FOLDER}{path}")));
    reply
}

/// Links to the newer and the older part of a list.
pub(super) fn pager(newest: Option<String>, older: Option<String>) -> Html {
    let newest = newest.map(|href| link(&href, "newest"));
    let older = older.map(|href| link(&href, "older"));
    element("p", &[("class", "pager")], newest.into_iter().chain(older))
}

/// Title of a section.
pub(super) fn heading(title: &str) -> Html {
    around("h2", "", title)
}

/// A text of several lines as it is.
pub(super) fn block(content: impl AsRef<str>) -> Html {
    around("pre", "", content)
}

/// Headers as a table.
pub(super) fn headers(all: &[(String, String)]) -> Html {
    let rows = all
        .iter()
        .map(|(name, value)| super::html::row([around("code", "quiet", name), around("code", "", value)]));
    super::html::table(&["Header", "Value"], rows)
}

/// Bytes of a body: JSON with its members below each other, other text as it is, and the length of what is no text.
pub(super) fn body(bytes: &[u8]) -> Html {
    /// Most bytes of a body that a page shows.
    const SHOWN: usize = 64 << 10;
    if bytes.is_empty() {
        return around("p", "quiet", "No body.");
    }
    let Ok(whole) = std::str::from_utf8(bytes) else {
        return around("p", "quiet", format!("{} bytes that are not text.", bytes.len()));
    };
    if bytes.len() > SHOWN {
        let part: String = whole.chars().take(SHOWN / 4).collect();
        let note = around("p", "quiet", format!("The beginning of {} bytes.", bytes.len()));
        return [note, block(part)].into_iter().collect();
    }
    match indented(whole) {
        Some(lines) => block(lines),
        None => block(whole),
    }
}

/// The time of day, and the day unless it is that of another moment.
pub(super) fn clock(millis: i64, now: i64) -> Html {
    let moment = crate::clock::Moment::of_millis(millis).rfc3339();
    let today = crate::clock::Moment::of_millis(now).rfc3339();
    let (day, seconds) = moment.trim_end_matches('Z').split_once('T').unwrap_or_default();
    let seconds = seconds.split('.').next().unwrap_or_default();
    let shown = if today.starts_with(day) {
        format!("{seconds}.{:03}", millis.rem_euclid(1000))
    } else {
        format!("{day} {seconds}")
    };
    element("time", &[("datetime", &moment), ("title", &moment)], [text(shown)])
}

/// A time of the server's clock.
pub(super) fn time(millis: i64) -> Html {
    let moment = crate::clock::Moment::of_millis(millis).rfc3339();
    let day_time = moment.trim_end_matches('Z').replace('T', " ");
    element("time", &[("datetime", &moment)], [text(day_time)])
}

/// A mark for an outcome: `good`, `bad`, or `quiet`.
pub(super) fn mark(class: &'static str, label: impl AsRef<str>) -> Html {
    let class = match class {
        "good" => "mark good",
        "bad" => "mark bad",
        _ => "mark quiet",
    };
    around("span", class, label)
}

/// A JSON text with lines and two spaces for each level; `None` for what is no JSON. Numbers, texts and order stay as they are.
fn indented(json: &str) -> Option<String> {
    serde_json::from_str::<Value>(json).ok()?;
    let mut out = String::with_capacity(json.len() * 2);
    let (mut level, mut in_text, mut is_escaped) = (0_usize, false, false);
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        if in_text {
            in_text = letter != '"' || is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            out.push(letter);
            continue;
        }
        match letter {
            ' ' | '\t' | '\n' | '\r' => {}
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = letters.next_if(|next| *next == '}' || *next == ']') {
                    out.push(end);
                } else {
                    level += 1;
                    line(&mut out, level);
                }
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                line(&mut out, level);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                line(&mut out, level);
            }
            ':' => out.push_str(": "),
            _ => {
                in_text = letter == '"';
                out.push(letter);
            }
        }
    }
    Some(out)
}

fn line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn numbers_order_and_texts_stay_as_they_are() {
        let json = r#"{"b":1.10,"a":[ ],"c":{ "x":[1.0,"a,\"{:"],"a":null}}"#;
        let lines = "{\n  \"b\": 1.10,\n  \"a\": [],\n  \"c\": {\n    \"x\": [\n      1.0,\n      \"a,\\\"{:\"\n    ],\n    \"a\": null\n  }\n}";
        assert_eq!(indented(json).as_deref(), Some(lines));
        assert_eq!(indented("{} {}"), None);
        assert_eq!(indented("text"), None);
    }
}
