//! All that can happen to one request: tables of the contract come in, fates go out. Nothing here knows one API.
//!
//! Left out are full lies, which no client can see: a complete, declared success without the action, and a complete, declared
//! refusal after it.

use crate::table::Table;
use sdkwright_runtime::JsonValue;
use sdkwright_runtime::description::Description;

/// What happens to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    Good,
    /// No connection.
    NotSent,
    /// The connection breaks; `true`: after the server acted.
    Broken(bool),
    /// No response before the client's timeout; `true`: the server acted.
    Silent(bool),
    /// The connection breaks, and the request arrives minutes later.
    Late,
    /// The same as `Broken`, and the server cannot be reached for more than a day.
    Outage(bool),
    /// The process dies before it sends.
    Dies,
    /// The process dies after the server acted.
    DiesAfter,
    /// The process dies, and the request arrives minutes later.
    DiesLate,
    /// The server acts (`true`) or does not, and responds in this form.
    Shaped(bool, ReplyForm),
    /// A kept connection gives the response to an earlier request, or to one of another caller.
    Behind,
}

/// The form of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReplyForm {
    pub(crate) status: u16,
    pub(crate) media: Media,
    pub(crate) content: BodyKind,
    pub(crate) id: Id,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    /// That of the contract for such a response.
    Declared,
    Named(&'static str),
    Absent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// The whole response, as after the action.
    Whole,
    /// Only the ids.
    Ids,
    Without(&'static str),
    Null(&'static str),
    /// The member has a value of another type.
    Kind(&'static str, JsonValue),
    State(String),
    /// The response to another call, complete.
    Stranger,
    /// A problem document, with all other members or with the code alone.
    Problem(Option<String>, bool),
    Html,
    Empty,
    Cut,
}

/// The request id of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Id {
    Own,
    Absent,
    /// That of the last request of another process.
    Other,
}

const UNDECLARED: [u16; 6] = [200, 201, 202, 204, 206, 299];
const STATUSES: [u16; 20] = [
    302, 400, 401, 403, 404, 408, 409, 413, 418, 422, 425, 429, 440, 451, 499, 500, 502, 503, 504, 520,
];

/// Returns the fates of a request of an operation; the first one is good. `crowd`: other processes share the journal.
pub(crate) fn fates(table: &Table, operation: &Description, crowd: bool) -> Vec<Fate> {
    let mut all = vec![Fate::Good, Fate::NotSent, Fate::Dies];
    all.extend([true, false].map(Fate::Broken));
    all.push(Fate::Silent(true));
    if Table::is_safe(operation) {
        for (status, content) in [(200, BodyKind::Html), (503, BodyKind::Html), (404, BodyKind::Html)] {
            all.push(Fate::Shaped(false, shape(status, Media::Named("text/html"), content)));
        }
        all.extend([
            Fate::Behind,
            Fate::Shaped(false, shape(table.status(operation), Media::Declared, BodyKind::Cut)),
        ]);
        return all;
    }
    all.extend([Fate::Late, Fate::DiesAfter, Fate::DiesLate, Fate::Behind]);
    all.extend([true, false].map(Fate::Outage));
    let shapes: Vec<ReplyForm> = successes(table, operation, crowd)
        .into_iter()
        .chain(failures(table))
        .collect();
    for acts in [true, false] {
        let seen = shapes.iter().filter(|shape| !is_lie(table, operation, shape, acts));
        all.extend(seen.map(|shape| Fate::Shaped(acts, shape.clone())));
    }
    all
}

fn shape(status: u16, media: Media, content: BodyKind) -> ReplyForm {
    ReplyForm {
        status,
        media,
        content,
        id: Id::Own,
    }
}

fn successes(table: &Table, operation: &Description, crowd: bool) -> Vec<ReplyForm> {
    let declared = table.status(operation);
    let mut all: Vec<ReplyForm> = Vec::new();
    for id in [Id::Other, Id::Own, Id::Absent] {
        // Without another process no client can know the id, and without a value that repeats the request it sees nothing.
        if crowd || (id != Id::Other && Table::repeats(operation)) {
            let stranger = shape(declared, Media::Declared, BodyKind::Stranger);
            all.push(ReplyForm { id, ..stranger });
        }
    }
    let mut bodies = vec![
        BodyKind::Whole,
        BodyKind::Ids,
        BodyKind::Html,
        BodyKind::Empty,
        BodyKind::Cut,
    ];
    for member in table.members(operation).iter().filter(|member| !member.at.is_empty()) {
        let at = member.at;
        bodies.push(BodyKind::Without(at));
        // Where the contract allows null, the response is whole.
        bodies.extend((!member.is_nullable).then_some(BodyKind::Null(at)));
        let others = table.others(operation, at, &JsonValue::from("text"));
        bodies.extend(others.into_iter().map(|value| BodyKind::Kind(at, value)));
    }
    for state in Table::states(operation) {
        bodies.push(BodyKind::State(state));
    }
    bodies.push(BodyKind::Problem(None, false));
    all.extend(bodies.into_iter().map(|body| shape(declared, Media::Declared, body)));
    let undeclared = || {
        UNDECLARED
            .into_iter()
            .filter(|status| !Table::is_declared(operation, *status))
    };
    for content in [BodyKind::Whole, BodyKind::Ids, BodyKind::Html, BodyKind::Empty] {
        for media in ["text/html", "text/plain", "application/problem+json"].map(Media::Named) {
            all.push(shape(declared, media, content.clone()));
            all.extend(undeclared().take(2).map(|status| shape(status, media, content.clone())));
        }
        all.push(shape(declared, Media::Absent, content.clone()));
        all.extend(undeclared().map(|status| shape(status, Media::Declared, content.clone())));
    }
    all
}

fn failures(table: &Table) -> Vec<ReplyForm> {
    let mut all = Vec::new();
    for row in table.registry() {
        for whole in [true, false] {
            let code = Some(row.code.to_owned());
            all.push(shape(row.status, Media::Declared, BodyKind::Problem(code, whole)));
        }
        for misspelt in [row.code.to_lowercase(), format!("{} ", row.code)] {
            all.push(shape(
                row.status,
                Media::Declared,
                BodyKind::Problem(Some(misspelt), true),
            ));
        }
    }
    for status in STATUSES {
        let unknown = BodyKind::Problem(Some("x".to_owned()), false);
        all.push(shape(status, Media::Declared, unknown));
        all.push(shape(status, Media::Named("text/html"), BodyKind::Html));
        all.push(shape(status, Media::Absent, BodyKind::Empty));
    }
    all
}

/// Returns `true` for a response that is wrong about the action and has all that the contract promises.
fn is_lie(table: &Table, operation: &Description, shape: &ReplyForm, acts: bool) -> bool {
    let is_declared = Table::is_declared(operation, shape.status);
    match &shape.content {
        BodyKind::Problem(code, is_whole) if acts && shape.media == Media::Declared => {
            table.is_refusal(operation, code.as_deref(), shape.status, *is_whole)
        }
        BodyKind::Whole if !acts => is_declared && matches!(shape.media, Media::Declared | Media::Absent),
        BodyKind::Ids if !acts => is_declared && table.required(operation).len() == table.ids(operation).len(),
        BodyKind::State(state) if !acts => Table::proves(operation, state),
        BodyKind::Stranger if !acts => shape.id != Id::Other && !Table::repeats(operation),
        _ => false,
    }
}

/// Returns `true` for a response without the action that settles if a second one agrees: two of them are a full lie.
pub(crate) fn is_half_a_lie(table: &Table, operation: &Description, shape: &ReplyForm, acts: bool) -> bool {
    let is_unknown = matches!(&shape.content, BodyKind::State(state) if !Table::refutes(operation, state));
    let has_all = || table.required(operation).len() == table.ids(operation).len();
    let is_whole = shape.content == BodyKind::Whole || (shape.content == BodyKind::Ids && has_all());
    let is_whole = is_whole && !Table::is_declared(operation, shape.status);
    !acts && shape.media == Media::Declared && (is_unknown || is_whole)
}
