//! Lists, keys and signatures that a contract describes without an extension: by names, types and shapes.
//!
//! In: a document and its API. Out: the paging of each operation that is a list (`ListCandidate::FORMS`), keys (`keys`), and proposals for an
//! overlay, each with its evidence. What is without a doubt becomes part of the API; nothing is taken from a text alone.

pub(crate) mod keys;
mod names;
mod parts;
pub mod proposals;

use crate::diag::Report;
use crate::document::Document;
use crate::ir::{
    EffectKind, KeyIntent, Method, More, Operation, PageSource, Pagination, Response, Shape, StatusRange, TypeId,
    UnsealedApi,
};
use crate::text::Span;
use crate::words::same_noun;
use names::{
    CONDITIONS, COUNTED, CURSORS, DONE, GAPS, IDS, LAST, MORE, NO_COUNT, OFFSETS, PAGES, SIZES, TOTAL_PAGES, WITH_FLAG,
};
pub use names::{Confidence, reads};
use names::{first_page, is_read, is_url, match_of};
use parts::{ListArray, OptionalInput, PlainKind, PlainOutput};

/// Numbers of operations that the generator understands by names and shapes, without an extension.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Recognised {
    pub lists: usize,
    pub keys: usize,
}

/// A list that a contract describes.
#[derive(Debug)]
pub struct RecognisedList {
    /// Index of the operation.
    pub operation: usize,
    /// How to request its pages.
    pub paging: Pagination,
    /// How sure that is.
    pub confidence: Confidence,
    /// The facts that show it, with their places.
    pub evidence: Vec<(String, Span)>,
}

/// Adds the paging that is without a doubt.
pub(crate) fn add_lists(document: &Document, api: &mut UnsealedApi, report: &Report) {
    if report.has_errors() {
        return;
    }
    for list in lists(document, api) {
        if list.confidence == Confidence::High {
            api.operations[list.operation].pagination = Some(list.paging);
        }
    }
}

/// Counts what the generator recognised.
pub(crate) fn count(document: &Document, api: &UnsealedApi) -> Recognised {
    let is_sure = |list: &&RecognisedList| list.confidence == Confidence::High;
    let has_key = |operation: &&Operation| operation.declared_key.is_some();
    Recognised {
        lists: lists(document, api).iter().filter(is_sure).count(),
        keys: api.operations.iter().filter(has_key).count(),
    }
}

/// Returns the lists of all operations without `x-pagination`. A contract that has the style on its root names its lists itself.
pub(crate) fn lists(document: &Document, api: &UnsealedApi) -> Vec<RecognisedList> {
    if document.extensions.get("x-pagination").is_some() {
        return Vec::new();
    }
    let written = document.paths.iter().flat_map(|item| &item.operations);
    let all = api.operations.iter().enumerate().zip(written);
    let silent = all.filter(|(_, written)| written.extensions.get("x-pagination").is_none());
    let list = |((index, operation), written): ((usize, &Operation), &_)| {
        let way = stated(document, api, operation, written);
        let way = way.or_else(|| ListCandidate::from_operation(api, operation)?.list())?;
        Some(RecognisedList {
            operation: index,
            paging: way.paging,
            confidence: way.confidence,
            evidence: way.evidence,
        })
    };
    silent.filter_map(list).collect()
}

/// Returns the paging that an extension of another generator describes.
fn stated(
    document: &Document,
    api: &UnsealedApi,
    operation: &Operation,
    written: &crate::document::Operation,
) -> Option<NextPageWay> {
    let written = document.node(written.node);
    let (name, node) = names::WORDS.iter().find_map(|name| Some((name, written.get(name)?)))?;
    let root = document.tree.root().and_then(|root| root.get(name));
    let paging = names::vendor_paging(api, operation, node, root).filter(|_| operation.intent.is_none())?;
    Some(NextPageWay {
        paging,
        confidence: Confidence::High,
        evidence: vec![(format!("`{name}` describes it"), node.span())],
    })
}

/// Returns the first response of success, or `default` if no status of success is declared.
fn success(operation: &Operation) -> Option<&Response> {
    let mut responses = operation.responses.iter();
    let success = responses.clone().find(|one| one.status.is_success());
    success.or_else(|| responses.find(|one| one.status == StatusRange::Default))
}

/// Returns the JSON type of the response of success.
pub fn success_json(operation: &Operation) -> Option<TypeId> {
    success(operation).and_then(parts::json)
}

/// Returns true if the response of success is a list: an array, or an object around one with a general name, or that of the path or the id.
/// `None` if its form is not known.
pub fn has_items(api: &UnsealedApi, operation: &Operation) -> Option<bool> {
    let success = success(operation)?;
    let Some(page) = parts::json(success) else {
        // Text or a stream
        return (!success.bodies.is_empty()).then_some(false);
    };
    match parts::shape(api, page) {
        Shape::Array(_) => Some(true),
        Shape::Object(_) => {
            let mut segments = operation.path.rsplit('/');
            let resource = segments.find(|segment| !segment.is_empty() && !segment.contains('{'));
            let resource = parts::snake(resource.unwrap_or_default());
            let items = parts::items(api, page, &operation.path);
            let items_depth = items.as_ref().map_or(0, |items| items.pointer.len());
            let name = items.and_then(|items| Some(parts::snake(items.pointer.last()?)));
            // The list is not below another object, such as the `data` of one item.
            let is_direct = items_depth == 1;
            let is_named = |name: &str| {
                parts::ITEMS.contains(&name)
                    || same_noun(name, &resource)
                    || is_direct && parts::is_called(operation, name)
            };
            let members = parts::members(api, page);
            let is_small = members.len() < 5 && resource.ends_with('s') && !resource.ends_with("settings");
            let is_envelope = members.len() == 1 && is_direct;
            // A page describes itself beside its items.
            let is_about = |name: &str| PAGES.contains(&name) || TOTAL_PAGES.contains(&name) || MORE.contains(&name);
            let is_page = members.iter().any(|one| is_about(&parts::snake(&one.name)));
            // `sensitive` beside the object `headers`
            let is_aside = |name: &str| name != resource && parts::is_member(api, page, &resource);
            let is_any = |name: &str| is_named(name) || is_small || is_envelope || is_page;
            Some(name.is_some_and(|name| is_any(&name) && !is_aside(&name)))
        }
        _ => None,
    }
}

/// An operation that may be a list.
struct ListCandidate<'a> {
    api: &'a UnsealedApi,
    inputs: Vec<OptionalInput<'a>>,
    outputs: Vec<PlainOutput>,
    headers: Vec<(&'a str, Span)>,
    items: ListArray,
}

/// A way to the next page.
struct NextPageWay {
    paging: Pagination,
    confidence: Confidence,
    evidence: Vec<(String, Span)>,
}

impl<'a> ListCandidate<'a> {
    /// The forms of lists, with the evidence of each; the first that an operation has decides. A cursor precedes a count, and a count a
    /// URL, because the host of a URL may differ if there is a proxy.
    const FORMS: [fn(&Self) -> Option<NextPageWay>; 7] = [
        // A cursor in the response, and an input for it.
        Self::value,
        // A cursor in a header of the response, and an input for it.
        Self::header,
        // An input for a member of the last item, if its text names the member, or the response shows whether more follow.
        Self::last,
        // An input for the number of the page, if the contract states the first one and a bound.
        Self::page,
        // The `Link` header, and an input that pages.
        Self::link,
        // A URL of the next page in the response, and an input that pages.
        Self::url,
        // An input for the number of items before the page, and one for their number.
        Self::offset,
    ];

    /// Returns the parts of an operation that reads, and whose response has one list.
    fn from_operation(api: &'a UnsealedApi, operation: &'a Operation) -> Option<Self> {
        let takes_key = |name: &str| name.to_lowercase().contains("idempot");
        let has_key = operation.parameters.iter().any(|one| takes_key(&one.name));
        let acts =
            operation.intent == Some(KeyIntent::Effect) || operation.effect.is_some_and(|one| one != EffectKind::None);
        let reads = match operation.method {
            Method::Get => true,
            Method::Post => is_read(operation),
            _ => false,
        };
        if has_key || acts || !reads {
            return None;
        }
        let (response, page) = parts::page(operation)?;
        let items = parts::items(api, page, &operation.path)?;
        let mut inputs = parts::query(api, operation);
        if operation.method == Method::Post {
            inputs.extend(parts::body(api, operation));
        }
        if inputs.iter().any(|input| takes_key(&input.name)) {
            return None;
        }
        Some(Self {
            api,
            inputs,
            outputs: parts::outputs(api, page, &items),
            headers: response
                .headers
                .iter()
                .map(|one| (one.name.as_str(), one.origin.span))
                .collect(),
            items,
        })
    }

    /// Returns the way to the next page by the first form that the operation has.
    fn list(&self) -> Option<NextPageWay> {
        let found = Self::FORMS.iter().find_map(|form| form(self))?;
        Some(self.with_condition(found))
    }

    /// Doubts a way if a text about pages states a condition. The evidence shows it.
    fn with_condition(&self, mut found: NextPageWay) -> NextPageWay {
        let is_counted = matches!(found.paging.next, PageSource::Offset { .. } | PageSource::Page { .. });
        let stated = |text: &str| {
            let mut flags = self.inputs.iter().filter(|one| one.kind == PlainKind::Flag);
            let has_flag = flags.any(|flag| text.contains(&flag.name));
            let gaps = if is_counted { GAPS } else { &[] };
            let with_flag = if has_flag { WITH_FLAG } else { &[] };
            let mut all = CONDITIONS.iter().chain(gaps).chain(with_flag);
            all.find(|phrase| text.contains(**phrase)).copied()
        };
        let inputs = self.inputs.iter().filter(|one| {
            let names = [CURSORS, PAGES, OFFSETS, SIZES];
            names.iter().any(|names| names.contains(&one.name.as_str()))
        });
        let inputs = inputs.map(|one| (one.text.as_str(), one.span));
        let outputs = self.outputs.iter();
        let outputs = outputs.flat_map(|one| [(one.text.as_str(), one.span), (one.around.as_str(), one.span)]);
        let condition = inputs
            .chain(outputs)
            .find_map(|(text, span)| Some((stated(text)?, span)));
        if let Some((phrase, span)) = condition {
            found.confidence = Confidence::Medium;
            found.evidence.push((format!("a condition: \"{phrase}\""), span));
        }
        found
    }

    fn input(&self, names: &[&str], kind: PlainKind) -> Option<&OptionalInput<'a>> {
        let is_it = |one: &&OptionalInput<'_>| one.kind == kind && names.contains(&one.name.as_str());
        self.inputs.iter().find(is_it)
    }

    fn size(&self) -> Option<&OptionalInput<'a>> {
        self.count(SIZES)
    }

    /// Returns an input that counts. Some contracts have only `number`.
    fn count(&self, names: &[&str]) -> Option<&OptionalInput<'a>> {
        self.input(names, PlainKind::Whole)
            .or_else(|| self.input(names, PlainKind::Number))
    }

    /// Returns a way with its evidence. The input, if there is one, comes first.
    fn found(&self, input: Option<&OptionalInput<'_>>, next: PageSource, confidence: Confidence) -> NextPageWay {
        let more = self.flag();
        let mut evidence = Vec::new();
        evidence.extend(input.map(OptionalInput::evidence));
        let list = match self.items.pointer.as_slice() {
            [] => "the whole response",
            pointer => &crate::source::pointer(pointer),
        };
        evidence.push((format!("the list is `{list}`"), self.items.span));
        evidence.extend(more.as_ref().map(|(_, flag)| flag.evidence()));
        NextPageWay {
            paging: Pagination {
                cursor: input.map(|input| input.place.clone()),
                limit: self.size().map(|size| size.place.clone()),
                items: self.items.pointer.clone(),
                next,
                more: more.map(|(end, flag)| More {
                    at: flag.pointer.clone(),
                    end,
                }),
            },
            confidence,
            evidence,
        }
    }

    /// Returns the flag of the response that ends the list, with its value at the end.
    fn flag(&self) -> Option<(bool, &PlainOutput)> {
        let named = |names: &[&str]| {
            let is_it = |one: &&PlainOutput| one.kind == PlainKind::Flag && names.contains(&one.name.as_str());
            self.outputs.iter().find(is_it)
        };
        named(MORE)
            .map(|flag| (false, flag))
            .or_else(|| Some((true, named(DONE)?)))
    }

    fn value(&self) -> Option<NextPageWay> {
        let mut best: Option<(Confidence, &OptionalInput<'_>, &PlainOutput)> = None;
        let is_cursor = |one: &&OptionalInput<'_>| {
            CURSORS.contains(&one.name.as_str()) && (one.is_query() || one.kind == PlainKind::Text)
        };
        for input in self.inputs.iter().filter(is_cursor) {
            for output in self.outputs.iter().filter(|one| one.kind == input.kind) {
                let confidence = match_of(input, output);
                if confidence > best.map(|(known, ..)| known) {
                    best = confidence.map(|confidence| (confidence, input, output));
                }
            }
        }
        let (mut confidence, input, output) = best?;
        let is_counted = |one: &OptionalInput<'_>| {
            matches!(one.kind, PlainKind::Whole | PlainKind::Number)
                && one.name != input.name
                && (PAGES.contains(&one.name.as_str()) || OFFSETS.contains(&one.name.as_str()))
        };
        // Of two styles, a third parameter may choose.
        if self.inputs.iter().any(is_counted) {
            confidence = Confidence::Medium;
        }
        let mut found = self.found(Some(input), PageSource::Value(output.pointer.clone()), confidence);
        found.evidence.push(output.evidence());
        Some(found)
    }

    fn header(&self) -> Option<NextPageWay> {
        for input in self.inputs.iter().filter(|one| CURSORS.contains(&one.name.as_str())) {
            for (header, span) in &self.headers {
                let name = parts::snake(header);
                let name = name.strip_prefix("x_").unwrap_or(&name);
                let is_opaque = input.kind == PlainKind::Text && !matches!(input.name.as_str(), "page" | "offset");
                if is_opaque && name == input.name || name == format!("next_{}", input.name) {
                    let mut found = self.found(Some(input), PageSource::Header((*header).to_owned()), Confidence::High);
                    found.evidence.push((format!("the response header `{header}`"), *span));
                    return Some(found);
                }
            }
        }
        None
    }

    fn last(&self) -> Option<NextPageWay> {
        let is_it = |one: &&OptionalInput<'_>| one.kind == PlainKind::Text && LAST.contains(&one.name.as_str());
        let input = self
            .inputs
            .iter()
            .find(is_it)
            .filter(|one| one.format().is_none_or(|format| format == "uuid"))?;
        let is_text = |id: TypeId| {
            let shape = parts::shape(self.api, id);
            matches!(
                shape,
                Shape::Scalar(crate::ir::ScalarFormat::Text, _) | Shape::Newtype(..)
            )
        };
        let members = parts::members(self.api, self.items.item);
        let ids = IDS
            .iter()
            .filter_map(|name| members.iter().find(|one| parts::snake(&one.name) == *name));
        let ids: Vec<_> = ids.filter(|one| is_text(one.ty)).collect();
        let is_named = |name: &str| {
            let mut words = input.text.split(|c: char| !c.is_alphanumeric());
            words.any(|word| word == name || name == "id" && matches!(word, "ids" | "identifier"))
        };
        let named = ids.iter().find(|one| is_named(&parts::snake(&one.name)));
        let id = named.or(ids.first())?;
        let has_more = self.flag().is_some();
        let is_sure = match input.name.as_str() {
            "starting_after" | "start_after" => has_more || named.is_some() || ids.len() == 1,
            "page_after" | "after_id" => named.is_some(),
            _ => has_more && named.is_some(),
        };
        if !is_sure && !has_more {
            return None;
        }
        let confidence = if is_sure { Confidence::High } else { Confidence::Medium };
        let mut found = self.found(Some(input), PageSource::Last(vec![id.name.clone()]), confidence);
        found
            .evidence
            .push((format!("`{}` of an item", id.name), id.origin.span));
        Some(found)
    }

    fn page(&self) -> Option<NextPageWay> {
        let input = self.count(PAGES).filter(|one| counts(one))?;
        // By convention, pages of `per_page` items begin at 1.
        let is_usual = input.name == "page" && self.size().is_some_and(|size| size.name == "per_page");
        let first = first_page(input).or(is_usual.then_some(1));
        let total = |one: &&PlainOutput| one.kind == PlainKind::Whole && TOTAL_PAGES.contains(&one.name.as_str());
        let total = self.outputs.iter().find(total);
        let is_bounded = self.size().is_some() || total.is_some() || self.flag().is_some();
        let is_sure = first.is_some() && is_bounded && !self.has_cursor();
        let next = PageSource::Page {
            first: first.unwrap_or(1),
            pages: total.map(|total| total.pointer.clone()),
        };
        if !is_sure && (self.link().is_some() || self.url().is_some()) {
            return None;
        }
        let confidence = if is_sure { Confidence::High } else { Confidence::Medium };
        let mut found = self.found(Some(input), next, confidence);
        found.evidence.extend(total.map(PlainOutput::evidence));
        Some(found)
    }

    /// Returns true if the request takes a cursor as well.
    fn has_cursor(&self) -> bool {
        let is_it = |one: &OptionalInput<'_>| {
            one.kind == PlainKind::Text && CURSORS.contains(&one.name.as_str()) && one.name != "after"
        };
        self.inputs.iter().any(is_it)
    }

    fn link(&self) -> Option<NextPageWay> {
        let (_, span) = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("link"))?;
        let input = self.paging_input()?;
        let mut found = self.found(None, PageSource::Link("next".to_owned()), Confidence::High);
        let header = ("the response header `Link`".to_owned(), *span);
        found.evidence.extend([input.evidence(), header]);
        Some(found)
    }

    fn url(&self) -> Option<NextPageWay> {
        let input = self.paging_input()?;
        let url = self
            .outputs
            .iter()
            .find(|one| one.kind == PlainKind::Text && is_url(one))?;
        let mut found = self.found(None, PageSource::Url(url.pointer.clone()), Confidence::High);
        found.evidence.extend([input.evidence(), url.evidence()]);
        Some(found)
    }

    /// Returns an input that shows that the operation pages.
    fn paging_input(&self) -> Option<&OptionalInput<'a>> {
        let is_it = |one: &&OptionalInput<'_>| {
            one.is_query()
                && [SIZES, PAGES, CURSORS, OFFSETS]
                    .iter()
                    .any(|names| names.contains(&one.name.as_str()))
        };
        self.inputs.iter().find(is_it)
    }

    fn offset(&self) -> Option<NextPageWay> {
        let input = self.count(OFFSETS).filter(|one| counts(one))?;
        let size = self.size()?;
        let is_sure = input.is_query()
            && !self.has_cursor()
            && matches!(input.default, None | Some("0"))
            && (COUNTED.iter().any(|word| input.text.contains(word)) || is_pair(input, size))
            && !input.text.contains("page number");
        let confidence = if is_sure { Confidence::High } else { Confidence::Medium };
        let next = PageSource::Offset { first: 0, total: None };
        Some(self.found(Some(input), next, confidence))
    }
}

/// Returns true for the names of an offset and of a number of items, if a default or a text makes it one of items, not of pages.
fn is_pair(offset: &OptionalInput<'_>, size: &OptionalInput<'_>) -> bool {
    let names = (offset.name.as_str(), size.name.as_str());
    let is_named = matches!(
        names,
        ("offset", "limit") | ("skip", "take" | "top" | "limit") | ("start_at", "max_results")
    );
    let begins = offset.default == Some("0") || ["start", "begin"].iter().any(|word| offset.text.contains(word));
    is_named && begins && !offset.text.contains("pages")
}

/// Returns true unless the text excludes a count.
fn counts(input: &OptionalInput<'_>) -> bool {
    !NO_COUNT.iter().any(|phrase| input.text.contains(phrase))
}

#[cfg(test)]
mod tests;
