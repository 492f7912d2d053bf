//! In: an admitted request. Out: what its content is refused for, or what the operation answers. Never: a check of who
//! calls, or of the key.

use super::{Admitted, App};
use crate::answer::Answering;
use crate::clock;
use crate::effect::{self, Effect};
use crate::forced::{self, Asked, Forced};
use crate::history::Cause;
use crate::log::Call;
use crate::operation::Operation;
use crate::payload_hash;
use crate::problem::{self, Refusal};
use crate::request::{Reply, Request};
use crate::schema::Way;
use crate::state::State;
use crate::validate::{self, Input};
use serde_json::Value;

impl App {
    /// The checks behind the lookup of the key, and the operation.
    pub(super) fn execute(
        &self,
        request: &Request,
        forced: &Forced,
        admitted: &mut Admitted<'_>,
        call: &mut Call,
    ) -> Reply {
        let operation = admitted.operation;
        let result = self
            .check(request, admitted, call)
            .and_then(|()| match &forced.refusal {
                Some(Asked::Code(code) | Asked::Replayed(code)) => Err(Refusal::new(code, "")),
                Some(Asked::Invalid) => Err(problem::invalid(&self.contract, operation, Vec::new())),
                // A forced gateway answer was returned before this point.
                Some(Asked::Gateway) | None => self.carry_out(request, admitted, call),
            });
        let (status, body) = match result {
            Ok(answer) => answer,
            Err(refusal) => return self.refuse(operation, request, &refusal),
        };
        call.executed = true;
        let answer = operation.answer(status);
        let Some((mut body, media)) = body.zip(answer.and_then(|answer| answer.media.clone())) else {
            return Reply {
                status,
                ..Reply::default()
            };
        };
        let schema = answer.map(|answer| answer.schema.clone()).unwrap_or_default();
        self.contract.hide(&schema, &mut body);
        match self.schemas.check(&self.contract, &schema, Way::Answer, &body).first() {
            None => call.pass("answer", "matches its schema"),
            Some(error) => call.fail(
                "answer",
                format!("does not match its schema: {} {}", error.pointer, error.message),
            ),
        }
        let body = serde_json::to_vec(&body).unwrap_or_default();
        Reply {
            status,
            headers: vec![("content-type".to_owned(), media)],
            body,
            code: None,
        }
    }

    pub(super) fn check(&self, request: &Request, admitted: &mut Admitted<'_>, call: &mut Call) -> Result<(), Refusal> {
        let (contract, schemas, operation) = (&self.contract, &self.schemas, admitted.operation);
        let mut errors = validate::parameters(contract, schemas, operation, request, &admitted.input);
        errors.extend(validate::request_id(contract, request));
        if let Some(error) = errors.first() {
            call.fail("parameters", format!("{}: {}", error.pointer, error.message));
            return Err(problem::invalid(contract, operation, errors));
        }
        call.pass("parameters", "are valid");
        let errors = validate::body(contract, schemas, operation, request, &mut admitted.input);
        let input = &admitted.input;
        let schema = input.schema.clone().unwrap_or_default();
        let bound = payload_hash::member(contract, &schema);
        if let Some(error) = errors.first() {
            let lines: Vec<String> = errors
                .iter()
                .map(|error| format!("{}: {}", error.pointer, error.message))
                .collect();
            call.fail("body", lines.join("\n"));
            // If the evidence is the only missing member, the evidence's own code is answered.
            if let Some(bound) = bound.as_ref().filter(|own| {
                errors.len() == 1 && error.rule == "required" && error.pointer == format!("/{}", own.member)
            }) {
                return Err(Refusal::new(
                    bound.problem(contract),
                    format!("{} is missing.", bound.member),
                ));
            }
            return Err(problem::invalid(contract, operation, errors));
        }
        let Some(body) = &input.body else {
            return Ok(());
        };
        call.pass("body", "matches its schema");
        let errors = validate::never_sent(contract, body);
        if let Some(error) = errors.first() {
            call.fail("body", format!("{}: {}", error.pointer, error.message));
            return Err(problem::invalid(contract, operation, errors));
        }
        let errors = validate::bound(contract, &schema, body, &self.credentials.client_id);
        if let Some(error) = errors.first() {
            call.fail("bound", format!("{}: {}", error.pointer, error.message));
            return Err(problem::invalid(contract, operation, errors));
        }
        match bound {
            Some(bound) => self.check_evidence(&bound, operation, input, body, call),
            None => Ok(()),
        }
    }

    pub(super) fn check_evidence(
        &self,
        bound: &payload_hash::Bound<'_>,
        operation: &Operation,
        input: &Input,
        body: &Value,
        call: &mut Call,
    ) -> Result<(), Refusal> {
        let result = match bound.of() {
            None => bound.check(&self.contract, operation, input),
            Some(of) => {
                let state = self.state();
                let mut made = operation.path_parameters().filter_map(|parameter| {
                    let at = state.find(&parameter.kind, input.path.get(&parameter.name)?)?;
                    state
                        .records
                        .get(at)
                        .filter(|record| record.made_by.as_deref() == Some(of))
                });
                let into = bound.into(&self.contract);
                let hash = |body: &Value| body.get(bound.member)?.get(&into).cloned();
                match made.next().and_then(|record| record.made_with.as_ref()) {
                    None => Ok(format!("no resource here was created by {of}")),
                    Some(first) if hash(first) == hash(body) => Ok(format!("evidence for the hash of {of}")),
                    Some(_) => Err(Refusal::new(
                        bound.problem(&self.contract),
                        format!("{}.{into} is not the hash that {of} was called with.", bound.member),
                    )),
                }
            }
        };
        match result {
            Ok(note) => {
                call.pass("payload-hash", note);
                Ok(())
            }
            Err(refusal) => {
                call.fail("payload-hash", &refusal.detail);
                Err(refusal)
            }
        }
    }

    /// An operation that is about to be carried out.
    pub(crate) fn answering<'a>(
        &'a self,
        state: &'a mut State,
        operation: &'a Operation,
        input: &'a Input,
    ) -> Answering<'a> {
        Answering {
            contract: &self.contract,
            schemas: &self.schemas,
            model: &self.model,
            rules: &self.rules,
            begin: &self.begin,
            state,
            now: self.clock.life(),
            clock: clock::system(),
            operation,
            input,
            examples_exist: self.examples_exist,
            any_reference: self.any_reference,
            page_size: self.script.as_ref().and_then(|script| script.page_size),
            wanted_state: None,
            has_wanted_state: false,
            own_id: None,
            acted_on: None,
        }
    }

    pub(super) fn carry_out(
        &self,
        request: &Request,
        admitted: &Admitted<'_>,
        call: &mut Call,
    ) -> Result<(u16, Option<Value>), Refusal> {
        let mut state = self.state();
        let now = self.clock.life();
        let mut answering = Answering {
            wanted_state: request.header(forced::STATE).map(str::to_owned),
            ..self.answering(&mut state, admitted.operation, &admitted.input)
        };
        let result = answering.answer(call);
        if let Some(wanted) = answering
            .wanted_state
            .filter(|_| result.is_ok() && !answering.has_wanted_state)
        {
            call.fail(
                "sandbox",
                format!("no resource of this call can be {wanted}: its state is as it was"),
            );
        }
        let acted_on = answering
            .acted_on
            .filter(|_| result.is_ok() && admitted.operation.has_effect());
        if let Some(at) = acted_on {
            let resource = state.records.get(at).and_then(|record| record.id.clone());
            state.carried(Effect {
                operation: admitted.operation.id.clone(),
                key: admitted.key.clone(),
                subject: effect::subject(admitted.operation, &admitted.input),
                resource,
            });
        }
        self.tell(&mut state, now, Cause::Call(call.place));
        result
    }
}
