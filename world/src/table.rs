//! The tables of an API: descriptions of generated code come in; samples, statuses and forms of failures go out.

use crate::message::{self, WireRequest};
use sdkwright_runtime::description::{Api, Description, Subject, Success};
use sdkwright_runtime::glue::{Member, MemberKind};
use sdkwright_runtime::idempotency::{KeyIntent, Retention};
use sdkwright_runtime::problem::ProblemBody;
use sdkwright_runtime::testing::Sample;
use sdkwright_runtime::{JsonValue, Object, ProblemRow, RowOutcome};

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

    pub(crate) fn sample_of(&self, operation: &str) -> Option<&'static Sample> {
        self.samples.iter().find(|sample| sample.operation.id == operation)
    }

    pub(crate) fn is_safe(operation: &Description) -> bool {
        matches!(operation.method, "GET" | "HEAD")
    }

    pub(crate) fn has_effect(operation: &Description) -> bool {
        operation.intent == Some(KeyIntent::Effect)
    }

    /// Returns the declared status of success that the server uses.
    pub(crate) fn status(&self, operation: &Description) -> u16 {
        self.sample_of(operation.id).map_or(200, |sample| sample.status)
    }

    /// Returns `true` if the contract declares the status as a success.
    pub(crate) fn is_declared(operation: &Description, status: u16) -> bool {
        let mut declared = operation.successes.iter();
        declared.any(|success| success.statuses().contains(&status))
    }

    /// Returns the members that each response of success has.
    pub(crate) fn members(&self, operation: &Description) -> &'static [Member] {
        let status = self.status(operation);
        let mut declared = operation
            .successes
            .iter()
            .filter(|success| success.statuses().contains(&status));
        declared.find_map(Success::members).unwrap_or_default()
    }

    /// Returns a response of success: that of the sample, or one with all members that the contract requires.
    pub(crate) fn promised(&self, sample: &Sample) -> JsonValue {
        if let Some(document) = message::parse(sample.body.as_bytes()) {
            return document;
        }
        let mut document = JsonValue::Object(Object::new());
        for member in self
            .members(sample.operation)
            .iter()
            .filter(|member| !member.at.is_empty())
        {
            // An object in a member can have required members that the table does not list.
            let value = if member.is_nullable {
                JsonValue::Null
            } else {
                value_of(member.kind)
            };
            message::set_member(&mut document, member.at, Some(value));
        }
        if let Some(rule) = sample.operation.state {
            // The contract lists states in the order of the lifecycle.
            let mut known = rule.known.iter();
            let state = known.find(|state| rule.proof.is_empty() || rule.proof.contains(state));
            message::set_member(&mut document, rule.at, state.map(|state| JsonValue::from(*state)));
        }
        document
    }

    pub(crate) fn registry(&self) -> &'static [ProblemRow] {
        self.api.registry
    }

    /// Returns the places of members that each response of success has.
    pub(crate) fn required(&self, operation: &Description) -> Vec<&'static str> {
        let members = self.members(operation).iter().map(|member| member.at);
        members.filter(|at| !at.is_empty()).collect()
    }

    /// Returns values of another type than the contract declares for a required member.
    pub(crate) fn others(&self, operation: &Description, at: &str, own: &JsonValue) -> Vec<JsonValue> {
        let kind = self
            .members(operation)
            .iter()
            .find(|member| member.at == at)
            .map(|member| member.kind);
        let all = [
            (
                JsonValue::from("other"),
                &[MemberKind::Id, MemberKind::Text, MemberKind::Decimal][..],
            ),
            (
                JsonValue::from(7_i64),
                &[MemberKind::Number, MemberKind::Integer, MemberKind::Decimal],
            ),
            (JsonValue::Bool(true), &[MemberKind::Boolean]),
            (JsonValue::Array(vec![own.clone()]), &[MemberKind::Array]),
            (JsonValue::Object(Object::new()), &[MemberKind::Object]),
        ];
        let is_other =
            |kinds: &[MemberKind]| kind.is_some_and(|kind| kind != MemberKind::Any && !kinds.contains(&kind));
        all.into_iter()
            .filter(|(_, kinds)| is_other(kinds))
            .map(|(value, _)| value)
            .collect()
    }

    /// Returns the places of the ids among the required members.
    pub(crate) fn ids(&self, operation: &Description) -> Vec<&'static str> {
        let required = self.required(operation);
        let ids = operation.ids.iter().map(|(_, at)| *at);
        ids.filter(|at| required.contains(at)).collect()
    }

    pub(crate) fn repeats(operation: &Description) -> bool {
        !operation.echoes.is_empty() || !operation.repeats.is_empty()
    }

    /// Returns the states that a response can show: all that the contract knows, an unknown one, and misspelt ones.
    pub(crate) fn states(operation: &Description) -> Vec<String> {
        let Some(rule) = operation.state else { return Vec::new() };
        let known = rule.known.iter().map(|state| (*state).to_owned());
        let misspelt = rule
            .known
            .first()
            .map_or_else(Vec::new, |state| vec![state.to_lowercase(), format!("{state} ")]);
        known.chain(["NEVER-HEARD".to_owned()]).chain(misspelt).collect()
    }

    /// Returns `true` for a state that only this operation reaches.
    pub(crate) fn proves(operation: &Description, state: &str) -> bool {
        let Some(rule) = operation.state else { return true };
        let of = if rule.proof.is_empty() { rule.known } else { rule.proof };
        of.contains(&state)
    }

    /// Returns `true` for a state that the resource has without the operation, however it is spelt.
    pub(crate) fn refutes(operation: &Description, state: &str) -> bool {
        let Some(rule) = operation.state else { return false };
        let is_same = |known: &&&str| known.eq_ignore_ascii_case(state.trim());
        let known = rule.known.iter().find(is_same);
        known.is_some_and(|known| !rule.proof.is_empty() && !rule.proof.contains(known))
    }

    fn forms(&self, operation: &Description) -> &'static [ProblemBody] {
        operation.failures.unwrap_or(self.api.problem_bodies)
    }

    /// Returns the form of a failure with a status: that with the fewest statuses around it.
    fn form(&self, operation: &Description, status: u16) -> Option<&'static ProblemBody> {
        let width = |form: &&ProblemBody| {
            let of_status = form
                .statuses
                .iter()
                .filter(|(first, last)| (*first..=*last).contains(&status));
            of_status.map(|(first, last)| last - first).min()
        };
        let fitting = self.forms(operation).iter().filter(|form| width(form).is_some());
        fitting.min_by_key(|form| width(form))
    }

    /// Returns `true` for a failure that the contract declares as proof that nothing happened.
    pub(crate) fn is_refusal(&self, operation: &Description, code: Option<&str>, status: u16, is_whole: bool) -> bool {
        let Some(form) = self.form(operation, status) else {
            return false;
        };
        let needs = form.members.iter().filter(|member| member.at != self.api.problems.code);
        let is_complete = is_whole || (needs.clone().all(|member| member.at.is_empty()) && form.any_of.is_empty());
        let row = code.and_then(|code| self.registry().iter().find(|row| row.code == code));
        let is_refused = row.is_some_and(|row| outcome(operation, row) == RowOutcome::NotExecuted);
        is_complete && is_refused
    }

    /// Returns a problem document: with all its members, or with the code alone.
    pub(crate) fn problem(
        &self,
        operation: &Description,
        code: Option<&str>,
        status: u16,
        is_whole: bool,
    ) -> JsonValue {
        let mut document = JsonValue::Object(Object::new());
        let form = self.form(operation, status);
        if let Some(form) = form.filter(|_| is_whole) {
            let at_least = form.any_of.first().map(|at| Member::new(at, MemberKind::Text));
            let members = form.members.iter().copied().chain(at_least);
            for member in members.filter(|member| !member.at.is_empty()) {
                let is_status = member.at == "/status";
                let value = if is_status {
                    JsonValue::from(i64::from(status))
                } else {
                    value_of(member.kind)
                };
                message::set_member(&mut document, member.at, Some(value));
            }
        }
        let number = code
            .and_then(|code| code.parse::<i64>().ok())
            .filter(|_| self.api.has_number_codes);
        let code = number.map(JsonValue::from).or(code.map(JsonValue::from));
        if let Some(code) = code {
            message::set_member(&mut document, self.api.problems.code, Some(code));
        }
        document
    }

    pub(crate) fn problem_media(&self, operation: &Description, status: u16) -> &'static str {
        match self.form(operation, status).map(|body| body.media_type) {
            Some("*/*" | "application/*") => "application/json",
            Some(media) => media,
            None => "application/problem+json",
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

    /// Returns the idempotency key of a request as it was sent.
    pub(crate) fn sent_key<'m>(&self, message: &'m WireRequest) -> &'m str {
        let header = self.api.idempotency.and_then(|keys| keys.header);
        message.header(header.unwrap_or("Idempotency-Key"))
    }

    /// Returns the idempotency key of a request as the service knows it: a client writes the operation before keys of an account.
    pub(crate) fn key<'m>(&self, operation: &Description, message: &'m WireRequest) -> &'m str {
        let sent = self.sent_key(message);
        let own = sent.strip_prefix(operation.id).and_then(|rest| rest.strip_prefix(':'));
        let is_of_account = self.api.idempotency.is_some_and(|keys| keys.is_of_account);
        own.filter(|_| is_of_account).unwrap_or(sent)
    }
}

/// Returns a value of a JSON type.
fn value_of(kind: MemberKind) -> JsonValue {
    match kind {
        MemberKind::Any | MemberKind::Id | MemberKind::Text => JsonValue::from("text"),
        MemberKind::Number | MemberKind::Integer => JsonValue::from(1_i64),
        MemberKind::Decimal => JsonValue::from("1.00"),
        MemberKind::Boolean => JsonValue::Bool(true),
        MemberKind::Object => JsonValue::Object(Object::new()),
        MemberKind::Array => JsonValue::Array(Vec::new()),
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
        Subject::Body(at) => body.pointer(at).and_then(message::text),
    }
}

/// Returns the outcome of a row for an operation.
pub(crate) fn outcome(operation: &Description, row: &ProblemRow) -> RowOutcome {
    if operation.creates.is_some() {
        row.creating
    } else {
        row.outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sdkwright_runtime::idempotency::Idempotency;

    static KEYS: Idempotency = Idempotency {
        is_of_account: true,
        ..Idempotency::NONE
    };
    static API: Api = Api {
        idempotency: Some(&KEYS),
        ..Api::new("api", "")
    };
    static MEMBERS: [Member; 2] = [
        Member::new("/id", MemberKind::Text),
        Member::nullable("/refund", MemberKind::Object),
    ];
    static SUCCESSES: [Success; 1] = [Success::json(200, 200, "application/json", &MEMBERS)];
    static PAY: Description = Description::new("pay", "POST", "/payments").successes(&SUCCESSES);
    static SAMPLES: [Sample; 1] = [Sample {
        operation: &PAY,
        status: 200,
        body: "",
    }];
    const TABLE: Table = Table {
        api: &API,
        samples: &SAMPLES,
    };

    #[test]
    fn a_key_of_an_account_is_known_without_its_operation() {
        let mut message = WireRequest {
            process: 0,
            method: "POST".to_owned(),
            path: "/payments".to_owned(),
            target: "/payments".to_owned(),
            query: Vec::new(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        for (sent, known) in [("pay:po-1", "po-1"), ("payout:po-1", "payout:po-1")] {
            message
                .headers
                .insert("idempotency-key", http::HeaderValue::from_static(sent));
            assert_eq!(TABLE.key(&PAY, &message), known);
        }
    }

    #[test]
    fn null_in_a_nullable_member_is_a_whole_success() {
        let promised = TABLE.promised(&SAMPLES[0]);
        assert_eq!(promised.pointer("/refund"), Some(&JsonValue::Null));
        let shapes = crate::grammar::fates(&TABLE, &PAY, false);
        let is_null = |fate: &crate::grammar::Fate, at: &str| format!("{fate:?}").contains(&format!("Null({at:?})"));
        assert!(shapes.iter().any(|fate| is_null(fate, "/id")));
        assert!(!shapes.iter().any(|fate| is_null(fate, "/refund")));
    }
}
