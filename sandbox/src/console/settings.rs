//! In: the clock, the server model, the faults and the answers that wait. Out: a page that shows them, with a form for each. Never: a change of them
//! (`act.rs`).

use super::form::{choice, field, form, hidden};
use super::html::{Html, around, element, link, row, table, text};
use super::page::{Page, block, heading};
use super::visit::{Visit, escaped};
use crate::server_model::ServerModel;

pub(super) fn page(visit: &Visit<'_>, wrong: Option<&str>) -> Page {
    let wrong_note = wrong.map(|wrong| around("p", "verdict bad", wrong));
    let sections = [time(visit), conduct(visit), answers(visit), client(visit)];
    Page {
        status: if wrong.is_some() { 400 } else { 200 },
        tab: "settings",
        title: "Settings".to_owned(),
        content: wrong_note.into_iter().chain(sections).collect(),
        ..Page::default()
    }
}

fn time(visit: &Visit<'_>) -> Html {
    let clock = &visit.shared.app.clock;
    let offset = clock.offset();
    let note = format!(
        "The server's clock shows {}, {} seconds ahead of the system's.",
        clock.now().rfc3339(),
        offset
    );
    let step = |seconds: i64, label: &str| {
        form(
            "clock",
            [hidden("seconds", &(offset.saturating_add(seconds)).to_string())],
            label,
        )
    };
    let forms = [
        step(60, "A minute on"),
        step(3_600, "An hour on"),
        step(86_400, "A day on"),
        form("clock", [hidden("seconds", "0")], "Back to the system's"),
        form("clock", [field("Seconds ahead", "seconds", &offset.to_string())], "Set"),
    ];
    let life = format!(
        "Resources live at {}. Steps of that time move them, and change no signature.",
        clock.life().rfc3339()
    );
    let pass = |seconds: u32, label: &str| form("step", [hidden("seconds", &seconds.to_string())], label);
    let steps = [
        pass(1, "A second passes"),
        pass(60, "A minute passes"),
        pass(3_600, "An hour passes"),
        form("step", [field("Seconds that pass", "seconds", "10")], "Step"),
    ];
    let parts = [
        heading("Time"),
        around("p", "", life),
        element("div", &[("class", "forms")], steps),
        around("p", "", note),
        element("div", &[("class", "forms")], forms),
    ];
    parts.into_iter().collect()
}

fn conduct(visit: &Visit<'_>) -> Html {
    let conduct = visit.shared.app.conduct.now();
    let faults = conduct
        .faults
        .map_or_else(String::new, |faults| format!("{}:{}", faults.seed, faults.percent));
    let models = ServerModel::ALL.map(ServerModel::name);
    let fields = [
        choice("Server model", "model", models, Some(conduct.model.name())),
        field("Faults, as seed:percent; empty for none", "faults", &faults),
    ];
    [heading("Server model and faults"), form("conduct", fields, "Switch")]
        .into_iter()
        .collect()
}

fn answers(visit: &Visit<'_>) -> Html {
    let waiting = visit.shared.app.state().forced.len();
    let note = format!("Answers that wait for the next calls: {waiting}.");
    let field = field("The next call is answered with", "answer", "");
    let words = "Words of the header Sandbox-Answer, such as a problem code, drop, delay:500, truncate or status=502.";
    let parts = [
        heading("The next answer"),
        around("p", "", note),
        form("answer", [field], "Add"),
        around("p", "quiet", words),
    ];
    parts.into_iter().collect()
}

/// The settings of a client, and the operations that it can call.
fn client(visit: &Visit<'_>) -> Html {
    let lines = crate::view::environment(&visit.shared.app, &visit.base_url());
    let exports: Vec<String> = lines
        .iter()
        .map(|(name, value)| format!("export {name}={value}"))
        .collect();
    let operations = visit.shared.app.contract.operations.iter().map(|one| {
        row([
            text(&one.id),
            around("code", "", &one.method),
            around("code", "", &one.template),
        ])
    });
    let details = [
        around("summary", "", "Operations"),
        table(&["Operation", "Method", "Path"], operations),
    ];
    let own = &visit.shared.app.credentials.client_id;
    let others = visit.shared.clients.iter().filter(|id| *id != own);
    let others: Vec<Html> = others
        .map(|id| link(&format!("/.sandbox/client?id={}", escaped(id)), format!("Show {id}")))
        .collect();
    let parts = [
        heading(&format!("Settings of the client {own}")),
        element("div", &[("class", "forms")], others),
        block(exports.join("\n")),
        element("details", &[], details),
    ];
    parts.into_iter().collect()
}
