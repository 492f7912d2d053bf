//! What the contract says of an API, as the world needs it: descriptions of generated code come in, answers about them go out.

use crate::grammar::outcome;
use sdkwright_runtime::description::{Api, Description, Subject};
use sdkwright_runtime::idempotency::{KeyIntent, Retention};
use sdkwright_runtime::testing::Sample;
use sdkwright_runtime::{JsonValue, ProblemRow, RowOutcome};

use crate::json;

/// The tables of one API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) api: &'static Api,
    pub(crate) samples: &'static [Sample],
}

impl Table {
    /// Returns the operation of a request, and the arguments of its path.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<(&'static Sample, Vec<(&'static str, String)>)> {
        let found = self.samples.iter().filter_map(|sample| {
            let operation = sample.operation;
            (operation.method == method).then(|| Some((sample, arguments(operation.path, path)?)))?
        });
        // A template without arguments is more exact.
        found.min_by_key(|(_, arguments)| arguments.len())
    }

    pub(crate) fn of(&self, operation: &str) -> Option<&'static Sample> {
        self.samples.iter().find(|sample| sample.operation.id == operation)
    }

    pub(crate) fn is_safe(&self, operation: &Description) -> bool {
        matches!(operation.method, "GET" | "HEAD")
    }

    pub(crate) fn has_effect(&self, operation: &Description) -> bool {
        operation.intent == Some(KeyIntent::Effect)
    }

    pub(crate) fn status(&self, operation: &Description) -> u16 {
        self.of(operation.id).map_or(200, |sample| sample.status)
    }

    pub(crate) fn registry(&self) -> &'static [ProblemRow] {
        self.api.registry
    }

    /// Returns the members that each response of success has.
    pub(crate) fn required(&self, operation: &Description) -> Vec<&'static str> {
        let id = operation.creates.or(operation.ids.first().map(|(_, at)| *at));
        id.into_iter().chain(operation.state.map(|(at, _)| at)).collect()
    }

    pub(crate) fn repeats(&self, operation: &Description) -> bool {
        !operation.echoes.is_empty() || !operation.repeats.is_empty()
    }

    /// Returns the states of other responses, and the spelling of one of them in other letters.
    pub(crate) fn states(&self, operation: &Description) -> Vec<String> {
        let Some((at, starts)) = operation.state else {
            return Vec::new();
        };
        let mut all: Vec<String> = starts.iter().map(|state| (*state).to_owned()).collect();
        for sample in self.samples {
            let other = sample.operation;
            let state = json::read(sample.body.as_bytes()).and_then(|body| body.pointer(at).and_then(json::text));
            all.extend(state.filter(|_| other.state.is_some()));
        }
        all.extend(["EXPIRED", "NEVER-HEARD"].map(str::to_owned));
        all.sort();
        all.dedup();
        let misspelt: Vec<String> = starts
            .iter()
            .flat_map(|state| [state.to_lowercase(), format!("{state} ")])
            .collect();
        all.into_iter().chain(misspelt).collect()
    }

    /// Returns `true` for a state that only this operation reaches.
    pub(crate) fn proves(&self, operation: &Description, state: &str) -> bool {
        let own = self
            .of(operation.id)
            .and_then(|sample| json::read(sample.body.as_bytes()));
        operation
            .state
            .zip(own)
            .is_some_and(|((at, _), body)| body.pointer(at).and_then(JsonValue::as_str) == Some(state))
    }

    /// Returns `true` for a response that the contract declares as proof that nothing happened.
    pub(crate) fn is_refusal(&self, operation: &Description, row: &ProblemRow, status: u16, _is_whole: bool) -> bool {
        row.status == status && outcome(operation, row) == RowOutcome::NotExecuted
    }

    /// Returns the document of a problem code: with all its members, or with the code alone.
    pub(crate) fn problem(&self, code: Option<&str>, status: u16, is_whole: bool) -> JsonValue {
        let places = &self.api.problems;
        let mut document = JsonValue::Object(sdkwright_runtime::Object::new());
        let mut put = |at: &str, text: &str| json::set(&mut document, at, Some(JsonValue::from(text)));
        if is_whole {
            put("/type", "about:blank");
            put(places.title, "A problem");
            put(places.detail, "It did not work.");
        }
        if let Some(code) = code {
            put(places.code, code);
        }
        if is_whole {
            json::set(&mut document, "/status", Some(JsonValue::from(i64::from(status))));
        }
        document
    }

    pub(crate) fn problem_media(&self) -> &'static str {
        match self.api.problem_bodies.first().map(|body| body.media_type) {
            None | Some("*/*" | "application/*") => "application/json",
            Some(media) => media,
        }
    }

    /// Returns the code with which the server refuses a resource in another state.
    pub(crate) fn refusal(&self, status: u16) -> Option<&'static ProblemRow> {
        let keys = self.api.idempotency;
        let is_protocol =
            |code: &str| keys.is_some_and(|keys| keys.conflict == Some(code) || keys.in_progress == Some(code));
        let mut rows = self.registry().iter();
        rows.find(|row| row.status == status && !is_protocol(row.code))
    }

    /// Returns the time for which the server remembers a key, in milliseconds.
    pub(crate) fn retention(&self) -> u64 {
        match self.api.idempotency.map(|keys| keys.retention) {
            Some(Retention::Seconds(seconds)) => u64::from(seconds) * 1000,
            _ => 86_400_000,
        }
    }

    pub(crate) fn key_header(&self) -> &'static str {
        self.api
            .idempotency
            .and_then(|keys| keys.header)
            .unwrap_or("Idempotency-Key")
    }
}

/// Returns the arguments of a path, or `None` if it has another template.
fn arguments(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (mut named, mut own) = (template.split('/'), path.split('/'));
    let mut found = Vec::new();
    loop {
        match (named.next(), own.next()) {
            (None, None) => return Some(found),
            (Some(name), Some(value)) => match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => found.push((name, value.to_owned())),
                None if name == value => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

/// Returns a value of a request.
pub(crate) fn value(subject: Subject, path: &[(&'static str, String)], body: &JsonValue) -> Option<String> {
    match subject {
        Subject::Path(name) => path
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value.clone()),
        Subject::Body(at) => body.pointer(at).and_then(json::text),
    }
}
