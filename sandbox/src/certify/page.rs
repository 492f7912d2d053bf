//! In: a report. Out: one HTML page that needs nothing else, with the requests behind each finding. Never: text of a program or a
//! contract that becomes markup.

use super::line::{Line, Place, Verdict};
use super::report::Report;
use std::fmt::Write as _;

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8886; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8884; }
.passed { color: #1a7f37; } .failed { color: #cf222e; font-weight: 600; }
.not-exercised, .nothing-to-judge { color: #767676; }
summary { cursor: pointer; }
";

impl Report {
    /// The report as one HTML page that needs nothing else.
    pub fn page(&self) -> String {
        let mut out = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        let program = self.redacted_program();
        let _ = write!(
            out,
            "<title>Certification</title>\n<style>{STYLE}</style></head><body>\n<h1>Certification</h1>\n\
             <p><code>{}</code><br>against <code>{}</code></p>\n<p>{}</p>\n<table>\n",
            escaped(&program),
            escaped(&self.contract),
            escaped(&self.sum())
        );
        for line in &self.lines {
            self.row(line, &mut out);
        }
        out.push_str("</table>\n<h2>Rounds</h2>\n");
        self.all_rounds(&mut out);
        out.push_str("</body></html>\n");
        out
    }

    fn row(&self, line: &Line, out: &mut String) {
        let class = line.verdict.text().replace(' ', "-");
        let _ = write!(
            out,
            "<tr id=\"{0}\"><td class=\"{class}\">{1}</td><td><code>{0}</code></td><td>{2} <small>({3})</small>",
            escaped(line.name),
            line.verdict.text(),
            escaped(line.title),
            escaped(&line.note)
        );
        if line.verdict == Verdict::Failed {
            out.push_str("<ul>\n");
        }
        for finding in &line.findings {
            let _ = writeln!(out, "<li>{}", escaped(&self.redactor.text(&finding.text)));
            for place in &finding.requests {
                self.details(*place, out);
            }
            if let Some(place) = finding.delivery {
                self.delivery_details(place, out);
            }
            out.push_str("</li>\n");
        }
        if line.verdict == Verdict::Failed {
            out.push_str("</ul>");
        }
        out.push_str("</td></tr>\n");
    }

    fn delivery_details(&self, place: Place, out: &mut String) {
        let Some(posted) = self.posted(place) else {
            return;
        };
        let mut text = String::new();
        for (name, value) in &posted.delivery.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        let _ = writeln!(text, "\n{}", self.redactor.body(&posted.delivery.body));
        let _ = writeln!(
            out,
            "<details><summary>delivery {}: <code>{}</code></summary><pre>{}</pre></details>",
            place.number,
            escaped(&posted.delivery.event),
            escaped(&text)
        );
    }

    fn details(&self, place: Place, out: &mut String) {
        let Some(came) = self.came(place) else {
            return;
        };
        let call = &came.call;
        let target = self.redactor.target(&call.target);
        let mut text = format!("{} {target}\n", call.method);
        for (name, value) in &call.headers {
            let _ = writeln!(text, "{name}: {}", self.redactor.header(name, value));
        }
        let body = self.redactor.body(&call.body);
        if !body.is_empty() {
            let _ = writeln!(text, "\n{body}");
        }
        text.push('\n');
        for check in &call.checks {
            let mark = if check.passed { "ok  " } else { "FAIL" };
            let _ = writeln!(text, "{mark} {}: {}", check.name, self.redactor.text(&check.note));
        }
        let answer = match (call.status, &call.code) {
            (None, _) => "no response".to_owned(),
            (Some(status), Some(code)) => format!("{status} {code}"),
            (Some(status), None) => status.to_string(),
        };
        let _ = writeln!(text, "answer: {answer}");
        let _ = writeln!(
            out,
            "<details><summary>{}, start {}, after {} ms: <code>{} {}</code></summary><pre>{}</pre></details>",
            escaped(&self.place(place)),
            came.start,
            came.at.as_millis(),
            escaped(&call.method),
            escaped(&target),
            escaped(&text)
        );
    }

    fn all_rounds(&self, out: &mut String) {
        for (at, round) in self.rounds.iter().enumerate() {
            let _ = writeln!(
                out,
                "<details><summary>{}. {}: {}</summary>",
                at + 1,
                escaped(round.trouble.name()),
                escaped(&round.trouble.about())
            );
            for start in &round.starts {
                let _ = writeln!(
                    out,
                    "<p>The application {}.</p><pre>{}</pre>",
                    escaped(&start.ending.text()),
                    escaped(&self.redactor.text(&start.output))
                );
            }
            out.push_str("</details>\n");
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
