//! In: the resources that the server remembers. Out: a page of them, and one for each: its timeline beside the picture of its states, and
//! its next moves. Never: a move that the page makes itself (`act.rs`).

use super::form::{choice, choices, filter, form, hidden, search};
use super::html::{self, Html, around, element, link, row, text};
use super::name;
use super::page::{FOLDER, Page, block, heading, mark};
use super::timeline::timeline;
use super::visit::{ROWS, Visit, escaped};
use crate::view::{self, Life, Thing, Wanted};
use sdkwright_picture::{Diagram, Line, Role, State};
use std::collections::BTreeMap;

pub(super) fn list(visit: &Visit<'_>) -> Page {
    let app = &visit.shared.app;
    let found = view::things(
        app,
        &Wanted {
            schema: visit.asked("kind").map(str::to_owned),
            owner: visit.asked("owner").map(str::to_owned),
            like: visit.asked("q").map(|text| view::like(app, text)),
            before: visit.before(),
            most: ROWS,
        },
    );
    let last = found.rows.last().filter(|_| found.is_more).map(|thing| thing.number);
    let is_empty = found.rows.is_empty();
    let rows = found.rows.iter().map(|thing| line(visit, thing));
    let empty = is_empty.then(|| around("p", "quiet", "Nothing was created yet."));
    let content = [
        filters(visit, &found.counts),
        html::list(
            "resources",
            &["Kind", "Id", "Reference, name", "State", "Belongs to"],
            rows,
        ),
        empty.unwrap_or_default(),
        visit.pager(last),
    ];
    visit.list("resources", "Resources", content.into_iter().collect())
}

/// The search and the filters; the address contains what is set.
fn filters(visit: &Visit<'_>, counts: &BTreeMap<String, usize>) -> Html {
    let kinds = counts
        .iter()
        .map(|(name, count)| (name.clone(), format!("{name} ({count})")));
    let (kinds, owners) = (kinds.collect::<Vec<_>>(), visit.owners("owner"));
    let fields = [
        search("Id, reference, name", visit.asked("q")),
        choices("Any kind", "kind", &kinds, visit.asked("kind")),
        choices("Any owner", "owner", &owners, visit.asked("owner")),
    ];
    filter("resources", fields.into_iter(), visit.clear())
}

fn line(visit: &Visit<'_>, thing: &Thing) -> Html {
    let id = thing.id.as_deref().unwrap_or("no id");
    row([
        html::soft(&thing.schema),
        element("code", &[], [link(&format!("{FOLDER}resources/{}", thing.number), id)]),
        text(&thing.label),
        state(visit, thing),
        owners(visit, thing),
    ])
}

pub(super) fn state(visit: &Visit<'_>, thing: &Thing) -> Html {
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

fn owners(visit: &Visit<'_>, thing: &Thing) -> Html {
    let owners = view::owners_of(&visit.shared.app, thing);
    html::spaced(owners.iter().map(name::short))
}

pub(super) fn one(visit: &Visit<'_>, number: u64) -> Option<Page> {
    let app = &visit.shared.app;
    let thing = view::by_number(app, number)?;
    let life = view::life(app, &thing.schema);
    let owned = thing.id.as_deref().map(|id| {
        let href = format!("{FOLDER}resources?owner={}", escaped(id));
        link(&href, "list")
    });
    let facts = html::facts([
        ("Id", thing.id.as_ref().map(|id| around("code", "", id))),
        ("Reference, name", (!thing.label.is_empty()).then(|| text(&thing.label))),
        ("State", thing.state.as_ref().map(|_| state(visit, &thing))),
        ("Belongs to", (!thing.owners.is_empty()).then(|| owners(visit, &thing))),
        (
            "Created by",
            Some(html::soft(thing.made_by.as_deref().unwrap_or("the server"))),
        ),
        ("Resources that belong to it", owned),
    ]);
    let value = serde_json::to_string_pretty(&thing.value).unwrap_or_default();
    let now = [facts].into_iter().chain(life.map(|life| states(visit, &thing, &life)));
    let sections = [
        element("section", &[("class", "now")], now),
        element(
            "section",
            &[("class", "past")],
            [heading("Timeline"), timeline(visit, &thing)],
        ),
        element("section", &[], [heading("Present value"), block(value)]),
    ];
    let title = format!("{} {}", thing.schema, thing.label);
    Some(Page {
        pulse: Some(visit.pulse()),
        ..Page::new("resources", title, element("div", &[("class", "halves")], sections))
    })
}

/// The picture of the states, and the moves from the present one.
fn states(visit: &Visit<'_>, thing: &Thing, life: &Life) -> Html {
    let present = thing.state.as_deref();
    let number = thing.number.to_string();
    let next = life.lifecycle.arrows().filter(|one| Some(one.from.as_str()) == present);
    let rows: Vec<Html> = next
        .map(|one| {
            let (to, by) = (one.to, one.by);
            let button = if by == life.owner {
                form(
                    "state",
                    [hidden("number", &number), hidden("to", &to)],
                    &format!("Move to {to}"),
                )
            } else {
                html::spaced([text(to), around("span", "quiet", "by a call of"), html::soft(&by)])
            };
            element("li", &[], [button])
        })
        .collect();
    let moves = if rows.is_empty() {
        around("p", "quiet", "None: this is a final state.")
    } else {
        element("ul", &[("class", "moves")], rows)
    };
    let all = life.states.iter().map(String::as_str);
    let any = form(
        "state",
        [hidden("number", &number), choice("Any state", "to", all, present)],
        "Set state",
    );
    let endings = view::endings(&visit.shared.app, thing).into_iter().map(|one| {
        let states = one.course.to.join(", ");
        (one.name.clone(), format!("{}: {states}", one.name))
    });
    let endings: Vec<(String, String)> = endings.collect();
    let ending = (!endings.is_empty()).then(|| {
        let all = choices("Ending of a scenario", "ending", &endings, None);
        form("ending", [hidden("number", &number), all], "Lead there")
    });
    let note = "Solid lines are calls of your application, dashed lines are transitions by the API's owner.";
    let parts = [
        heading("States"),
        html::picture(&diagram(life, present)).unwrap_or_default(),
        around("p", "quiet", note),
        heading("Next moves"),
        moves,
        element("div", &[("class", "forms")], [any].into_iter().chain(ending)),
    ];
    parts.into_iter().collect()
}

/// The states of a lifecycle, the initial one first, and the arrows between them.
fn diagram(life: &Life, present: Option<&str>) -> Diagram {
    let lifecycle = &life.lifecycle;
    let arrows: Vec<(String, String, String)> = lifecycle.arrows().map(|one| (one.from, one.to, one.by)).collect();
    let mut names: Vec<&str> = Vec::new();
    let ends = arrows.iter().flat_map(|(from, to, _)| [from, to]);
    for name in lifecycle.initial.iter().chain(&life.states).chain(ends) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let state = |name: &&str| {
        let is_in = |list: &[String]| list.iter().any(|one| one == name);
        let roles = [
            (Role::Present, present == Some(*name)),
            (Role::Initial, lifecycle.initial.as_deref() == Some(*name)),
            (Role::Done, is_in(&lifecycle.done)),
            (Role::Final, is_in(&lifecycle.terminal)),
            (Role::NeedsAction, is_in(&lifecycle.needs_action)),
        ];
        let roles = roles.iter().filter_map(|(role, is_so)| is_so.then_some(*role));
        State {
            name: (*name).to_owned(),
            roles: roles.collect(),
        }
    };
    let mut diagram = Diagram::new("States".to_owned(), names.iter().map(state).collect());
    let place = |name: &String| names.iter().position(|known| known == name);
    for (from, to, by) in &arrows {
        if let (Some(from), Some(to)) = (place(from), place(to)) {
            let (text, is_ours) = (by.clone(), *by != life.owner);
            diagram.connect(from, to, vec![Line { text, is_ours }]);
        }
    }
    diagram
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle;
    use serde_json::json;

    #[test]
    fn every_state_and_arrow_of_the_contract_is_drawn_and_the_present_state_is_marked() {
        let life = Life {
            states: ["SENT", "NEW", "ASK", "END", "<LOST>"].map(str::to_owned).to_vec(),
            lifecycle: Lifecycle::read(&json!({
                "initial": "NEW", "done": ["END"], "terminal": ["<LOST>"], "needsAction": ["ASK"],
                "transitions": [
                    { "from": "NEW", "to": "SENT", "by": "send" },
                    { "from": ["SENT", "ASK"], "to": "END", "by": "owner" },
                    { "from": "SENT", "to": "ASK", "by": "owner" },
                    { "from": "ASK", "to": "SENT", "by": "answer" },
                    { "from": "ASK", "to": "ASK", "by": "owner" },
                    { "from": "SENT", "to": "<LOST>", "by": "owner" }
                ]
            })),
            owner: "owner".to_owned(),
        };
        let svg = html::picture(&diagram(&life, Some("SENT"))).unwrap().into_string();
        assert_eq!(
            svg.matches("<rect class=\"box").count(),
            6,
            "five, and the final one twice: {svg}"
        );
        assert_eq!(svg.matches("<polygon ").count(), 7, "{svg}");
        assert_eq!(svg.matches("<path class=\"line ours\"").count(), 2, "{svg}");
        assert_eq!(svg.matches("class=\"present\"").count(), 1, "{svg}");
        assert!(svg.contains("States: NEW (initial), SENT (present), "), "{svg}");
        assert!(svg.contains("&lt;LOST&gt;") && !svg.contains("<LOST>"), "{svg}");
    }
}
