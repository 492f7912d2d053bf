//! In: the postings of the server's ledger. Out: a page of accounts with their sums, and of postings, newest first. Never: a posting that the page
//! makes itself.

use super::html::{self, Html, around, element, link, row, table, text};
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
            "Nothing was posted yet. Postings are what `x-ledger` of the contract says of its transitions.",
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
    Page {
        status: 200,
        tab: "ledger",
        title: "Ledger".to_owned(),
        content,
        pulse: visit.before().is_none().then(|| visit.pulse()),
        ..Page::default()
    }
}

/// The sum over all accounts of each unit, which is zero.
fn sums(books: &Books) -> Html {
    let rows = books.sums.iter().map(|sum| {
        let verdict = if sum.is_zero {
            mark("good", "balanced")
        } else {
            mark("bad", "not balanced")
        };
        row([text(&sum.unit), around("code", "", &sum.amount), verdict])
    });
    table(&["Unit", "Sum of all accounts", ""], rows)
}

fn accounts(books: &Books) -> Html {
    let rows = books
        .accounts
        .iter()
        .take(ACCOUNTS)
        .map(|(account, unit, amount)| row([around("code", "", account), text(unit), around("code", "", amount)]));
    let shown = table(&["Account", "Unit", "Balance"], rows);
    let count = books.accounts.len();
    let note = (count > ACCOUNTS).then(|| around("p", "quiet", format!("The first {ACCOUNTS} of {count}.")));
    [shown].into_iter().chain(note).collect()
}

fn postings(books: &Books) -> Html {
    let rows = books.postings.iter().map(|posting| {
        let name = link(&format!("{FOLDER}resources/{}", posting.resource), &posting.schema);
        row([
            text(posting.number.to_string()),
            around("code", "", &posting.debit),
            around("code", "", &posting.credit),
            around("code", "", &posting.amount),
            text(&posting.unit),
            element("span", &[], [name, text(" "), around("code", "", &posting.id)]),
        ])
    });
    html::list(&["", "Debit", "Credit", "Amount", "Unit", "Because of"], rows)
}
