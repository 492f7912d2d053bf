//! In: a request that passed every check of form. Out: what the operation answers, from the contract's examples and from
//! what was made before. Never: a check of a signature, a key or a schema.

mod creation;
mod presentation;
mod rule_checks;
mod transitions;

use crate::api::Api;
use crate::clock::Instant;
use crate::idempotency;
use crate::json;
use crate::log::Call;
use crate::model::{self, Model};
use crate::operation::{Operation, Response};
use crate::paging;
use crate::problem::{self, Problem};
use crate::state::SandboxState;
use crate::validate::ParsedRequest;
use serde_json::Value;
use std::collections::BTreeMap;

/// The options of a client that responses depend on.
#[derive(Debug)]
pub(crate) struct AnswerSettings {
    /// States in which new resources begin, by schema.
    pub(crate) begin: BTreeMap<String, String>,
    /// `true` if the contract's example ids name resources that exist from the beginning.
    pub(crate) examples_exist: bool,
    /// `true` if one reference may be used for several actions.
    pub(crate) any_reference: bool,
    /// The largest number of items on a page.
    pub(crate) page_size: Option<usize>,
}

/// A call whose response is computed.
#[derive(Debug)]
pub(crate) struct Answering<'a> {
    pub(crate) api: &'a Api,
    pub(crate) settings: &'a AnswerSettings,
    pub(crate) state: &'a mut SandboxState,
    /// The time of resources.
    pub(crate) now: Instant,
    /// The time of this machine.
    pub(crate) clock: Instant,
    pub(crate) operation: &'a Operation,
    pub(crate) input: &'a ParsedRequest,
    /// A state that the resource of this call is put into.
    pub(crate) wanted_state: Option<String>,
    /// `true` once a resource of the call was put into that state.
    pub(crate) has_wanted_state: bool,
    /// The id of what the call makes, given by the call or by the contract; a new one, if left out.
    pub(crate) own_id: Option<String>,
    /// The place of the resource that this call acted on.
    pub(crate) acted_on: Option<usize>,
}

impl Answering<'_> {
    /// Status and body of the answer.
    pub(crate) fn answer(&mut self, call: &mut Call) -> Result<(u16, Option<Value>), Problem> {
        let around = self.owners(call)?;
        let operation = self.operation;
        call.is_lookup = operation.refreshes;
        let named = self.referred(&around, call)?;
        self.rules_hold(&around, &named, call)?;
        let scenarios = self.scenarios(&around, &named, call)?;
        let Some(first) = operation.answers.first() else {
            return Ok((204, None));
        };
        if let Some(name) = Model::listed(&self.api.contract, operation) {
            return Ok((first.status, Some(self.list(&name, &around, first)?)));
        }
        let name = Model::answered(operation).unwrap_or_default();
        let itself = around
            .iter()
            .rev()
            .copied()
            .find(|&at| self.state.records[at].schema == name);
        if operation.safe() {
            return Ok((first.status, self.read(&name, itself, &around, first)));
        }
        self.usable(&named, call)?;
        let steps = self.moves(&around, call)?;
        if let Some(at) = itself {
            self.make_moves(steps, call);
            if operation.method == "DELETE" && self.removes() {
                let shown = self.shown(at, first);
                self.state.records.remove(at);
                return Ok((first.status, shown));
            }
            self.update(at);
            self.derive(at, &around, &named, call);
            self.stage(&scenarios, at, &around, &named);
            self.acted_on = Some(at);
            if operation.refreshes {
                self.glance(at);
            }
            return Ok((first.status, self.shown(at, first)));
        }
        let known = self.same_reference(&name, first);
        self.reference_is_free(known, call)?;
        self.own_id_is_free(&name, &around, call)?;
        if let Some(at) = known {
            call.is_lookup = true;
            self.glance(at);
            self.want_state(at);
            return Ok((200, self.shown(at, first)));
        }
        self.make_moves(steps, call);
        let answer = operation.answer(201).unwrap_or(first);
        call.is_lookup &= answer.status != 201;
        let at = self.make(&name, &around, answer);
        self.derive(at, &around, &named, call);
        self.change().begin(at);
        self.stage(&scenarios, at, &around, &named);
        self.acted_on = Some(at);
        self.want_state(at);
        for &parent in &around {
            if self.follows(at, parent) {
                self.want_state(parent);
            }
        }
        Ok((answer.status, self.shown(at, answer)))
    }

    /// Refuses a creation whose reference something else has: another action, or a resource that was made with other values.
    fn reference_is_free(&self, known: Option<usize>, call: &mut Call) -> Result<(), Problem> {
        let Some(code) =
            problem::reference_used(&self.api.contract, self.operation).filter(|_| !self.settings.any_reference)
        else {
            return Ok(());
        };
        let used = if let Some(at) = known {
            self.state.records[at].made_with != self.input.body
        } else {
            let subject = idempotency::subject(self.operation, self.input);
            !subject.is_empty() && self.state.has_acted(&self.operation.id, subject)
        };
        if used {
            let note = "The reference was used for another resource.";
            call.fail("reference", note);
            return Err(Problem::new(code, note));
        }
        call.pass("reference", "not used for another resource");
        Ok(())
    }

    /// The resources that the path names, or 404.
    fn owners(&mut self, call: &mut Call) -> Result<Vec<usize>, Problem> {
        let (contract, operation) = (&self.api.contract, self.operation);
        let mut found = Vec::new();
        for parameter in operation.path_parameters() {
            if !self.api.model.is_id(&parameter.kind) {
                continue;
            }
            let id = self.input.path.get(&parameter.name).cloned().unwrap_or_default();
            let is_example = parameter.example.as_ref().and_then(json::id).as_ref() == Some(&id);
            let exists = (is_example && self.settings.examples_exist) || self.is_presumed(parameter);
            let at = match self.known(&parameter.kind, &id, &found) {
                None if exists => self.known_example(&parameter.kind, &id, &found),
                other => other,
            };
            let Some(at) = at else {
                call.fail("owner", format!("no {} {id} exists for this client", parameter.kind));
                return Err(problem::not_found(contract, operation, &parameter.name));
            };
            found.push(at);
        }
        let names = operation
            .path_parameters()
            .filter(|one| self.api.model.is_id(&one.kind));
        let names: Vec<String> = names.map(|one| model::reference_name(&one.name, &one.kind)).collect();
        call.pass(
            "owner",
            match names.as_slice() {
                [] => "the path names no resource".to_owned(),
                [one] => format!("{one} exists and belongs to this client"),
                all => format!("{} exist and belong to this client", all.join(" and ")),
            },
        );
        Ok(found)
    }

    fn read(&mut self, name: &str, itself: Option<usize>, around: &[usize], answer: &Response) -> Option<Value> {
        let scope = self.scope(around);
        let stored = itself.or_else(|| {
            let places = self.state.records.owned(&scope).into_iter();
            places.rev().find(|&at| self.state.records[at].schema == name)
        });
        if let Some(at) = stored {
            self.glance(at);
            self.want_state(at);
            let mut value = self.shown(at, answer)?;
            self.derive_overview(&answer.schema, around, &mut value);
            return Some(value);
        }
        let mut value = self.example(answer);
        json::shift_times(&mut value, self.now);
        let schema = answer.schema.clone();
        self.put_scope(&schema, None, &scope, &mut value);
        self.point_to_latest(&schema, &scope, &mut value, 0);
        self.derive_overview(&schema, around, &mut value);
        answer.media.as_ref().map(|_| value)
    }

    fn list(&mut self, name: &str, around: &[usize], answer: &Response) -> Result<Value, Problem> {
        let scope = self.scope(around);
        let model = &self.api.model;
        let page = self.example(answer);
        if let Some(resource) = model.resources.get(name)
            && !resource.creatable
            && !self.api.rules.is_record(name)
            && self.api.rules.derived_list(self.operation).is_none()
            && !self.api.contract.has_seed()
            && self.state.is_first_list(&format!("{name} {scope:?}"))
        {
            let items = self.operation.items();
            let examples = items.and_then(|pointer| page.pointer(pointer)?.as_array()).cloned();
            // What the path names has all members of a resource, which an item of its list may not have.
            let examples = examples.filter(|_| self.operation.identity.is_none());
            self.seed(name, resource, &scope, examples.unwrap_or_default());
        }
        if !self.api.contract.has_seed()
            && (self.api.rules.is_record(name) || self.api.rules.reads_ledger(&self.operation.id))
        {
            self.seed_money(&scope);
        }
        let asked = paging::ListQuery {
            operation: self.operation,
            input: self.input,
            most: self.settings.page_size,
        };
        if let Some(records) = self.derived_items(name, around) {
            return paging::page(&self.api.contract, &asked, self.state, records, page);
        }
        let mut places = self.state.records.owned(&scope);
        places.retain(|&at| self.state.records[at].schema == name);
        if model.resources.get(name).is_some_and(|resource| !resource.readable) {
            // Resources that have no read operation count as read when they are listed.
            for &at in &places {
                self.glance(at);
            }
        }
        let records = places.into_iter().map(|at| self.state.records[at].clone()).collect();
        let records = paging::newest_first(records);
        if self.operation.identity.is_some() {
            return Ok(self.whole_list(answer, records, page));
        }
        paging::page(&self.api.contract, &asked, self.state, records, page)
    }
}
