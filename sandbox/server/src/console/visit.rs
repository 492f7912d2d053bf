//! In: a request for a page. Out: the words of its query, and what all pages are framed by. Never: the content of a page.

use super::page::{self, FOLDER};
use crate::encode::percent_encode;
use crate::request::Reply;
use crate::shared::{SharedServer, locked};
use crate::view;
use minijinja::value::Serde;
use minijinja::{Value as Data, context};
use serde_json::Value;
use std::collections::BTreeMap;

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
        page::page(status, values)
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
