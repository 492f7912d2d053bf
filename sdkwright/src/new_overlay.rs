//! `new-overlay`: an overlay to fill in, with an action for each operation of a contract.
//!
//! In: a contract. Out: an overlay that applies as it is and changes nothing, with the lists that names and types describe, and
//! comments for the keys and signatures that the contract mentions. Never overwrites a file.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::anyhow;
use sdkwright_contract::diag::{self, Levels, Report};
use sdkwright_contract::document::Only;
use sdkwright_contract::ir::{
    Api, KeyPlace, Method, PageSource, Pagination, ParameterLocation, SecurityKind, SecurityScheme,
};
use sdkwright_contract::recognise::proposals::{Proposal, ProposedFact};
use sdkwright_contract::recognise::{Confidence, reads};
use sdkwright_contract::source::{self, Node, pointer};
use sdkwright_contract::text::{Span, quote};
use sdkwright_contract::{Contract, Inputs};

use crate::arguments::NewOverlay;
use crate::folder;
use crate::input::{ContractInput, InputFile};
use crate::report::{one_line, plural};
use crate::terminal::{self, Exit, RunError};

/// Runs the command.
pub(crate) fn run(arguments: &NewOverlay) -> Result<Exit, RunError> {
    let input = ContractInput {
        only: Only::default(),
        ..ContractInput::alone(InputFile::Disk(arguments.contract.clone()), [])
    };
    let Some(text) = input.with_inputs(|inputs| overlay(&arguments.contract, &inputs))? else {
        return Ok(Exit::Refused);
    };
    let Some(out) = &arguments.out else {
        terminal::put(&text);
        return Ok(Exit::Done);
    };
    match std::fs::read(out) {
        Ok(there) if there == text.as_bytes() => {}
        Ok(_) => {
            let what = format!("{} exists with different content; nothing was written", out.display());
            return Err(RunError::files(anyhow!("{what}")));
        }
        Err(_) => RunError::at(out, folder::replace(out, text.as_bytes()))?,
    }
    terminal::say(&format!(
        "{}: written; remove the `#` of each action that you complete",
        out.display()
    ));
    Ok(Exit::Done)
}

/// Returns the overlay of a contract. `None`: it was refused.
fn overlay(path: &Path, inputs: &Inputs<'_>) -> Option<String> {
    let shown = inputs.contract.name;
    let mut report = Report::new(Levels::lenient());
    let tree = source::load(shown, inputs.contract.bytes, &mut report);
    let root = tree.as_ref().and_then(source::Tree::root);
    let title = root.and_then(|root| root.get("info")?.get("title")?.as_str());
    let (Some(root), Some(title), false) = (root, title, report.has_errors()) else {
        let text = diag::render(&report, true);
        terminal::say_rendered(text.trim_end());
        let why = if report.has_errors() {
            ""
        } else {
            ": it has no `info.title`"
        };
        terminal::say(&format!("error: {shown} was refused{why}; nothing was written"));
        return None;
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut text = skeleton(&name.unwrap_or_default(), title, root);
    // Proposals depend on the meaning of the contract. One with errors has none.
    let mut report = Report::new(Levels::lenient());
    let contract = Contract::from_inputs(inputs, &|_| {}, &mut report);
    let read = contract.and_then(|contract| Some((contract.meaning(&|_| {}, &mut report)?, contract)));
    if let Some((api, contract)) = read.filter(|_| !report.has_errors()) {
        text.push_str(&credentials(&api));
        let proposals = contract.proposals(&api);
        text.push_str(&actions(&proposals, &report));
        let lists = Lists::new(&contract, &api, &report);
        text.push_str(&lists.text);
        let counts: Vec<String> = counts(&proposals).into_iter().chain(lists.counts()).collect();
        if !counts.is_empty() {
            terminal::say(&format!("{shown}: {}", counts.join("; ")));
        }
    }
    Some(text)
}

/// Returns the overlay for a contract of this file name and title.
fn skeleton(file: &str, title: &str, root: Node<'_>) -> String {
    let mut text = format!(
        "# Extensions for {}: an OpenAPI overlay. `sdkwright explain overlays` describes actions, `sdkwright explain extensions` the extensions.\n\
         overlay: 1.1.0\n\
         info: {{ title: {}, version: 1.0.0 }}\n\
         extends: {}\n\
         actions:\n  \
         - target: $.info\n    \
         update: {{ title: {} }}\n",
        one_line(file),
        quote(&format!("Extensions for {title}")),
        quote(file),
        quote(title),
    );
    let paths = root.get("paths").filter(|paths| paths.is_map());
    let operations = paths.into_iter().flat_map(Node::members).flat_map(|path| {
        Method::operations(path.value).map(move |(method, operation)| (path.key, method, operation.value))
    });
    let mut is_first = true;
    for (path, method, operation) in operations {
        if is_first {
            text.push_str(
                "  # The effect of each operation: none, records (no money moves), can-move-money or moves-money. If one has\n  \
                 # it, every operation that is not safe needs it.\n",
            );
            is_first = false;
        }
        let id = operation.get("operationId").and_then(Node::as_str).unwrap_or_default();
        let is_read = method.is_safe() || method == Method::Post && reads(path, id);
        let effect = if is_read { "none" } else { "can-move-money" };
        let _ = writeln!(
            text,
            "  # - target: {}\n  #   update: {{ x-effect: {effect} }}",
            target(path, method, id)
        );
    }
    text
}

/// Returns the target of an action on an operation, with its id as a comment.
fn target(path: &str, method: Method, id: &str) -> String {
    let escape = |text: &str| text.replace('\\', r"\\").replace('\'', r"\'");
    let key = match method {
        Method::Other(token) => format!("additionalOperations['{}']", escape(token)),
        known => known.token().to_ascii_lowercase(),
    };
    let target = quote(&format!("$.paths['{}'].{key}", escape(path)));
    let id = one_line(id);
    if id.is_empty() {
        target
    } else {
        format!("{target} # {id}")
    }
}

/// The lists that a contract describes without `x-pagination`, as comments.
#[derive(Default)]
struct Lists {
    text: String,
    recognised: usize,
    proposed: usize,
}

impl Lists {
    /// Proposes the lists of a contract.
    fn new(contract: &Contract, api: &Api, report: &Report) -> Self {
        let mut lists = Self::default();
        for list in contract.lists(api) {
            if lists.text.is_empty() {
                lists.text.push_str(
                    "  # Lists, by the names and types of the contract. Those of high confidence have `.stream()` without an extension, or\n  \
                     # none with `x-pagination: false`. Compare the others with the documentation of the API before you use them.\n",
                );
            }
            let operation = &api.operations[list.operation];
            let target = target(&operation.path, operation.method, &operation.id);
            let _ = writeln!(
                lists.text,
                "  # {}\n  # - target: {target}\n  #   update: {{ x-pagination: {} }}",
                evidence(list.confidence, &list.evidence, report),
                paging(&list.paging)
            );
            match list.confidence {
                Confidence::High => lists.recognised += 1,
                Confidence::Medium => lists.proposed += 1,
            }
        }
        lists
    }

    /// Returns the numbers of lists.
    fn counts(&self) -> Option<String> {
        let (recognised, proposed) = (self.recognised, self.proposed);
        let recognised_lists = plural(recognised, "list");
        (recognised + proposed > 0).then(|| format!("{recognised_lists} recognised, {proposed} proposed"))
    }
}

/// Returns the confidence in a fact, and what shows it, with the lines of the contract.
fn evidence(confidence: Confidence, shown: &[(String, Span)], report: &Report) -> String {
    let shown = shown
        .iter()
        .map(|(what, span)| match report.sources.line_column(*span) {
            Some(at) => format!("{what} (line {})", at.line),
            None => what.clone(),
        });
    let shown: Vec<String> = shown.collect();
    one_line(&format!("{} confidence: {}", confidence.word(), shown.join(", ")))
}

/// Returns the value of `x-pagination`.
fn paging(paging: &Pagination) -> String {
    let mut members = Vec::new();
    let inputs = [("cursor", &paging.cursor), ("limit", &paging.limit)];
    for (name, input) in inputs {
        members.extend(input.as_ref().map(|input| format!("{name}: {}", quote(&input.text()))));
    }
    members.push(format!("items: {}", quote(&pointer(&paging.items))));
    let count = |name: &str, first: u32, end: &str, at: Option<&Vec<String>>| {
        let at = at.map_or_else(String::new, |at| format!(", {end}: {}", quote(&pointer(at))));
        format!("{{ {name}: {first}{at} }}")
    };
    let next = match &paging.next {
        PageSource::Value(at) => quote(&pointer(at)),
        PageSource::Header(name) => format!("{{ header: {} }}", quote(name)),
        PageSource::Link(relation) => format!("{{ link: {} }}", quote(relation)),
        PageSource::Url(at) => format!("{{ url: {} }}", quote(&pointer(at))),
        PageSource::Last(at) => format!("{{ last: {} }}", quote(&pointer(at))),
        PageSource::Offset { first, total } => count("offset", *first, "total", total.as_ref()),
        PageSource::Page { first, pages } => count("page", *first, "pages", pages.as_ref()),
    };
    members.push(format!("next: {next}"));
    if let Some(more) = &paging.more {
        let word = if more.end { "done" } else { "more" };
        members.push(format!("{word}: {}", quote(&pointer(&more.at))));
    }
    format!("{{ {} }}", members.join(", "))
}

/// Returns an action that requires the credentials of the schemes that no operation requires.
fn credentials(api: &Api) -> String {
    let is_idle = |(index, scheme): &(usize, &SecurityScheme)| {
        scheme.kind != SecurityKind::MutualTls && !api.operations().any(|(_, operation)| operation.requires(*index))
    };
    let schemes = api.security.iter().enumerate().filter(is_idle);
    let idle: Vec<String> = schemes
        .map(|(_, scheme)| format!("{}: []", quote(&scheme.name)))
        .collect();
    if idle.is_empty() {
        return String::new();
    }
    format!(
        "  # No operation requires these credentials, so the client never sends them. Those of one `{{}}` are sent together; write\n  \
         # `[{{ a: [] }}, {{ b: [] }}]` if one of them is enough.\n  \
         # - target: $\n  \
         #   update: {{ security: [{{ {} }}] }}\n",
        idle.join(", ")
    )
}

/// An algorithm that the contract does not name.
const UNKNOWN: &str = "ALGORITHM";

/// Returns an action for each proposal.
fn actions(proposals: &[Proposal], report: &Report) -> String {
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
fn counts(proposals: &[Proposal]) -> Vec<String> {
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
