//! Actions for the keys and signatures that a contract mentions, as comments.

use std::fmt::Write as _;

use sdkwright_contract::diag::Report;
use sdkwright_contract::ir::{KeyPlace, ParameterLocation};
use sdkwright_contract::recognise::Confidence;
use sdkwright_contract::recognise::proposals::{Proposal, ProposedFact};
use sdkwright_contract::text::quote;

use super::evidence;
use crate::report::plural;

/// An algorithm that the contract does not name.
const UNKNOWN: &str = "ALGORITHM";

/// Returns an action for each proposal.
pub(super) fn actions(proposals: &[Proposal], report: &Report) -> String {
    let mut text = String::new();
    let mut heading = "";
    for proposal in proposals {
        let action = action(proposal);
        if action.heading != heading {
            text.push_str(action.heading);
            heading = action.heading;
        }
        let (shown, update) = (evidence(action.confidence, &proposal.evidence, report), action.update);
        let count = proposal.operations;
        let _ = writeln!(
            text,
            "  # {shown}, {}\n  # - target: $\n  #   update: {update}",
            plural(count, "operation")
        );
    }
    text
}

/// An action of an overlay, with the heading of its section.
struct ProposedAction {
    heading: &'static str,
    confidence: Confidence,
    update: String,
}

/// Returns the action of a proposal.
fn action(proposal: &Proposal) -> ProposedAction {
    const KEYS: &str = "  # Idempotency keys. Those of high confidence work without an extension. The client sends a request again by itself only\n  \
                        # within the time that the server remembers a key: compare `retention` with the documentation of the API.\n";
    const REQUESTS: &str = "  # Signatures of requests, by the names of parameters. Complete the words in capitals: `sdkwright explain x-signing`.\n";
    const DELIVERIES: &str = "  # Signatures of deliveries, by the names of headers. Complete the words in capitals: `sdkwright explain x-webhooks`.\n";
    let (heading, confidence, update) = match &proposal.subject {
        ProposedFact::Key {
            place,
            is_recognised,
            retention,
        } => {
            let retention = retention.map_or_else(|| "unknown".to_owned(), |seconds| seconds.to_string());
            let header = match place {
                KeyPlace::Header(name) if !is_recognised => format!("header: {}, ", quote(name)),
                _ => String::new(),
            };
            let update = format!("{{ x-idempotency: {{ {header}retention: {retention} }} }}");
            (KEYS, confidence(*is_recognised), update)
        }
        ProposedFact::Request {
            location,
            name,
            algorithm,
        } => {
            let place = if *location == ParameterLocation::Query {
                "query"
            } else {
                "header"
            };
            let algorithm = algorithm.unwrap_or(UNKNOWN);
            let signing = format!("{{ algorithm: {algorithm}, encoding: ENCODING, secret: utf8, message: MESSAGE }}");
            let scheme = format!(
                "{{ type: apiKey, in: {place}, name: {}, x-signing: {signing} }}",
                quote(name)
            );
            let update = format!(
                "{{ components: {{ securitySchemes: {{ Signature: {scheme} }} }}, security: [{{ Signature: [] }}] }}"
            );
            (REQUESTS, Confidence::Medium, update)
        }
        ProposedFact::Delivery {
            header,
            timestamp,
            algorithm,
            is_standard,
        } => {
            let signing = if *is_standard {
                "{ scheme: standard-webhooks }".to_owned()
            } else {
                let algorithm = algorithm.unwrap_or(UNKNOWN);
                let time = timestamp.as_ref().map(|name| {
                    let headers = format!(", headers: {{ {}: timestamp }}", quote(name));
                    ("timestamp: unix-seconds, ", headers, "300")
                });
                let (format, headers, age) = time.unwrap_or(("", String::new(), "none"));
                format!(
                    "{{ algorithm: {algorithm}, encoding: ENCODING, secret: utf8, {format}message: MESSAGE, read: {{ header: {}{headers} }}, freshness: {age} }}",
                    quote(header)
                )
            };
            let update = format!(
                "{{ x-webhooks: {{ signing: {signing}, envelope: {{ schema: SCHEMA, type: /type }}, events: {{}} }} }}"
            );
            (DELIVERIES, confidence(*is_standard), update)
        }
    };
    ProposedAction {
        heading,
        confidence,
        update,
    }
}

fn confidence(is_certain: bool) -> Confidence {
    if is_certain {
        Confidence::High
    } else {
        Confidence::Medium
    }
}

/// Returns the numbers of keys and of signatures.
pub(super) fn counts(proposals: &[Proposal]) -> Vec<String> {
    let sum = |is_recognised: bool| -> usize {
        let keys = proposals
            .iter()
            .filter(|it| matches!(it.subject, ProposedFact::Key { is_recognised: own, .. } if own == is_recognised));
        keys.map(|it| it.operations).sum()
    };
    let (recognised, proposed) = (sum(true), sum(false));
    let signatures = proposals
        .iter()
        .filter(|it| !matches!(it.subject, ProposedFact::Key { .. }))
        .count();
    let keys =
        (recognised + proposed > 0).then(|| format!("{} recognised, {proposed} proposed", plural(recognised, "key")));
    let signatures = (signatures > 0).then(|| format!("{} proposed", plural(signatures, "signature")));
    keys.into_iter().chain(signatures).collect()
}
