//! In: a form of a page. Out: what it asks for, carried out, and the page to go on with; for settings the page with all their
//! forms. Never: an action without the token of this server's pages.

use super::page::{self, Visit, token};
use crate::environment;
use crate::operation;
use crate::outbox::{DeliveryPolicy, Mail};
use crate::request::{Reply, Request};
use crate::requested_faults::{Faults, RequestedFaults};
use crate::server_model::{ServerBehavior, ServerModel};
use crate::shared::locked;
use crate::view;
use minijinja::context;
use minijinja::value::Serde;
use std::str::FromStr;

/// Carries out a form.
pub(super) fn act(visit: &Visit<'_>, request: &Request) -> Reply {
    let text = String::from_utf8_lossy(&request.body);
    let fields = operation::query(&format!("?{text}"));
    let value = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    if value("token") != token() {
        return page::sent(
            403,
            "text/plain; charset=utf-8",
            "This form is not from a page of this sandbox, or from an earlier start of it: load the page again.\n"
                .to_owned(),
        );
    }
    let done = match visit.path {
        "state" => state(visit, value("number"), value("to")),
        "ending" => ending(visit, value("number"), value("ending")),
        "target" => target(visit, value("url")),
        "manner" => manner(visit, &joined(&fields, "manner")),
        "deliver" => deliver(visit, value("event")),
        "again" => again(visit, value("number")),
        "clock" => clock(visit, value("seconds")),
        "step" => step(visit, value("seconds")),
        "conduct" => conduct(visit, value("model"), value("seed"), value("percent")),
        "answer" => answer(visit, &joined(&fields, "answer")),
        _ => Err("There is no such form.".to_owned()),
    };
    match done {
        Ok(path) => page::to(&path),
        Err(wrong) => settings_page(visit, Some(&wrong)),
    }
}

fn state(visit: &Visit<'_>, number: &str, to: &str) -> Result<String, String> {
    let number = number
        .parse()
        .map_err(|_| format!("`{number}` is not the number of a resource."))?;
    let app = &visit.shared.app;
    let known = view::by_number(app, number).and_then(|thing| view::life(app, &thing.schema));
    if !known.is_some_and(|life| life.states.iter().any(|state| state == to)) {
        return Err(format!("The resource {number} has no state `{to}`."));
    }
    visit.shared.send(app.put(number, to)?);
    Ok(format!("resources/{number}"))
}

/// Leads a resource to the ending of a scenario.
fn ending(visit: &Visit<'_>, number: &str, name: &str) -> Result<String, String> {
    let app = &visit.shared.app;
    let thing = number.parse().ok().and_then(|number| view::by_number(app, number));
    let thing = thing.ok_or_else(|| format!("`{number}` is not the number of a resource."))?;
    let ending = view::endings(app, &thing).into_iter().find(|one| one.name == name);
    let ending = ending.ok_or_else(|| format!("No scenario `{name}` continues from this state."))?;
    app.lead(thing.number, ending.course)?;
    Ok(format!("resources/{number}"))
}

/// The fields of a form as words with commas: those that were chosen, and a delay.
fn joined(fields: &[(String, String)], name: &str) -> String {
    let words = fields.iter().filter(|(_, value)| !value.trim().is_empty());
    let words = words.filter_map(|(known, value)| match known.as_str() {
        "delay" => Some(format!("delay:{}", value.trim())),
        known => (known == name).then(|| value.clone()),
    });
    words.collect::<Vec<_>>().join(",")
}

fn target(visit: &Visit<'_>, url: &str) -> Result<String, String> {
    let url = url.trim();
    if !url.is_empty() && !url.starts_with("http://") {
        return Err(format!(
            "`{url}` is not an http URL; webhooks are delivered to http URLs only."
        ));
    }
    visit.shared.app.post.send_to((!url.is_empty()).then(|| url.to_owned()));
    Ok("deliveries".to_owned())
}

fn manner(visit: &Visit<'_>, words: &str) -> Result<String, String> {
    let manner: DeliveryPolicy = words.trim().parse()?;
    visit.shared.app.post.send_as(manner);
    Ok("deliveries".to_owned())
}

fn deliver(visit: &Visit<'_>, event: &str) -> Result<String, String> {
    let app = &visit.shared.app;
    let url = app
        .post
        .url()
        .ok_or("No URL of a receiver is set; set one with `--webhook-url`, or on the page of deliveries.")?;
    let mail = app.example(event).map_err(|error| error.to_string())?;
    visit.shared.send_to(mail, url);
    Ok("deliveries".to_owned())
}

/// Delivers the same event again, signed anew.
fn again(visit: &Visit<'_>, number: &str) -> Result<String, String> {
    let known = number
        .parse()
        .ok()
        .and_then(|number| locked(&visit.shared.deliveries).get(number));
    let one = known.ok_or_else(|| format!("The delivery {number} is no longer stored."))?;
    let body = serde_json::from_slice(&one.body).map_err(|error| error.to_string())?;
    let (url, event) = (one.url.clone(), one.event.clone());
    let origin = one.origin;
    let mail = Mail {
        number: None,
        event,
        body,
        origin,
    };
    visit.shared.send_to(mail, url);
    Ok("deliveries".to_owned())
}

/// Reads a number of seconds.
fn read<N: FromStr>(seconds: &str) -> Result<N, String> {
    let number = seconds.trim().parse();
    number.map_err(|_| format!("`{seconds}` is not a number of seconds."))
}

fn clock(visit: &Visit<'_>, seconds: &str) -> Result<String, String> {
    visit.shared.app.clock.set_offset(read(seconds)?);
    Ok("settings".to_owned())
}

fn step(visit: &Visit<'_>, seconds: &str) -> Result<String, String> {
    visit.shared.app.clock.step(read(seconds)?);
    visit.shared.advance();
    visit.shared.send(visit.shared.app.save());
    Ok("settings".to_owned())
}

fn conduct(visit: &Visit<'_>, model: &str, seed: &str, percent: &str) -> Result<String, String> {
    let model: ServerModel = model.parse()?;
    let faults: Option<Faults> = match (seed.trim(), percent.trim()) {
        (_, "" | "0") => None,
        (seed, percent) => Some(format!("{seed}:{percent}").parse()?),
    };
    visit.shared.app.behavior.set(ServerBehavior { model, faults });
    Ok("settings".to_owned())
}

fn answer(visit: &Visit<'_>, text: &str) -> Result<String, String> {
    let app = &visit.shared.app;
    let forced = RequestedFaults::parse(&app.api.contract, text)?;
    app.state().faults.push_back(forced);
    Ok("settings".to_owned())
}

pub(super) fn settings_page(visit: &Visit<'_>, wrong: Option<&str>) -> Reply {
    let app = &visit.shared.app;
    let contract = &app.api.contract;
    let (clock, conduct) = (&app.clock, app.behavior.now());
    let offset = clock.offset();
    let exports = environment::export_lines(&view::environment(app, &visit.base_url()), &app.credentials.hidden);
    let codes: Vec<_> = contract
        .extensions
        .registry
        .iter()
        .map(|(code, row)| (code, row.status))
        .collect();
    let operations = contract
        .operations
        .iter()
        .map(|one| (&one.id, &one.method, &one.template));
    let values = context! {
        wrong,
        clock => context! {
            offset,
            now => clock.now().rfc3339(),
            life => clock.life().rfc3339(),
            ahead => [60, 3_600, 86_400].map(|seconds| offset.saturating_add(seconds)).to_vec(),
        },
        models => Serde(ServerModel::ALL.map(|model| (model.name(), model.explanation()))),
        model => conduct.model.name(),
        percent => conduct.faults.map(|faults| faults.percent),
        seed => conduct.faults.map_or(1, |faults| faults.seed),
        waiting => app.state().faults.len(),
        codes => Serde(codes),
        client => &app.credentials.client_id,
        exports => exports.join("\n"),
        operations => Serde(operations.collect::<Vec<_>>()),
    };
    visit.still(if wrong.is_some() { 400 } else { 200 }, "settings", "Settings", values)
}
