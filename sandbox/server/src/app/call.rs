//! In: one request, and the requested faults. Out: its response, and a record of all of it. Never: an event that is
//! delivered before its cause is written.

use super::checks::{self, BEFORE_EXECUTION, EarlyEnd, OpenCall};
use super::{App, WireOutput};
use crate::log::Call;
use crate::operation::{self, Route};
use crate::outbox::Mail;
use crate::problem::{self, Problem};
use crate::request::{Reply, Request};
use crate::requested_faults::RequestedFaults;
use crate::token_endpoint;
use crate::validate::{self, ParsedRequest};

/// Decision of the checks before the execution.
enum Admission<'a> {
    Go(OpenCall<'a>),
    Answer(Reply),
    Drop,
}

impl App {
    /// Handles one request: checks it, executes it, writes what it changed, and returns the response with the events of that.
    pub(crate) async fn handle(
        &self,
        request: &Request,
        faults: &RequestedFaults,
        call: &mut Call,
    ) -> (WireOutput, Vec<Mail>) {
        call.place = self.state().history.next();
        let admission = self.admit(request, faults, call);
        // A sleep of no time still takes a turn of the timer, which is a millisecond.
        if !faults.delay.is_zero() {
            tokio::time::sleep(faults.delay).await;
        }
        let mut transaction = self.begin();
        let reply = match admission {
            Admission::Go(open) => open.execute(),
            Admission::Answer(reply) => Some(reply),
            Admission::Drop => None,
        };
        // Before anybody is told: a server that is killed now knows of the call, and of its nonce, when it begins again.
        let mails = match self.write(transaction.as_mut()) {
            Ok(mails) => mails,
            Err(error) => {
                call.fail("store", error.to_string());
                return (WireOutput::Drop, Vec::new());
            }
        };
        drop(transaction);
        let outcome = reply.map(|reply| self.finish(reply, request, faults, call));
        (outcome.unwrap_or(WireOutput::Drop), mails)
    }

    /// Finds the operation of a request, and makes all checks up to the lookup of its key.
    fn admit<'a>(&'a self, request: &'a Request, faults: &'a RequestedFaults, call: &'a mut Call) -> Admission<'a> {
        faults.before_checks(call);
        let found = operation::route(&self.api.contract.operations, &request.method, &request.target);
        let is_operation = matches!(found, Route::Found(..));
        let token = || token_endpoint::reply(&self.api.contract, request);
        if let Some(reply) = (!is_operation).then(token).flatten() {
            call.pass("parameters", "is a request to a token endpoint");
            return Admission::Answer(reply);
        }
        let (operation, segments) = match found {
            Route::Found(operation, segments) => (operation, segments),
            Route::OtherMethod(methods) => {
                let methods = methods.join(", ");
                call.fail("parameters", format!("the path exists, but only with {methods}"));
                let mut reply = problem::bare(405, &format!("The path allows {methods}."));
                reply.headers.push(("allow".to_owned(), methods));
                return Admission::Answer(reply);
            }
            Route::Unknown => {
                call.fail("parameters", "the path is not in the contract");
                return Admission::Answer(problem::bare(404, "The path is not in the contract."));
            }
        };
        call.operation = Some(operation.id.clone());
        let _still = self.clock.still();
        let mut open = OpenCall {
            app: self,
            operation,
            request,
            faults,
            call,
            acted_on: None,
            key: None,
            input: ParsedRequest {
                path: validate::plain_path(operation, &segments),
                segments,
                query: operation::query(&request.target),
                ..ParsedRequest::default()
            },
        };
        match checks::run(BEFORE_EXECUTION, &mut open) {
            Ok(()) => Admission::Go(open),
            Err(EarlyEnd::Answer(reply)) => Admission::Answer(reply),
            Err(EarlyEnd::Refuse(refusal)) => Admission::Answer(open.refuse(&refusal)),
            Err(EarlyEnd::Drop) => Admission::Drop,
        }
    }

    /// Completes a response, and notes it in the record of the call.
    fn finish(&self, mut reply: Reply, request: &Request, faults: &RequestedFaults, call: &mut Call) -> WireOutput {
        self.after_response(faults, &mut reply, call);
        if let Some(header) = self.api.contract.extensions.sdk("/requestId/header") {
            let header = header.to_ascii_lowercase();
            reply.headers.push((header, self.request_id(request)));
        }
        reply.headers.push(("date".to_owned(), self.clock.now().http_date()));
        call.code.clone_from(&reply.code);
        if faults.drop.is_some() {
            return WireOutput::Drop;
        }
        call.status = Some(reply.status);
        call.answer_headers.clone_from(&reply.headers);
        call.answer_body.clone_from(&reply.body);
        if faults.truncate {
            WireOutput::Truncate(reply)
        } else {
            WireOutput::Reply(reply)
        }
    }

    /// Returns the id that a request has, or a new one.
    fn request_id(&self, request: &Request) -> String {
        let header = self.api.contract.extensions.sdk("/requestId/header");
        let known = header.and_then(|name| request.header(name));
        known.map_or_else(crate::state::uuid, str::to_owned)
    }
}

impl OpenCall<'_> {
    /// Returns the response of a refusal.
    pub(super) fn refuse(&self, refusal: &Problem) -> Reply {
        let request_id = self.app.request_id(self.request);
        let api = &self.app.api;
        let reply = problem::reply(
            &api.contract,
            &api.schemas,
            self.operation,
            refusal,
            &request_id,
            self.app.retry_after,
        );
        self.with_declared_headers(reply)
    }
}
