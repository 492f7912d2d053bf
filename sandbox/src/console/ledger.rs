//! In: the postings of the server's ledger. Out: a page of accounts with their sums, and of postings, newest first. Never: a posting that the page
//! makes itself.

use super::html::{self, Html, amount, around, element, link, row, soft, text};
use super::page::{FOLDER, Page, heading, mark};
use super::visit::{ROWS, Visit};
use crate::view::{self, Books};

/// Most accounts of a page.
const ACCOUNTS: usize = 200;

pub(super) fn page(visit: &Visit<'_>) -> Page {
    let books = view::books(&visit.shared.app, visit.before(), ROWS);
    let last = books
        .postings
        .last()
        .filter(|_| books.is_more)
        .map(|posting| posting.number);
    let content = if books.accounts.is_empty() {
        around(
            "p",
            "quiet",
            "Nothing was posted yet. `x-ledger` of the contract defines the postings of transitions.",
        )
    } else {
        [
            heading("Sums"),
            sums(&books),
            heading("Accounts"),
            accounts(&books),
            heading("Postings"),
            postings(&books),
            visit.pager(last),
        ]
        .into_iter()
        .collect()
    };
    visit.list("ledger", "Ledger", content)
}

/// The sum over all accounts of each unit, which is zero.
fn sums(books: &Books) -> Html {
    let rows = books.sums.iter().map(|sum| {
        let verdict = if sum.is_zero {
            mark("good", "balanced")
        } else {
            mark("bad", "not balanced")
        };
        row([amount(&sum.amount), text(&sum.unit), verdict])
    });
    html::list("ledger", &["Sum of all accounts", "Unit", ""], rows)
}

fn accounts(books: &Books) -> Html {
    let rows = books
        .accounts
        .iter()
        .take(ACCOUNTS)
        .map(|(name, unit, balance)| row([account(books, name), amount(balance), text(unit)]));
    let shown = html::list("ledger", &["Account", "Balance", "Unit"], rows);
    let count = books.accounts.len();
    let note = (count > ACCOUNTS).then(|| around("p", "quiet", format!("The first {ACCOUNTS} of {count}.")));
    [shown].into_iter().chain(note).collect()
}

fn postings(books: &Books) -> Html {
    let rows = books.postings.iter().map(|posting| {
        let href = format!("{FOLDER}resources/{}", posting.resource);
        let label = if posting.label.is_empty() {
            &posting.id
        } else {
            &posting.label
        };
        let id = (!posting.label.is_empty()).then(|| around("code", "quiet", &posting.id));
        let because = [soft(&posting.schema), link(&href, label)];
        row([
            text(posting.number.to_string()),
            account(books, &posting.debit),
            account(books, &posting.credit),
            amount(&posting.amount),
            text(&posting.unit),
            html::spaced(because.into_iter().chain(id)),
        ])
    });
    html::list("ledger", &["", "Debit", "Credit", "Amount", "Unit", "Because of"], rows)
}

/// An account, with reference and name of the resource whose id is a part of it.
fn account(books: &Books, name: &str) -> Html {
    let label = name.split(':').find_map(|part| books.labels.get(part));
    let label = label.map(|label| element("strong", &[("class", "label")], [text(label)]));
    html::spaced([element("code", &[], [soft(name)])].into_iter().chain(label))
}
