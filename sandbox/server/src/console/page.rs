//! In: a request for a page, and its data. Out: the page that its template makes within the frame of all pages, and the headers
//! that keep it to itself. Never: a resource of another host, or a text of a caller or of the contract that is not escaped.

use crate::clock::Instant;
use crate::decimal;
use crate::encode::{self, percent_encode};
use crate::request::Reply;
use crate::shared::{SharedServer, locked};
use crate::view;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value as Data, context};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::{LazyLock, OnceLock};

/// The path of all pages.
pub(super) const FOLDER: &str = "/.sandbox/console/";

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("live.js");

/// Templates of pages and of their parts, and of copies of a call.
const TEMPLATES: [(&str, &str); 13] = [
    ("call", include_str!("../../templates/call.html.j2")),
    ("calls", include_str!("../../templates/calls.html.j2")),
    ("copy.sh", include_str!("../../templates/copy.sh.j2")),
    ("deliveries", include_str!("../../templates/deliveries.html.j2")),
    ("delivery", include_str!("../../templates/delivery.html.j2")),
    ("ledger", include_str!("../../templates/ledger.html.j2")),
    ("missing", include_str!("../../templates/missing.html.j2")),
    ("page", include_str!("../../templates/page.html.j2")),
    ("parts", include_str!("../../templates/parts.html.j2")),
    ("resource", include_str!("../../templates/resource.html.j2")),
    ("resources", include_str!("../../templates/resources.html.j2")),
    ("settings", include_str!("../../templates/settings.html.j2")),
    ("timeline", include_str!("../../templates/timeline.html.j2")),
];

/// The text that each form of this server carries, and that no page of another site can know.
pub(super) fn token() -> &'static str {
    static TOKEN: OnceLock<String> = OnceLock::new();
    TOKEN.get_or_init(|| encode::hex(&encode::random::<24>()))
}

/// Templates that can put a text into a page, a script or Rust only as a text.
fn environment() -> Result<Environment<'static>, Error> {
    let mut made = Environment::new();
    made.set_undefined_behavior(UndefinedBehavior::Strict);
    made.set_auto_escape_callback(|name| match name {
        "copy.sh" => AutoEscape::Custom("shell".into()),
        _ => AutoEscape::Html,
    });
    made.set_formatter(|out, state, value| {
        let text = value.to_string();
        let text = match state.auto_escape() {
            _ if value.is_none() || value.is_undefined() => return Ok(()),
            _ if value.is_safe() || value.is_number() => text,
            AutoEscape::Custom(_) => quoted(&text),
            _ => escaped(&text),
        };
        out.write_str(&text)?;
        Ok(())
    });
    let syntax = minijinja::syntax::SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    made.set_syntax(syntax);
    made.add_global("folder", FOLDER);
    made.add_global("token", token());
    made.add_filter("soft", |text: &str| Data::from_safe_string(soft(text)));
    made.add_filter("account", |whole: &str| {
        whole.split(':').map(cut).collect::<Vec<_>>().join(":")
    });
    made.add_filter("cut", cut);
    made.add_filter("thousands", decimal::thousands);
    made.add_filter("escaped", encode::percent_encode);
    made.add_filter("clock", clock);
    made.add_filter("moment", |millis: i64| Instant::of_millis(millis).rfc3339());
    for (name, text) in TEMPLATES {
        made.add_template(name, text)?;
    }
    Ok(made)
}

/// The text that a template makes of values, or why it makes none.
pub(super) fn rendered(template: &str, values: Data) -> Result<String, String> {
    static MADE: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(environment);
    let made = MADE.as_ref().map_err(told)?;
    let text = made.get_template(template).and_then(|template| template.render(values));
    text.map_err(|error| told(&error))
}

/// A page of its values.
pub(super) fn page(status: u16, values: Data) -> Reply {
    match rendered("page", values) {
        Ok(page) => sent(status, "text/html; charset=utf-8", page),
        Err(error) => sent(
            500,
            "text/plain; charset=utf-8",
            format!("The page cannot be made: {error}\n"),
        ),
    }
}

/// An error with what caused it.
fn told(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// A text, escaped. Control characters and marks that change the direction of writing show as their numbers, so that a text looks
/// as it is.
fn escaped(text: &str) -> String {
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
    out
}

/// A text in single quotes of a shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text with places at which a line may end: between the words of a name and behind the parts of a path.
fn soft(whole: &str) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    let mut last = ' ';
    for letter in whole.chars() {
        let is_new_word = (last.is_lowercase() && letter.is_uppercase()) || "/?&=_:".contains(last);
        if is_new_word {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
        last = letter;
    }
    parts.iter().map(|part| escaped(part)).collect::<Vec<_>>().join("<wbr>")
}

/// The beginning of an id.
fn cut(id: &str) -> String {
    /// Most characters of a long id in a narrow column.
    const SHOWN: usize = 8;
    match id.char_indices().nth(SHOWN) {
        Some((at, _)) if id.len() > 2 * SHOWN => format!("{}\u{2026}", &id[..at]),
        _ => id.to_owned(),
    }
}

/// The time of day, and the day unless it is that of another moment.
fn clock(millis: i64, now: i64) -> String {
    let moment = Instant::of_millis(millis).rfc3339();
    let (day, seconds) = moment.trim_end_matches('Z').split_once('T').unwrap_or_default();
    if Instant::of_millis(now).rfc3339().starts_with(day) {
        format!("{seconds}.{:03}", millis.rem_euclid(1000))
    } else {
        format!("{day} {seconds}")
    }
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

/// Bytes of a body: JSON with its members below each other, other text as it is, and the length of other bytes.
pub(super) fn body(bytes: &[u8]) -> Data {
    /// Most bytes of a body that a page shows.
    const SHOWN: usize = 64 << 10;
    let (note, text) = match std::str::from_utf8(bytes) {
        Ok("") => (Some("No body.".to_owned()), None),
        Err(_) => (Some(format!("{} bytes that are not text.", bytes.len())), None),
        Ok(whole) if bytes.len() > SHOWN => {
            let note = format!("The beginning of {} bytes.", bytes.len());
            (Some(note), Some(whole.chars().take(SHOWN / 4).collect()))
        }
        Ok(whole) => (None, Some(indented(whole).unwrap_or_else(|| whole.to_owned()))),
    };
    context! { note, text }
}

/// A JSON text with lines and two spaces for each level; `None` for other text. Numbers, texts and order stay as they are.
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

/// Rows of a page of a list.
pub(super) const ROWS: usize = 50;

/// Words of the addresses of lists that set a filter.
#[rustfmt::skip]
const WORDS: [&str; 11] = [
    "q", "method", "status", "outcome", "operation", "resource", "polls", "from", "to", "kind", "owner",
];

/// A request for a page, with the data of pages.
pub(super) struct Visit<'a> {
    pub(super) shared: &'a SharedServer,
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Vec<(String, String)>,
}

impl Visit<'_> {
    /// A page that stays as it is.
    pub(super) fn still(&self, status: u16, template: &str, title: &str, values: Data) -> Reply {
        self.framed(status, template, title, context! { pulse => (), ..values })
    }

    /// A page that shows what is new. Older parts of a list stay as they are while somebody reads them; `last` is the number of the last
    /// row that is shown, if there are older ones.
    pub(super) fn live(&self, template: &str, title: &str, last: Option<u64>, values: Data) -> Reply {
        let is_older = self.before().is_some();
        let values = context! {
            pulse => (!is_older).then(|| self.pulse()),
            newest => is_older.then(|| self.again(None)),
            older => last.map(|last| self.again(Some(last))),
            ..values
        };
        self.framed(200, template, title, values)
    }

    fn framed(&self, status: u16, template: &str, title: &str, values: Data) -> Reply {
        let root = &self.shared.app.api.contract.root;
        let values = context! {
            template, title,
            contract => root.pointer("/info/title").and_then(Value::as_str),
            now => self.now(),
            is_filtered => self.query.iter().any(|(_, value)| !value.is_empty()),
            asked => Serde(WORDS.map(|name| (name, self.asked(name).unwrap_or_default())).into_iter().collect::<BTreeMap<_, _>>()),
            ..values
        };
        page(status, values)
    }

    /// The base URL for a client.
    pub(super) fn base_url(&self) -> String {
        format!("http://{}{}", self.host, self.shared.app.api.contract.prefix)
    }

    /// Milliseconds since 1970 by the server's clock.
    pub(super) fn now(&self) -> i64 {
        self.shared.app.clock.now().millis()
    }

    /// A text that changes with everything that pages show.
    pub(super) fn pulse(&self) -> String {
        let calls = locked(&self.shared.calls).last();
        let deliveries = locked(&self.shared.deliveries).last();
        let state = self.shared.app.state();
        format!("{calls}-{deliveries}-{}-{}", state.last(), state.history.entries.last())
    }

    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter();
        let found = pairs.find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// The resources that others belong to, as values of a filter: ids with references, names and kinds.
    pub(super) fn owners(&self, name: &str) -> Vec<(String, String)> {
        /// Most of them.
        const MOST: usize = 100;
        let owners = view::owners(&self.shared.app, MOST).into_iter().filter_map(|thing| {
            let id = thing.id?;
            let label = if thing.label.is_empty() { &id } else { &thing.label };
            Some((id.clone(), format!("{label} ({})", thing.schema)))
        });
        let mut owners: Vec<(String, String)> = owners.collect();
        let chosen = self.asked(name);
        if let Some(id) = chosen.filter(|id| !owners.iter().any(|(known, _)| known == id)) {
            owners.insert(0, (id.to_owned(), id.to_owned()));
        }
        owners
    }

    pub(super) fn before(&self) -> Option<u64> {
        self.asked("before")?.parse().ok()
    }

    /// The address of this list with the rows before a number, or with the newest.
    fn again(&self, before: Option<u64>) -> String {
        let before = before.map(|before| ("before".to_owned(), before.to_string()));
        let kept = self.query.iter().filter(|(name, _)| name != "before");
        let pairs: Vec<String> = kept
            .chain(&before)
            .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
            .collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{FOLDER}{}{mark}{}", self.path, pairs.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_order_and_texts_stay_as_they_are() {
        let json = r#"{"b":1.10,"a":[ ],"c":{ "x":[1.0,"a,\"{:"],"a":null}}"#;
        let lines = "{\n  \"b\": 1.10,\n  \"a\": [],\n  \"c\": {\n    \"x\": [\n      1.0,\n      \"a,\\\"{:\"\n    ],\n    \"a\": null\n  }\n}";
        assert_eq!(indented(json).as_deref(), Some(lines));
        assert_eq!(indented("{} {}"), None);
        assert_eq!(indented("text"), None);
    }

    #[test]
    fn a_line_may_end_between_words_and_the_text_is_escaped() {
        assert_eq!(soft("readThing"), "read<wbr>Thing");
        assert_eq!(soft("/a?<b>=1"), "/<wbr>a?<wbr>&lt;b&gt;=<wbr>1");
    }

    #[test]
    fn no_text_becomes_an_element_an_attribute_or_another_text() {
        let nasty = "<script>alert('x')</script>\" onload=\"y\u{202e}\u{1b}";
        let template = "<p title=\"{{ nasty }}\">{{ nasty }}</p>";
        let page = environment().unwrap().render_str(template, context! { nasty }).unwrap();
        assert_eq!(page.matches('<').count(), 2, "{page}");
        assert_eq!(page.matches('"').count(), 2, "{page}");
        assert!(!page.contains(['\u{202e}', '\u{1b}', '\'']), "{page}");
    }

    #[test]
    fn no_text_leaves_its_quotes() {
        assert_eq!(quoted("a'$(rm)\"`"), r#"'a'\''$(rm)"`'"#);
    }
}
