//! In: the clock, the server model, the faults and the answers that wait. Out: a page that shows them, with a form for each. Never: a change of them
//! (`act.rs`).

use super::visit::Visit;
use crate::environment;
use crate::request::Reply;
use crate::server_model::ServerModel;
use crate::view;
use minijinja::context;
use minijinja::value::Serde;

pub(super) fn page(visit: &Visit<'_>, wrong: Option<&str>) -> Reply {
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
