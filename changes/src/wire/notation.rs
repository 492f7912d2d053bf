//! The notation of parameters and of headers of answers: media type, style, and whether there is a schema at all.

use super::finding::{Breaks, Effect, Finding, Reach, Uses};
use super::media;
use super::walk::Walk;
use crate::contract::Parameter;
use crate::shape::Kinds;

const RAW: &str = "whether clients send reserved characters as they are is not in the documents";

/// The same parameter or header of both sides.
type Sides<'p, 't> = (&'p Parameter<'t>, &'p Parameter<'t>);

/// Compares media type and style. `ids`: of another media type, of another style.
pub(super) fn compare<'t>(
    walk: &mut Walk<'_, 't>,
    reach: &Reach,
    (old, new): Sides<'_, 't>,
    subject: &str,
    ids: [&'static str; 2],
) {
    let is_same = match (old.media_type, new.media_type) {
        (Some(one), Some(other)) => media::is_same(one, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    if !is_same {
        let what = format!("{subject} in another format");
        let finding = Finding::new(ids[0], reach.clone(), Effect::CHANGED, what).at(Some(old.node), Some(new.node));
        let name = |parameter: &Parameter<'_>| parameter.media_type.map(str::to_owned);
        walk.findings.push(finding.values(name(old), name(new)));
        return;
    }
    if old.media_type.is_some() {
        return;
    }
    let (before, after) = (seen(walk, 0, old), seen(walk, 1, new));
    let (written, now) = (written(old), written(new));
    let effect = match (before == after, old.allow_reserved, new.allow_reserved) {
        (true, true, false) => Effect::new(Breaks::Maybe, Breaks::No),
        (true, was, is) if was == is && (written == now || old.style == new.style) => return,
        (true, ..) => Effect::NONE,
        (false, ..) => Effect::CHANGED,
    };
    let what = format!("{subject} in another notation");
    let finding = Finding::new(ids[1], reach.clone(), effect, what).at(Some(old.node), Some(new.node));
    walk.findings
        .push(finding.values(Some(written), Some(now)).because(RAW));
}

/// Compares the schemas, also where one side has none.
pub(super) fn schemas<'t>(
    walk: &mut Walk<'_, 't>,
    reach: &Reach,
    (old, new): Sides<'_, 't>,
    (uses, number): (Uses, usize),
) {
    let (id, effect, what) = match (old.schema, new.schema) {
        (Some(base), Some(revision)) => return walk.root(base, revision, uses, Some(number)),
        (None, Some(node)) if !walk.form(1, &[node]).is_any() => {
            ("parameter-schema-added", Effect::NARROWED, "has a schema and had none")
        }
        (Some(node), None) if !walk.form(0, &[node]).is_any() => (
            "parameter-schema-removed",
            Effect::WIDENED.soft_received(),
            "no longer has a schema",
        ),
        _ => return,
    };
    let what = format!("says of `{}` that it {what}", new.name);
    let finding = Finding::new(id, reach.clone(), effect, what).at(Some(old.node), Some(new.node));
    walk.findings.push(finding);
}

/// Returns the notation as the contract writes it.
fn written(parameter: &Parameter<'_>) -> String {
    let is_told = parameter.explode && parameter.style != "deepObject";
    let explode = if is_told { ", exploded" } else { "" };
    let reserved = if parameter.allow_reserved {
        ", reserved characters as they are"
    } else {
        ""
    };
    format!("{}{explode}{reserved}", parameter.style)
}

/// Returns what of the notation is seen on the wire: a single value has no separators, and `simple` writes a list in one way.
fn seen<'t>(walk: &mut Walk<'_, 't>, side: usize, parameter: &Parameter<'t>) -> (String, bool) {
    let kinds = parameter
        .schema
        .map_or(Kinds::ALL, |node| walk.form(side, &[node]).kinds);
    let style = parameter.style;
    let (has_list, has_object) = (kinds.touches(Kinds::ARRAY), kinds.touches(Kinds::OBJECT));
    let is_labelled = ["label", "matrix"].contains(&style);
    if !has_list && !has_object {
        return (if is_labelled { style } else { "" }.to_owned(), false);
    }
    let is_told = match style {
        "deepObject" => false,
        "simple" => has_object,
        _ => true,
    };
    (style.to_owned(), is_told && parameter.explode)
}
