//! `x-pagination`: the style on the root, and what an operation adds to it.

use super::reader::Reader;
use crate::{
    diag::Code,
    document::Extensions,
    ir::{self, PageInput, PageSource},
    lower::context::Context,
    source::Node,
};

const PAGINATION: &str = "x-pagination";
/// Members of `next` that name a source; a list has one.
const SOURCES: [&str; 6] = ["header", "link", "url", "last", "offset", "page"];
/// Members of `next` that end a count, each with the source that it needs.
const ENDS: [(&str, &str); 2] = [("total", "offset"), ("pages", "page")];

/// `x-pagination`, as far as one place states it.
#[derive(Debug, Default, Clone)]
pub(in crate::lower) struct StatedPaging {
    cursor: Option<PageInput>,
    limit: Option<PageInput>,
    items: Option<ir::Pointer>,
    next: Option<PageSource>,
    more: Option<ir::More>,
    /// True after the report of an invalid value.
    broken: bool,
}

impl StatedPaging {
    fn from_reader(reader: &mut Reader<'_, '_>) -> Self {
        let (cursor, limit) = (input(reader, "cursor"), input(reader, "limit"));
        let items = match reader.get("items").and_then(Node::as_str) {
            Some("") => Some(ir::Pointer::new()),
            _ => reader.pointer("items"),
        };
        let next = next(reader);
        let (more, done) = (reader.pointer("more"), reader.pointer("done"));
        if let Some(node) = reader.get("done").filter(|_| reader.get("more").is_some()) {
            let help = "keep one of them: `more: false` or `done: true` ends the list";
            reader.fault(node, "both `done` and `more` are set", help);
        }
        if let (Some(PageSource::Url(_) | PageSource::Link(_)), Some(node)) = (&next, reader.get("cursor")) {
            let why = "the whole query comes from the URL of the next page, so `cursor` has no effect";
            reader.fault(node, why, "remove `cursor`");
        }
        let read = [
            ("cursor", cursor.is_none()),
            ("limit", limit.is_none()),
            ("items", items.is_none()),
            ("next", next.is_none()),
            ("more", more.is_none()),
            ("done", done.is_none()),
        ];
        let broken = read.iter().any(|(key, lacks)| *lacks && reader.get(key).is_some());
        let more = more.map(|at| ir::More { at, end: false });
        Self {
            cursor,
            limit,
            items,
            next,
            more: more.or(done.map(|at| ir::More { at, end: true })),
            broken,
        }
    }
}

/// Reads a place in the request: the name of a query parameter, or a pointer into the body.
fn input(reader: &mut Reader<'_, '_>, key: &str) -> Option<PageInput> {
    let text = reader.text(key)?;
    if text.starts_with('/') {
        return reader.pointer(key).map(PageInput::Body);
    }
    Some(PageInput::Query(text))
}

/// Reads the source of the next page.
fn next(reader: &mut Reader<'_, '_>) -> Option<PageSource> {
    let node = reader.get("next")?;
    let Some(mut next) = reader.inside(node) else {
        return reader.pointer_of(node).map(PageSource::Value);
    };
    let mut named = SOURCES.into_iter().filter(|name| node.get(name).is_some());
    let (Some(source), None) = (named.next(), named.next()) else {
        let message = "`next` names none or several of `header`, `link`, `url`, `last`, `offset` and `page`";
        next.fault(node, message, "keep the one that leads to the next page");
        return None;
    };
    for (end, needed) in ENDS {
        if let Some(end_node) = node.get(end).filter(|_| source != needed) {
            let help = format!("remove it, or write `{needed}`");
            next.fault(end_node, format_args!("`{end}` needs `{needed}`"), &help);
            return None;
        }
    }
    let total = next.pointer("total");
    let pages = next.pointer("pages");
    if (total.is_none() && node.get("total").is_some()) || (pages.is_none() && node.get("pages").is_some()) {
        return None;
    }
    Some(match source {
        "header" => PageSource::Header(next.header("header")?),
        "link" => PageSource::Link(next.text("link")?),
        "url" => PageSource::Url(next.pointer("url")?),
        "last" => PageSource::Last(next.pointer("last")?),
        "offset" => PageSource::Offset {
            first: next.number("offset")?,
            total,
        },
        _ => PageSource::Page {
            first: next.number("page")?,
            pages,
        },
    })
}

impl Context<'_, '_> {
    /// Root `x-pagination`: the style.
    pub(in crate::lower) fn paging_style(&mut self, extensions: &Extensions) -> Option<StatedPaging> {
        Some(StatedPaging::from_reader(&mut self.reader_of(extensions, PAGINATION)?))
    }

    /// `x-pagination` of an operation, completed by the style.
    pub(in crate::lower) fn pagination(
        &mut self,
        extensions: &Extensions,
        style: Option<&StatedPaging>,
    ) -> Option<ir::Pagination> {
        let node = extensions.get(PAGINATION)?;
        let style = style.cloned().unwrap_or_default();
        let own = match self.document.node(node).as_bool() {
            Some(false) => return None,
            Some(true) => StatedPaging::default(),
            None => StatedPaging::from_reader(&mut self.reader(node, PAGINATION)?),
        };
        // A misspelt word of the root is reported as such.
        let is_told = self.report.is_held_to_vocabulary() && self.document.extensions.has_misspelt(PAGINATION);
        let (items, next) = (own.items.or(style.items), own.next.or(style.next));
        let is_url = matches!(next, Some(PageSource::Url(_) | PageSource::Link(_)));
        let cursor = own.cursor.or(style.cursor).filter(|_| !is_url);
        let missing = [cursor.is_none() && !is_url, items.is_none(), next.is_none()];
        for (missing, name) in missing.into_iter().zip(["cursor", "items", "next"]) {
            if missing && !own.broken && !style.broken && !is_told {
                let message = format!("`x-pagination`: neither the operation nor the root has `{name}`");
                self.fault(
                    Code::BadExtension,
                    node,
                    message,
                    "write it here or in `x-pagination` of the root",
                );
            }
        }
        if missing[0] {
            return None;
        }
        Some(ir::Pagination {
            cursor,
            limit: own.limit.or(style.limit),
            items: items?,
            next: next?,
            more: own.more.or(style.more),
        })
    }
}
