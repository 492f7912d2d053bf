//! Headers that the client writes itself, and parameters of operations that are called like them.
//!
//! In: the words that name such headers (`x-signing`, `x-idempotency`, `x-sdk`, a security scheme) and the parameters of one
//! operation. Out: the parameters that a caller gives. A parameter that a word names is no argument; what it says about
//! its value must hold for what the client writes, or both places are shown. Names are told apart without regard to case.

use regex_lite::Regex;

use crate::{
    contract::{self, Document, JsonType, Schema, SchemaId, SchemeKind},
    diag::{Code, Diagnostic, Report},
    ir::{Location, ParameterStyle},
    source::Node,
    text::Span,
};

/// The longest text that is tried on a pattern: a contract may say any length.
const LONGEST: u64 = 512;
/// References and parts inside of each other that are followed.
const DEEPEST: usize = 16;
/// Formats that only some texts have.
const FORMATS: &[&str] = &[
    "date",
    "date-time",
    "time",
    "duration",
    "uuid",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "byte",
];

/// A header that the client writes.
#[derive(Debug, Clone)]
struct Written {
    name: String,
    /// What it is, in a sentence.
    what: &'static str,
    /// Where a word names it.
    span: Span,
    when: When,
    value: Value,
}

/// On which operations it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    Always,
    /// On those that have a key.
    Keyed,
    /// On those that are signed with the scheme.
    Signed(String),
    /// On those that take the scheme; where they do not, the caller writes it.
    Credential(String),
}

/// What the client writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Value {
    /// Characters, least and most; nothing: whatever the caller gave.
    length: Option<(u64, u64)>,
    /// A text of that kind, for patterns; nothing: whatever the caller gave.
    samples: Vec<String>,
    /// The format it has, of those that are known.
    format: Option<&'static str>,
    /// Digits, which are a whole number as well.
    digits: bool,
}

impl Value {
    fn of(sample: &str) -> Self {
        let length = sample.chars().count() as u64;
        Self {
            length: Some((length, length)),
            samples: vec![sample.to_owned()],
            ..Self::default()
        }
    }
}

/// How the operation writes a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Here {
    Always,
    Sometimes,
    Never,
}

/// All headers that the client writes itself.
#[derive(Debug)]
pub(super) struct Headers<'d> {
    document: &'d Document,
    written: Vec<Written>,
}

impl<'d> Headers<'d> {
    /// Those of a contract.
    pub(super) fn of(document: &'d Document) -> Self {
        let mut written = Vec::new();
        let word = |extensions: &contract::Extensions, word: &str| extensions.get(word).map(|id| document.node(id));
        let mut push = |node: Option<Node<'_>>, what, when: &When, value: Value| {
            if let Some((name, span)) = node.and_then(|node| Some((node.as_str()?, node.span()))) {
                written.push(Written {
                    name: name.to_owned(),
                    what,
                    span,
                    when: when.clone(),
                    value,
                });
            }
        };
        for scheme in &document.components.security_schemes {
            let node = document.node(scheme.node);
            let name = node.get("name");
            match &scheme.kind {
                SchemeKind::Signed { word, .. } => {
                    let when = When::Signed(scheme.name.clone());
                    let word = document.node(*word);
                    let at = |pointer: &str| word.at(pointer);
                    push(name, "the signature", &when, signature(word));
                    push(
                        at("/headers/timestamp"),
                        "the time of the signature",
                        &when,
                        timestamp(word),
                    );
                    push(at("/headers/nonce"), "the nonce", &when, nonce(word));
                    push(at("/headers/clientId"), "the id of the client", &when, Value::default());
                }
                SchemeKind::ApiKey {
                    location: Location::Header,
                    ..
                } => {
                    let when = When::Credential(scheme.name.clone());
                    push(name, "a credential", &when, Value::default());
                }
                _ => {}
            }
        }
        if let Some(word) = word(&document.extensions, "x-idempotency") {
            push(word.get("header"), "the idempotency key", &When::Keyed, key(word));
        }
        if let Some(word) = word(&document.extensions, "x-sdk") {
            let id = Value {
                format: Some("uuid"),
                ..Value::of("3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10")
            };
            push(word.at("/requestId/header"), "the id of the request", &When::Always, id);
        }
        Self { document, written }
    }

    /// Is a parameter written by the client, so that no caller gives it?
    pub(super) fn write(
        &self,
        parameter: &contract::Parameter,
        operation: &contract::Operation,
        report: &mut Report,
    ) -> bool {
        if parameter.location != Location::Header {
            return false;
        }
        let is_it = |one: &&Written| one.name.eq_ignore_ascii_case(&parameter.name);
        let Some(written) = self.written.iter().find(is_it) else {
            return false;
        };
        let here = self.here(&written.when, operation);
        if matches!(written.when, When::Credential(_))
            && (here == Here::Never || (here == Here::Sometimes && parameter.required))
        {
            return false;
        }
        if parameter.required && here != Here::Always {
            let node = self.document.node(parameter.node);
            let place = node.member("required").map_or(node.span(), |member| member.key_span);
            let (how, help) = if here == Here::Never {
                (
                    "does not write it",
                    "say `required: false`, or let the operation be one that has it",
                )
            } else {
                (
                    "does not always write it",
                    "say `required: false`, or let every alternative of `security` have it",
                )
            };
            let message = format!(
                "`{}` is required, but the client {how} on this operation",
                parameter.name
            );
            let fault = Diagnostic::new(Code::HeaderDisagrees, message).at(place);
            let fault = fault.also(operation.method_span, "the operation").help(help);
            report.push(named(fault, written));
        }
        self.agree(parameter, written, report);
        true
    }

    fn here(&self, when: &When, operation: &contract::Operation) -> Here {
        let scheme = match when {
            When::Keyed if operation.method.is_safe() => return Here::Never,
            When::Always | When::Keyed => return Here::Always,
            When::Signed(scheme) | When::Credential(scheme) => scheme,
        };
        let alternatives = self.document.security_of(operation);
        let has = |one: &&contract::Requirement| one.schemes.iter().any(|of| of.name == *scheme);
        match alternatives.iter().filter(has).count() {
            0 => Here::Never,
            all if all == alternatives.len() => Here::Always,
            _ => Here::Sometimes,
        }
    }

    /// Does what a parameter says hold for what the client writes?
    fn agree(&self, parameter: &contract::Parameter, written: &Written, report: &mut Report) {
        if parameter.style != ParameterStyle::Simple {
            let message = format!(
                "`{}` is JSON here, and the client writes the text itself",
                parameter.name
            );
            let fault =
                Diagnostic::new(Code::HeaderDisagrees, message).at(self.document.node(parameter.node).name_span());
            report.push(named(fault, written).help("write `schema` in place of `content`"));
        }
        if let Some(schema) = parameter.schema {
            self.agree_with(schema, &parameter.name, written, 0, report);
        }
    }

    fn agree_with(&self, id: SchemaId, name: &str, written: &Written, depth: usize, report: &mut Report) {
        if depth > DEEPEST {
            return;
        }
        let document = self.document;
        let schema = document.schema(id);
        let node = document.node(schema.node);
        for (keyword, why) in faults(schema, &written.value) {
            let place = node.member(keyword).map_or(node.span(), |member| member.key_span);
            let fault = Diagnostic::new(Code::HeaderDisagrees, format!("`{name}`: {why}")).at(place);
            let help = "let both say the same: correct the word that names the header, or the parameter";
            report.push(named(fault, written).help(help));
        }
        if let Some(pattern) = &schema.limits().pattern
            && !written.value.samples.is_empty()
            && Regex::new(pattern).is_err()
        {
            let message = format!("the pattern `{pattern}` is not compared with what the client writes");
            let place = node.member("pattern").map_or(node.span(), |member| member.value.span());
            report.push(Diagnostic::new(Code::PatternNotChecked, message).at(place));
        }
        let below = schema.reference.map(|reference| reference.target).into_iter();
        for part in below.chain(schema.all_of.iter().copied()) {
            self.agree_with(part, name, written, depth + 1, report);
        }
    }
}

/// Shows the word that names the header.
fn named(fault: Diagnostic, written: &Written) -> Diagnostic {
    fault.also(written.span, format!("{}, which the client writes", written.what))
}

/// What of a schema does not hold for a value: the keyword, and why.
fn faults(schema: &Schema, value: &Value) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let is_text = schema.types.is_empty() || schema.types.contains(JsonType::String);
    let is_number = schema.types.contains(JsonType::Integer) || schema.types.contains(JsonType::Number);
    if !(is_text || value.digits && is_number) {
        faults.push(("type", "the client writes a text".to_owned()));
    }
    for (keyword, is_there) in [
        ("enum", schema.enumeration.is_some()),
        ("const", schema.constant.is_some()),
    ] {
        if is_there {
            faults.push((keyword, "the client does not choose among single values".to_owned()));
        }
    }
    if let Some(format) = schema.format.as_deref().filter(|format| FORMATS.contains(format))
        && !value.samples.is_empty()
        && value.format != Some(format)
    {
        faults.push(("format", format!("what the client writes is no `{format}`")));
    }
    let limits = schema.limits();
    if let Some((least, most)) = value.length {
        let written = if least == most {
            format!("{least} characters")
        } else {
            format!("{least} to {most} characters")
        };
        if limits.min_length.is_some_and(|bound| bound > least) {
            faults.push(("minLength", format!("what the client writes has {written}")));
        }
        if limits.max_length.is_some_and(|bound| bound < most) {
            faults.push(("maxLength", format!("what the client writes has {written}")));
        }
    }
    let pattern = limits.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok());
    let refused = |pattern: &Regex| value.samples.iter().find(|sample| !pattern.is_match(sample)).cloned();
    if let Some(sample) = pattern.as_ref().and_then(refused) {
        faults.push((
            "pattern",
            format!("the client writes texts like `{sample}`, which the pattern does not take"),
        ));
    }
    faults
}

fn signature(word: Node<'_>) -> Value {
    let encoding = word.get("encoding").and_then(Node::as_str).unwrap_or_default();
    match encoding {
        "hex" => Value::of(&"0123456789abcdef".repeat(4)),
        "base64" => Value {
            format: Some("byte"),
            ..Value::of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl01/+8=")
        },
        _ => Value::default(),
    }
}

fn timestamp(word: Node<'_>) -> Value {
    let format = word.get("timestamp").and_then(Node::as_str).unwrap_or("rfc3339");
    match format {
        "rfc3339" => Value {
            format: Some("date-time"),
            ..Value::of("2026-06-28T12:34:56Z")
        },
        "unix-seconds" => Value {
            digits: true,
            ..Value::of("1782650096")
        },
        _ => Value::default(),
    }
}

fn nonce(word: Node<'_>) -> Value {
    let bound = |name: &str| word.at(&format!("/nonce/{name}")).and_then(Node::as_u64);
    // What the runtime makes where nothing is said.
    let length = (bound("minLength").unwrap_or(32), bound("maxLength").unwrap_or(32));
    let letters = "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".chars();
    let size = usize::try_from(length.0.max(32).min(length.1.max(1)).min(LONGEST)).unwrap_or(32);
    let samples = (0..2).map(|half| letters.clone().cycle().skip(half * 32).take(size).collect());
    Value {
        length: Some(length),
        samples: samples.collect(),
        ..Value::default()
    }
}

fn key(word: Node<'_>) -> Value {
    let bound = |name: &str, default| {
        word.at(&format!("/key/{name}"))
            .and_then(Node::as_u64)
            .unwrap_or(default)
    };
    let length = (bound("minLength", 1), bound("maxLength", 255));
    let size = usize::try_from(length.1.min(64).max(length.0).min(LONGEST)).unwrap_or(64);
    let visible = ('!'..='~').cycle();
    let samples = (0..2).map(|half| visible.clone().skip(half * 47).take(size).collect());
    Value {
        length: Some(length),
        samples: samples.collect(),
        ..Value::default()
    }
}
