//! In: a request for a page. Out: the words of its query, and what all pages are framed by. Never: the content of a page.

use super::html::{self, Html};
use super::page::{self, FOLDER, Page};
pub(super) use crate::encode::percent_encode as escaped;
use crate::request::Reply;
use crate::shared::{Shared, locked};
use crate::view;
use serde_json::Value;

/// Rows of a page of a list.
pub(super) const ROWS: usize = 50;

/// A request for a page, with what pages are made of.
pub(super) struct Visit<'a> {
    pub(super) shared: &'a Shared,
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Vec<(String, String)>,
}

impl Visit<'_> {
    pub(super) fn framed(&self, page: Page) -> Reply {
        let title = self
            .shared
            .app
            .api
            .contract
            .root
            .pointer("/info/title")
            .and_then(Value::as_str);
        Page {
            contract: title.unwrap_or_default().to_owned(),
            ..page
        }
        .reply()
    }

    /// A page of the list at this address. Older pages stay as they are while somebody reads them.
    pub(super) fn list(&self, tab: &'static str, title: &str, content: Html) -> Page {
        Page {
            pulse: self.before().is_none().then(|| self.pulse()),
            ..Page::new(tab, title, content)
        }
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

    /// A link to this list without filters, if one is set.
    pub(super) fn clear(&self) -> Option<Html> {
        let is_set = self.query.iter().any(|(_, value)| !value.is_empty());
        is_set.then(|| html::link(&format!("{FOLDER}{}", self.path), "Clear"))
    }

    pub(super) fn before(&self) -> Option<u64> {
        self.asked("before")?.parse().ok()
    }

    /// The address of this list with other words in its query.
    pub(super) fn again(&self, words: &[(&str, Option<&str>)]) -> String {
        let kept = self
            .query
            .iter()
            .filter(|(name, _)| !words.iter().any(|(word, _)| word == name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let new = words.iter().filter_map(|(word, value)| Some((*word, (*value)?)));
        let pairs: Vec<String> = kept
            .chain(new)
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{FOLDER}{}{mark}{}", self.path, pairs.join("&"))
    }

    /// Links to the newest and to the older rows; `last` is the number of the last row that is shown.
    pub(super) fn pager(&self, last: Option<u64>) -> Html {
        let newest = self.before().map(|_| self.again(&[("before", None)]));
        let older = last.map(|last| self.again(&[("before", Some(&last.to_string()))]));
        page::pager(newest, older)
    }
}
