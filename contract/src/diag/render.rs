//! Renders a report as text: in the form of rustc, or as one line of JSON per diagnostic. Only this file names the
//! snippet crate.

use super::code::{Code, Level};
use super::report::{CodeCount, Diagnostic, Label, Report};
use crate::limits;
use crate::text::{SourceMap, SourceText, Span, quote, visible, visible_line};
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level as Shown, Origin, Renderer, Snippet, Title};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Renders the diagnostics ordered by location, then the counts of those left out.
pub fn render(report: &Report, coloured: bool) -> String {
    let renderer = if coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    let mut seen: BTreeMap<(Code, Level), usize> = BTreeMap::new();
    for diagnostic in report.diagnostics() {
        let times = seen.entry((diagnostic.code, diagnostic.level)).or_default();
        *times += 1;
        if *times > limits::SHOWN && diagnostic.level != Level::Error {
            continue;
        }
        out.push_str(&without_bare_marks(
            &renderer.render(&[group(diagnostic, &report.sources)]),
        ));
        out.push_str("\n\n");
    }
    for CodeCount { code, level, .. } in report.summary() {
        let kept = seen.get(&(code, level)).copied().unwrap_or_default();
        let cut = if level == Level::Error {
            0
        } else {
            kept.saturating_sub(limits::SHOWN)
        };
        let omitted = report.omitted(code, level) + cut;
        if omitted > 0 {
            let _ = writeln!(out, "{}[{code}]: {omitted} more: {}", level.word(), code.title());
        }
    }
    out
}

/// Removes the markers of a further location in the same file, which repeat no file name.
fn without_bare_marks(shown: &str) -> String {
    let lines: Vec<&str> = shown.lines().collect();
    let is_bare = |line: &&&str| {
        let (mut text, mut steering) = (String::new(), false);
        for c in line.chars() {
            match (c, steering) {
                ('\u{1b}', _) => steering = true,
                ('m', true) => steering = false,
                (_, true) => {}
                (c, false) => text.push(c),
            }
        }
        text.trim() == ":::"
    };
    let kept: Vec<&str> = lines.iter().filter(|line| !is_bare(line)).copied().collect();
    kept.join("\n")
}

fn group<'r>(diagnostic: &'r Diagnostic, sources: &'r SourceMap) -> Group<'r> {
    let title: Title<'r> = shown(diagnostic.level).primary_title(clean(&diagnostic.message));
    let mut elements: Vec<Element<'r>> = Vec::new();
    let primary = (&diagnostic.primary, AnnotationKind::Primary);
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|label| (label, AnnotationKind::Context));
    let mut rest: Vec<_> = secondary.collect();
    let mut next = Some(primary);
    while let Some(first) = next {
        let mut together = vec![first];
        if let Some(window) = Window::around(first.0.span, sources) {
            // Locations near each other are shown in one snippet.
            let mut wider = window;
            rest.retain(|(label, kind)| match wider.and(label.span, sources) {
                Some(both) => {
                    wider = both;
                    together.push((*label, *kind));
                    false
                }
                None => true,
            });
            elements.extend(wider.elements(&together));
        }
        next = if rest.is_empty() { None } else { Some(rest.remove(0)) };
    }
    let mut group = title.id(diagnostic.code.number()).elements(elements);
    for help in &diagnostic.help {
        group = group.element(Shown::HELP.message(clean(help)));
    }
    for note in &diagnostic.notes {
        group = group.element(Shown::NOTE.message(clean(note)));
    }
    group
}

fn shown(level: Level) -> Shown<'static> {
    match level {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
        Level::Note | Level::Hidden => Shown::NOTE,
    }
}

/// Replaces hidden characters: text of a contract must neither send sequences to the terminal nor turn its text around.
fn clean(text: &str) -> String {
    visible(text).into_owned()
}

/// Replaces hidden characters in lines of a file; ASCII ones by their pictures, as the snippet crate does.
fn pictured(text: &str) -> String {
    let picture = |c: char| match c {
        '\n' | '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        _ => c,
    };
    clean(&text.chars().map(picture).collect::<String>())
}

/// The shown lines of a file.
#[derive(Clone, Copy)]
struct Window<'s> {
    file: &'s SourceText,
    span: Span,
    start: usize,
    end: usize,
}

impl<'s> Window<'s> {
    fn around(span: Span, sources: &'s SourceMap) -> Option<Self> {
        let file = sources.file(span.file)?;
        let text = &*file.text;
        let at = floor(text, span.start as usize);
        let (line_start, line_end) = (file.line_start(at), file.line_end(at));
        let start = if at - line_start <= 2 * limits::AROUND {
            line_start
        } else {
            floor(text, at - limits::AROUND)
        };
        let end = floor(text, line_end.min(at.max(first_line_end(text, span)) + limits::AROUND));
        Some(Self { file, span, start, end })
    }

    /// Extends the window to another location, if that is near.
    fn and(self, other: Span, sources: &'s SourceMap) -> Option<Self> {
        let window = Self::around(other, sources)?;
        let (start, end) = (self.start.min(window.start), self.end.max(window.end));
        // Megabytes may be between two locations: the lines are counted last.
        if other.file != self.span.file || end - start >= 2000 {
            return None;
        }
        let lines = self.file.text.get(start..end)?.lines().count();
        (lines <= 12 && (lines > 1 || end - start < 200)).then_some(Self { start, end, ..self })
    }

    fn elements(self, labels: &[(&'s Label, AnnotationKind)]) -> Vec<Element<'s>> {
        let text = &*self.file.text;
        let line = self.file.line(self.start);
        let shown = |at: usize| pictured(&text[self.start..at]);
        let annotations = labels.iter().map(|(label, kind)| {
            let start = floor(text, label.span.start as usize).clamp(self.start, self.end);
            let end = first_line_end(text, label.span).clamp(start, self.end);
            let annotation = kind.span(shown(start).len()..shown(end).len());
            if label.text.is_empty() {
                annotation
            } else {
                annotation.label(clean(&label.text))
            }
        });
        let snippet: Snippet<'s, Annotation<'s>> = Snippet::source(shown(self.end))
            .line_start(line)
            .annotations(annotations);
        if self.start == 0 || text.as_bytes()[self.start - 1] == b'\n' {
            return vec![snippet.path(visible_line(&self.file.name)).into()];
        }
        // The beginning of a very long line is cut, so its columns are printed.
        let at = floor(text, self.span.start as usize);
        let line_start = self.file.line_start(at);
        let column = text[line_start..at].chars().count() + 1;
        vec![
            Origin::path(visible_line(&self.file.name))
                .line(line)
                .char_column(column)
                .into(),
            snippet.into(),
        ]
    }
}

/// Returns the end of a span, at most the end of its first line (and a hundred characters of a very long one).
fn first_line_end(text: &str, span: Span) -> usize {
    let start = floor(text, span.start as usize);
    let end = floor(text, span.end as usize).max(start);
    let line = text[start..end].find('\n').map_or(end, |found| start + found);
    floor(text, line.min(start + 100))
}

/// Returns the nearest character boundary at or before an offset.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// Renders one line of JSON per diagnostic; `docs/generate/command.md` describes the format.
pub fn render_json(report: &Report) -> String {
    let mut out = String::new();
    for diagnostic in report.diagnostics() {
        let secondary: Vec<String> = diagnostic
            .secondary
            .iter()
            .map(|label| format!("{{{}}}", place_json(label, &report.sources)))
            .collect();
        let texts = |texts: &[String]| texts.iter().map(|text| quote(text)).collect::<Vec<_>>().join(",");
        let _ = writeln!(
            out,
            "{{\"kind\":\"diagnostic\",\"code\":{},\"level\":{},\"title\":{},\"message\":{},{},\"also\":[{}],\"help\":[{}],\"notes\":[{}]}}",
            quote(diagnostic.code.number()),
            quote(diagnostic.level.word()),
            quote(diagnostic.code.title()),
            quote(&diagnostic.message),
            place_json(&diagnostic.primary, &report.sources),
            secondary.join(","),
            texts(&diagnostic.help),
            texts(&diagnostic.notes),
        );
    }
    out
}

/// Renders the JSON members of a location; without a location only the label.
fn place_json(label: &Label, sources: &SourceMap) -> String {
    let found = sources.file(label.span.file).zip(sources.line_column(label.span));
    let place = found.map_or_else(
        || "\"file\":null,\"line\":null,\"column\":null,\"span\":null".to_owned(),
        |(file, at)| {
            format!(
                "\"file\":{},\"line\":{},\"column\":{},\"span\":{{\"start\":{},\"end\":{}}}",
                quote(&file.name),
                at.line,
                at.column,
                label.span.start,
                label.span.end
            )
        },
    );
    format!("{place},\"label\":{}", quote(&label.text))
}
