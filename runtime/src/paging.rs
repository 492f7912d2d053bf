//! Paged lists: one request comes in, its pages go out, each requested with the cursor of the page before, until there is none.
//!
//! Every page is a call with its own retries. A cursor that comes twice is an error, and stays one, and so are too many empty
//! pages in a row: no server can make a list endless, and a list that was cut off must never look complete. A page without a valid way
//! to the next one comes before the error. A list can be resumed from a cursor.
//!
//! The call of a page belongs to the list until it ends. A dropped `try_next` loses no page and requests none twice.

mod turn;

use std::collections::{HashSet, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::Stream;

use crate::answer::{Answer, Response};
use crate::client::{self, CallFuture, Core};
use crate::error::Error;
use crate::exchange::{Exchange, FailedCall, Trail};
use crate::json::{self, DecodeError, Json, JsonValue, Limits};
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::request::Request;
use turn::{Facts, NextPageRule, PreviousPage, Turn};
pub use turn::{NextPage, Paging, Progress};

/// Number of empty pages in a row after which the items of a list are an error: searches skip what they filter, and a faulty
/// server gives new cursors for ever.
const EMPTY_PAGES: usize = 100;

/// An operation whose answer is a page.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not return pages",
    note = "its call returns one value: `.await` it"
)]
pub trait Paged: Operation {
    /// One item of a page.
    type Item: Json + Send + 'static;
    /// Its places of a request for paging.
    const PAGING: Paging;
    /// Place of the items in a page, as a JSON Pointer.
    const ITEMS: &'static str;
    /// Its source of the next page.
    const NEXT: NextPage = NextPage::Value;
    /// Returns the items of a page.
    fn items(page: Self::Output) -> Vec<Self::Item>;
    /// Returns the cursor or the URL of the next page in the response; `None` at the end. An empty one is an error: the page
    /// announces more items, without their place.
    fn next(_page: &Self::Output) -> Option<String> {
        None
    }
    /// Returns the progress of the list, if its next page is not in the response.
    fn progress(_page: &Self::Output) -> Progress {
        Progress::default()
    }
}

/// The end of a wait, which bounds each of its calls.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    began: Instant,
    length: Duration,
}

impl Deadline {
    /// Returns the end of a wait that begins now.
    pub(crate) fn after(core: &Core, length: Duration) -> Self {
        Self {
            began: core.instant(),
            length,
        }
    }

    pub(crate) fn left(self, core: &Core) -> Duration {
        self.length.saturating_sub(self.elapsed(core))
    }

    pub(crate) fn elapsed(self, core: &Core) -> Duration {
        core.instant().saturating_duration_since(self.began)
    }

    /// Bounds a call by the remaining time.
    pub(crate) fn limit(self, core: &Core, request: &mut Request) {
        let own = request.options.deadline.unwrap_or(core.deadline());
        request.options.deadline = Some(own.min(self.left(core)));
    }
}

/// The pages of a list, one call each.
///
/// It is a [`Stream`]. After a failed call, the next poll requests the same page again. If a page has no valid way to the next one, all
/// polls after that page return an error. After the last page, it stays at its end.
#[must_use = "no page is requested until `try_next`"]
pub struct Pages<O: Paged> {
    core: Core,
    request: Option<Request>,
    /// The call of the next page, after its first poll.
    call: Option<CallFuture<Response<O::Output>>>,
    cursor: Option<String>,
    seen: HashSet<String>,
    before: Option<PreviousPage>,
    left_out: Vec<LeftOut>,
    /// The list leaves out unreadable items; `false` for one that decides.
    is_lenient: bool,
    /// The reason why no page follows the last one.
    fault: Option<(Trail, &'static str)>,
    operation: std::marker::PhantomData<fn() -> O>,
}

impl<O: Paged> std::fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::DESCRIPTION.id)
            .finish_non_exhaustive()
    }
}

impl<O: Paged> Pages<O> {
    const WAY: NextPageRule = NextPageRule {
        paging: &O::PAGING,
        next: O::NEXT,
    };

    /// Starts with the page that the request names.
    pub fn new(core: Core, request: Request) -> Self {
        Self {
            is_lenient: core.reads_leniently(&request),
            left_out: Vec::new(),
            core,
            request: Some(request),
            call: None,
            cursor: None,
            seen: HashSet::new(),
            before: None,
            fault: None,
            operation: std::marker::PhantomData,
        }
    }

    /// Resumes from a cursor: that of an earlier list with the same arguments.
    pub fn resume(mut self, cursor: impl Into<String>) -> Self {
        let cursor = cursor.into();
        if let Some(request) = self.request.take() {
            self.call = None;
            self.request = Some(Self::WAY.at(request, &cursor));
            self.seen.insert(cursor.clone());
            self.cursor = Some(cursor);
        }
        self
    }

    /// Returns the cursor of the next page, for [`resume`](Self::resume). `None` before the first page and after the last one.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Returns the items that the pages so far contained and that do not match the contract, if the client reads
    /// [leniently](crate::Builder::lenient_lists).
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Returns `true` after the last page.
    pub fn is_over(&self) -> bool {
        self.request.is_none()
    }

    /// Returns the next page; `None` after the last one. After a failed call, the next one requests the same page again. If its future
    /// drops, the page arrives with the next call.
    pub async fn try_next(&mut self) -> Result<Option<Response<O::Output>>, Error> {
        poll_fn(|context| self.poll_page(context)).await.transpose()
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Response<O::Output>, Error>>> {
        let Some(request) = &self.request else {
            return Poll::Ready(None);
        };
        if let Some((trail, why)) = &self.fault {
            return Poll::Ready(Some(Err(faulty(&self.core, request, trail.clone(), why))));
        }
        let call = self.call.get_or_insert_with(|| {
            let request = request.clone_without_key();
            Box::pin(client::send::<O::Output>(self.core.clone(), request))
        });
        let answered = ready!(call.as_mut().poll(context));
        self.call = None;
        let read = match answered {
            Err(error) if self.is_lenient => {
                let place = PagePlace {
                    operation: O::DESCRIPTION.id,
                    items: O::ITEMS,
                    cursor: self.cursor.as_deref(),
                };
                read_page::<O::Output, O::Item>(&self.core, error, &place)
            }
            answered => answered.map(|page| (page, Vec::new())),
        };
        let turned = read.map(|(page, left_out)| {
            let skipped = left_out.len();
            self.left_out.extend(left_out);
            self.turn(page, skipped)
        });
        match turned {
            Ok(Some(page)) => Poll::Ready(Some(Ok(page))),
            // A repeated page: the list is at its end or has a fault.
            Ok(None) => self.poll_page(context),
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    /// Moves on to the page after this one. Returns the page, unless it repeats the one before.
    fn turn(&mut self, page: Response<O::Output>, skipped: usize) -> Option<Response<O::Output>> {
        let request = self.request.take()?;
        let mut progress = O::progress(&page.value);
        progress.items += skipped;
        let before = self.before.as_ref();
        let facts = Facts {
            next: O::next(&page.value),
            progress,
            headers: &page.headers,
            body: &page.body,
            before,
        };
        let turn = match Self::WAY.follow(&self.core, &request, &facts) {
            Ok(Turn::To(cursor)) if self.seen.contains(&cursor) => Err("the server returned the same cursor twice"),
            turn => turn,
        };
        let repeats = match &turn {
            Ok(turn) => matches!(turn, Turn::Repeated),
            Err(_) => before.is_some_and(|before| before.repeats(&page.body)),
        };
        match turn {
            Ok(Turn::End | Turn::Repeated) => self.cursor = None,
            Ok(Turn::To(cursor)) => {
                self.request = Some(Self::WAY.at(request.for_next_page(&self.core), &cursor));
                self.seen.insert(cursor.clone());
                self.cursor = Some(cursor);
            }
            Err(why) => {
                let trail = Trail::of_response(page.request_ids.clone(), page.attempts);
                self.fault = Some((trail, why));
                self.request = Some(request);
            }
        }
        self.before = Some(PreviousPage {
            is_first: self.before.is_none(),
            body: page.body.clone(),
        });
        (!repeats).then_some(page)
    }
}

/// The call of the next page has a box.
impl<O: Paged> Unpin for Pages<O> {}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<Response<O::Output>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

/// Returns the error of a list that cannot go on.
fn faulty(core: &Core, request: &Request, trail: Trail, why: &'static str) -> Error {
    let exchange = Exchange::new(request.endpoint(), trail);
    Error::from(FailedCall {
        outcome: Outcome::NotExecuted,
        ..FailedCall::refused(exchange, Refusal::Paging(why), core.local_seconds())
    })
}

/// The items of a list over all its pages.
///
/// It is a [`Stream`], for the combinators of `futures_util::TryStreamExt` and `tokio_stream`. After an error, the next poll
/// requests the same page again, so code that skips errors may never end. After the last item, it stays at its end. A dropped
/// list continues from its [`cursor`](Self::cursor).
///
/// ```
/// use futures_util::TryStreamExt as _;
/// # use sdkwright_runtime::{Error, Items, glue::Paged};
///
/// async fn ids<O: Paged>(items: Items<O>, id: fn(O::Item) -> String) -> Result<Vec<String>, Error> {
///     items.map_ok(id).try_collect().await
/// }
/// ```
#[must_use = "no page is requested until `try_next`"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    ready: VecDeque<O::Item>,
    /// Cursor of the page with the ready items.
    at: Option<String>,
    left: Option<usize>,
    /// Number of empty pages since the last item.
    empty: usize,
}

impl<O: Paged> std::fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

impl<O: Paged> Items<O> {
    /// Starts with the page that the request names.
    pub fn new(core: Core, request: Request) -> Self {
        Self {
            pages: Pages::new(core, request),
            ready: VecDeque::new(),
            at: None,
            left: None,
            empty: 0,
        }
    }

    /// Resumes from a cursor: that of an earlier list with the same arguments.
    pub fn resume(mut self, cursor: impl Into<String>) -> Self {
        self.pages = self.pages.resume(cursor);
        self
    }

    /// Limits the number of further items; no page beyond them is requested.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// Returns the cursor of the page with the next item, for [`resume`](Self::resume). Items of that page that were already
    /// returned come again. `None` on the first page and after the last item.
    pub fn cursor(&self) -> Option<&str> {
        if self.ready.is_empty() {
            self.pages.cursor()
        } else {
            self.at.as_deref()
        }
    }

    /// Returns the items so far that do not match the contract, if the client reads [leniently](crate::Builder::lenient_lists).
    pub fn left_out(&self) -> &[LeftOut] {
        self.pages.left_out()
    }

    /// Returns the next item; `None` after the last one. After an error, the same page is requested again; but 100 empty pages in
    /// a row, with more to come, are an error that every later call returns, and [`cursor`](Self::cursor) leads beyond them.
    ///
    /// If the future drops, as in `select!`, the next call waits for the same page.
    pub async fn try_next(&mut self) -> Result<Option<O::Item>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item, Error>>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.ready.pop_front() {
                self.left = self.left.map(|left| left - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            if let Some(request) = self.pages.request.as_ref().filter(|_| self.empty >= EMPTY_PAGES) {
                let why = "100 consecutive pages were empty, and the server announces more";
                return Poll::Ready(Some(Err(faulty(&self.pages.core, request, Trail::default(), why))));
            }
            let at = self.pages.cursor().map(str::to_owned);
            match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => {
                    self.ready.extend(O::items(page.value));
                    self.empty = if self.ready.is_empty() { self.empty + 1 } else { 0 };
                    self.at = at;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Collects all further items, before the deadline of a wait.
    pub(crate) async fn collect_until(mut self, end: Deadline) -> Result<Vec<O::Item>, Error> {
        // A wait decides by all items.
        self.pages.is_lenient = false;
        let mut items = Vec::new();
        let own = self.pages.request.as_ref().and_then(|request| request.options.deadline);
        loop {
            if let Some(request) = &mut self.pages.request {
                request.options.deadline = own;
                end.limit(&self.pages.core, request);
            }
            match self.try_next().await? {
                Some(item) => items.push(item),
                None => return Ok(items),
            }
        }
    }

    /// Collects all further items.
    pub async fn try_collect(mut self) -> Result<Vec<O::Item>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }
}

/// Nothing pins an item.
impl<O: Paged> Unpin for Items<O> {}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

/// An item that a lenient list left out.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LeftOut {
    /// Cursor of its page; `None` on the first one.
    pub cursor: Option<String>,
    /// Place of the item in its page, as a JSON Pointer.
    pub pointer: String,
    /// The difference to the contract, with its place in the item. It shows no value.
    pub error: DecodeError,
}

/// A page of a list.
struct PagePlace<'p> {
    operation: &'static str,
    /// Place of the items in the page.
    items: &'static str,
    cursor: Option<&'p str>,
}

/// Reads a page again without its unreadable items: it never changes an item, and never makes up a value. Returns the error as it was if
/// anything else is wrong.
fn read_page<T: Answer, I: Json>(
    core: &Core,
    error: Error,
    place: &PagePlace<'_>,
) -> Result<(Response<T>, Vec<LeftOut>), Error> {
    let mut left_out = Vec::new();
    let page = client::read_again(core, error, |body, limits| {
        let (body, unreadable) = without_unreadable::<I>(body, limits, place.items)?;
        left_out = unreadable;
        Some(body)
    })?;
    for one in &mut left_out {
        one.cursor = place.cursor.map(str::to_owned);
        tracing::warn!(
            operation = place.operation,
            item = one.pointer,
            reason = %one.error,
            "an item of a list does not match the contract and is left out"
        );
    }
    Ok((page, left_out))
}

/// Returns the page without the items that are not of this type; `None` if all are.
fn without_unreadable<T: Json>(body: &[u8], limits: &Limits, items: &str) -> Option<(Bytes, Vec<LeftOut>)> {
    let mut page: JsonValue = json::from_slice_within(body, limits).ok()?;
    let mut place = &mut page;
    for token in items.split('/').skip(1) {
        let JsonValue::Object(object) = place else { return None };
        place = object.get_mut(&token.replace("~1", "/").replace("~0", "~"))?;
    }
    let JsonValue::Array(list) = place else { return None };
    let mut left_out = Vec::new();
    for (index, item) in std::mem::take(list).into_iter().enumerate() {
        let written = json::to_vec(&item).ok()?;
        match json::from_slice_within::<T>(&written, limits) {
            Ok(_) => list.push(item),
            Err(error) => left_out.push(LeftOut {
                cursor: None,
                pointer: format!("{items}/{index}"),
                error,
            }),
        }
    }
    let body = json::to_vec(&page).ok().filter(|_| !left_out.is_empty())?;
    Some((body.into(), left_out))
}

#[cfg(test)]
mod tests;
