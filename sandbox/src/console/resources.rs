//! In: the resources that the server remembers. Out: a page of them, and one for each with the picture of its states and its next moves. Never: a
//! move that the page makes itself (`act.rs`).

use super::form::{choice, form, hidden};
use super::html::{self, Html, around, element, link, row, table, text};
use super::page::{FOLDER, Page, block, heading, mark};
use super::picture::picture;
use super::visit::{ROWS, Visit, escaped};
use crate::view::{self, Life, Thing, Wanted};

pub(super) fn list(visit: &Visit<'_>) -> Page {
    let schema = visit.asked("kind");
    let owner = visit.asked("owner");
    let found = view::things(
        &visit.shared.app,
        &Wanted {
            schema: schema.map(str::to_owned),
            owner: owner.map(str::to_owned),
            before: visit.before(),
            most: ROWS,
        },
    );
    let all = [(None, "All".to_owned())].into_iter();
    let kinds = found
        .counts
        .iter()
        .map(|(name, count)| (Some(name.as_str()), format!("{name} ({count})")));
    let filters = all.chain(kinds).map(|(name, label)| {
        let href = visit.again(&[("kind", name), ("before", None)]);
        let attributes = [("href", href.as_str()), ("aria-current", "true")];
        let count = if name == schema { 2 } else { 1 };
        element("a", &attributes[..count], [text(label)])
    });
    let last = found.rows.last().filter(|_| found.is_more).map(|thing| thing.number);
    let is_empty = found.rows.is_empty();
    let rows = found.rows.iter().map(|thing| line(visit, thing));
    let of_owner = owner.map(|owner| {
        let every = link(&visit.again(&[("owner", None), ("before", None)]), "show all");
        element("p", &[], [text(format!("Those of {owner}: ")), every])
    });
    let empty = is_empty.then(|| around("p", "quiet", "Nothing was made yet."));
    let content = [
        element("p", &[("class", "filters")], filters),
        of_owner.unwrap_or_default(),
        html::list(&["Kind", "Id", "State", "Belongs to", "Made by"], rows),
        empty.unwrap_or_default(),
        visit.pager(last),
    ];
    Page {
        status: 200,
        tab: "resources",
        title: "Resources".to_owned(),
        content: content.into_iter().collect(),
        pulse: visit.before().is_none().then(|| visit.pulse()),
        ..Page::default()
    }
}

fn line(visit: &Visit<'_>, thing: &Thing) -> Html {
    let id = thing.id.as_deref().unwrap_or("no id");
    row([
        text(&thing.schema),
        element("code", &[], [link(&format!("{FOLDER}resources/{}", thing.number), id)]),
        state(visit, thing),
        owners(thing),
        text(thing.made_by.as_deref().unwrap_or_default()),
    ])
}

fn state(visit: &Visit<'_>, thing: &Thing) -> Html {
    let Some(state) = &thing.state else {
        return Html::default();
    };
    let life = view::life(&visit.shared.app, &thing.schema);
    let has = |states: fn(&Life) -> &Vec<String>| life.as_ref().is_some_and(|life| states(life).contains(state));
    let class = match () {
        () if has(|life| &life.lifecycle.done) => "good",
        () if has(|life| &life.lifecycle.terminal) => "bad",
        () => "quiet",
    };
    mark(class, state)
}

fn owners(thing: &Thing) -> Html {
    let links = thing.owners.iter().map(|(_, id)| {
        let href = format!("{FOLDER}resources?owner={}", escaped(id));
        element("code", &[], [link(&href, id), text(" ")])
    });
    links.collect()
}

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Page> {
    let app = &visit.shared.app;
    let thing = view::by_number(app, number)?;
    let life = view::life(app, &thing.schema);
    let id = thing.id.clone().unwrap_or_else(|| "no id".to_owned());
    let belongings = format!("{FOLDER}resources?owner={}", escaped(&id));
    let facts = html::facts([
        ("Id", Some(around("code", "", &id))),
        ("State", thing.state.as_ref().map(|_| state(visit, &thing))),
        ("Belongs to", (!thing.owners.is_empty()).then(|| owners(&thing))),
        ("Made by", Some(text(thing.made_by.as_deref().unwrap_or("the server")))),
        ("What belongs to it", Some(link(&belongings, "list"))),
    ]);
    let states = life.map(|life| states(&thing, &life)).unwrap_or_default();
    let value = serde_json::to_string_pretty(&thing.value).unwrap_or_default();
    let content = [facts, states, heading("What a read answers"), block(value)];
    Some(Page {
        status: 200,
        tab: "resources",
        title: thing.schema.clone(),
        content: content.into_iter().collect(),
        pulse: Some(visit.pulse()),
        ..Page::default()
    })
}

/// The picture of the states, and the moves from the present one.
fn states(thing: &Thing, life: &Life) -> Html {
    let present = thing.state.as_deref();
    let number = thing.number.to_string();
    let action = "state";
    let next = life
        .lifecycle
        .arrows()
        .filter(|(from, ..)| Some(from.as_str()) == present);
    let rows: Vec<Html> = next
        .map(|(_, to, by)| {
            let is_owners = by == life.owner;
            let who = if is_owners {
                element("strong", &[], [text(&by)])
            } else {
                [text("a call of "), around("code", "", &by)].into_iter().collect()
            };
            let button = if is_owners {
                form(
                    action,
                    [hidden("number", &number), hidden("to", &to)],
                    &format!("Move to {to}"),
                )
            } else {
                around("span", "quiet", "make the call")
            };
            row([text(to), who, button])
        })
        .collect();
    let moves = if rows.is_empty() {
        around("p", "quiet", "None: this is the end.")
    } else {
        table(&["To", "By", ""], rows)
    };
    let all = life.states.iter().map(String::as_str);
    let any = form(
        action,
        [hidden("number", &number), choice("Any state", "to", all, present)],
        "Put",
    );
    let note = "Solid lines are calls of your program, dashed ones are moves of the other side.";
    let parts = [
        heading("States"),
        picture(life, present).unwrap_or_default(),
        around("p", "quiet", note),
        heading("Next moves"),
        moves,
        any,
    ];
    parts.into_iter().collect()
}
