//! In: the clock, the server model, the faults and the answers that wait. Out: a page that shows them, with a form for each. Never: a change of them
//! (`act.rs`).

use super::form::{form, hidden, number, option};
use super::html::{Html, around, element, link, row, soft, spaced, table, text, void};
use super::page::{Page, block, heading};
use super::visit::{Visit, escaped};
use crate::environment;
use crate::server_model::ServerModel;
use crate::view;

pub(super) fn page(visit: &Visit<'_>, wrong: Option<&str>) -> Page {
    let wrong_note = wrong.map(|wrong| around("p", "verdict bad", wrong));
    let sections = [time(visit), conduct(visit), answers(visit), client(visit)];
    Page {
        status: if wrong.is_some() { 400 } else { 200 },
        ..Page::new("settings", "Settings", wrong_note.into_iter().chain(sections).collect())
    }
}

/// Responses that a call can be given: the word of `Sandbox-Answer`, and what it does.
const RESPONSES: [(&str, &str); 17] = [
    ("drop", "executed, then no response"),
    ("drop:before", "not executed, no response"),
    ("truncate", "executed, the response is cut off"),
    ("empty", "executed, a success without a body"),
    ("empty:before", "not executed, a success without a body"),
    ("status=502", "not executed, 502 as a proxy's page"),
    ("status=503", "not executed, 503 as a proxy's page"),
    ("status=504", "not executed, 504 as a proxy's page"),
    ("status=200", "not executed, 200 with a maintenance page"),
    ("firewall=403", "executed, then 403 as a firewall's page"),
    ("gateway", "not executed, a gateway's own problem"),
    ("invalid", "refused as invalid after the key was stored"),
    ("twice", "handled twice, one after the other"),
    ("twice:at-once", "handled twice at the same time"),
    ("killed", "executed, then the server crashes"),
    ("killed:before", "the server crashes before the action"),
    ("extra", "unknown members in the response"),
];

/// Time in which resources live: only resources notice it.
fn time(visit: &Visit<'_>) -> Html {
    let clock = &visit.shared.app.clock;
    let offset = clock.offset();
    let life = format!("Resources are at {}.", clock.life().rfc3339());
    let pass = |seconds: u32, label: &str| form("step", [hidden("seconds", &seconds.to_string())], label);
    let steps = [
        pass(60, "Advance 1 minute"),
        pass(3_600, "Advance 1 hour"),
        pass(86_400, "Advance 1 day"),
        form("step", [number("Seconds to advance", "seconds", "10")], "Advance"),
    ];
    let shows = format!(
        "The clock shows {}, {offset} seconds ahead of the system's.",
        clock.now().rfc3339()
    );
    let set = |seconds: i64, label: &str| {
        let seconds = offset.saturating_add(seconds).to_string();
        form("clock", [hidden("seconds", &seconds)], label)
    };
    let forms = [
        set(60, "Set 1 minute ahead"),
        set(3_600, "Set 1 hour ahead"),
        set(86_400, "Set 1 day ahead"),
        form(
            "clock",
            [number("Seconds ahead of the system", "seconds", &offset.to_string())],
            "Set",
        ),
        form("clock", [hidden("seconds", "0")], "Reset to the system's time"),
    ];
    let parts = [
        heading("Time of resources"),
        around(
            "p",
            "",
            "Makes payouts arrive and quotes expire sooner. Signatures, keys and the Date header do not change.",
        ),
        around("p", "quiet", life),
        element("div", &[("class", "forms")], steps),
        heading("Clock of the server"),
        around(
            "p",
            "",
            "Tests a client whose clock differs, and the retention of keys: timestamps of signatures are compared with it.",
        ),
        around("p", "quiet", shows),
        element("div", &[("class", "forms")], forms),
    ];
    parts.into_iter().collect()
}

fn conduct(visit: &Visit<'_>) -> Html {
    let conduct = visit.shared.app.behavior.now();
    let models = ServerModel::ALL.map(|model| {
        let attributes = [
            ("type", "radio"),
            ("name", "model"),
            ("value", model.name()),
            ("checked", ""),
        ];
        let count = if model == conduct.model { 4 } else { 3 };
        let name = around("code", "", model.name());
        let words = [void("input", &attributes[..count]), name, text(model.explanation())];
        element("label", &[("class", "check")], [spaced(words)])
    });
    let faults = conduct.faults;
    let text_of = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
    let fields = [
        element("fieldset", &[], models),
        number(
            "Percent of calls with a fault",
            "percent",
            &text_of(faults.map(|one| one.percent.into())),
        ),
        number(
            "Seed of the faults",
            "seed",
            &faults.map_or_else(|| "1".to_owned(), |one| one.seed.to_string()),
        ),
    ];
    let note = "A model is a server that deviates from the contract. Faults drop, delay, cut off, repeat or refuse calls, the same ones for the same seed.";
    let parts = [
        heading("Server model and faults"),
        around("p", "", note),
        form("conduct", fields, "Apply"),
    ];
    parts.into_iter().collect()
}

fn answers(visit: &Visit<'_>) -> Html {
    let waiting = visit.shared.app.state().faults.len();
    let note = format!("RequestedFaults responses of the next calls: {waiting}.");
    let registry = &visit.shared.app.api.contract.extensions.registry;
    let codes = registry
        .iter()
        .map(|(code, row)| option(code, &format!("{code} ({})", row.status), false));
    let codes = element("optgroup", &[("label", "Problem of the contract")], codes);
    let replayed = registry
        .keys()
        .map(|code| option(&format!("replayed:{code}"), code, false));
    let replayed = element("optgroup", &[("label", "Problem as a stored response")], replayed);
    let others = RESPONSES
        .iter()
        .map(|(word, label)| option(word, &format!("{word}: {label}"), false));
    let others = element("optgroup", &[("label", "Lost, damaged or repeated")], others);
    let usual = option("", "Usual response", true);
    let select = element("select", &[("name", "answer")], [usual, others, codes, replayed]);
    let label = element("label", &[], [around("span", "", "Response"), select]);
    let parts = [
        heading("Response of the next call"),
        around("p", "", "The header Sandbox-Answer does the same for one call."),
        around("p", "quiet", note),
        form("answer", [label, number("Delay in ms", "delay", "")], "Add"),
    ];
    parts.into_iter().collect()
}

/// The settings of a client, and the operations that it can call.
fn client(visit: &Visit<'_>) -> Html {
    let app = &visit.shared.app;
    let exports = environment::export_lines(&view::environment(app, &visit.base_url()), &app.credentials.hidden);
    let operations = visit.shared.app.api.contract.operations.iter().map(|one| {
        row([
            soft(&one.id),
            around("code", "", &one.method),
            element("code", &[], [soft(&one.template)]),
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
