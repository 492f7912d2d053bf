//! Headers and credentials that the client writes itself, and operation parameters with the same names.
//!
//! In: the words that name such headers (`x-signing`, `x-idempotency`, `x-sdk`), security schemes, and the parameters
//! of one operation. Out: the parameters that a caller passes. A parameter that a word names is not an argument; its
//! schema must accept what the client writes, or both places are reported. Header names are compared ignoring case.

use indexmap::IndexSet;
use regex_lite::Regex;

use crate::{
    diag::{Code, Diagnostic, Report},
    document::{self, Document, JsonType, Schema, SchemaId, SchemeForm},
    ir::{Algorithm, MacEncoding, ParameterLocation, ParameterStyle, SignaturePlace, TimestampFormat, Word as _},
    limits,
    source::{Node, number},
    text::Span,
};

const SAY_THE_SAME: &str = "make both agree: correct the extension that names the header, or the parameter";
/// Formats that restrict the text.
#[rustfmt::skip]
const FORMATS: &[&str] = &[
    "date", "date-time", "time", "duration", "uuid", "email", "hostname", "ipv4", "ipv6", "uri", "byte",
];

/// A header, or a credential in the query or a cookie, that the client writes.
#[derive(Debug, Clone)]
struct ClientHeader {
    location: ParameterLocation,
    name: String,
    /// Its meaning, for diagnostics.
    what: &'static str,
    /// Location of the word that names it.
    span: Span,
    when: When,
    value: HeaderValue,
}

/// Operations on which it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    Always,
    /// Operations with an idempotency key.
    Keyed,
    /// Operations signed with this scheme.
    Signed(String),
    /// Operations with this scheme; for others the caller passes the header.
    Credential(String),
}

/// Value that the client writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct HeaderValue {
    /// Number of characters, minimum and maximum; `None`: given by the caller.
    length: Option<(u64, u64)>,
    /// Sample values, for patterns; empty: given by the caller.
    samples: Vec<String>,
    /// Its format, if it is a known one.
    format: Option<&'static str>,
    /// Its value, if it is also an integer.
    number: Option<i128>,
    /// The user of the client chooses it by the parameter's schema.
    is_setting: bool,
}

impl HeaderValue {
    fn of(sample: &str) -> Self {
        let length = sample.chars().count() as u64;
        Self {
            length: Some((length, length)),
            samples: vec![sample.to_owned()],
            ..Self::default()
        }
    }
}

/// Use of a header by an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Here {
    Never,
    Sometimes,
    Always,
}

/// All headers that the client writes itself.
#[derive(Debug)]
pub(super) struct Headers<'d> {
    document: &'d Document,
    written: Vec<ClientHeader>,
}

impl<'d> Headers<'d> {
    /// Collects the headers of a contract.
    pub(super) fn new(document: &'d Document) -> Self {
        let mut written = Vec::new();
        let word = |extensions: &document::Extensions, word: &str| extensions.get(word).map(|id| document.node(id));
        let mut push_at = |location, node: Option<Node<'_>>, what, when: &When, value: HeaderValue| {
            if let Some((name, span)) = node.and_then(|node| Some((node.as_str()?, node.span()))) {
                written.push(ClientHeader {
                    location,
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
                SchemeForm::Signed { place, word } => {
                    let when = When::Signed(scheme.name.clone());
                    let word = document.node(*word);
                    let (header, query) = (ParameterLocation::Header, ParameterLocation::Query);
                    let location = match place {
                        Some(SignaturePlace::Query(_)) => query,
                        _ => header,
                    };
                    let name = name.filter(|_| *place != Some(SignaturePlace::Bearer));
                    push_at(location, name, "the signature", &when, signature(word));
                    for (location, place) in [(header, word.get("headers")), (query, word.get("query"))] {
                        let mut push = |name, what, value| {
                            push_at(location, place.and_then(|place| place.get(name)), what, &when, value);
                        };
                        push("timestamp", "the time of the signature", timestamp(word));
                        push("nonce", "the nonce", nonce(word));
                        push("clientId", "the id of the client", HeaderValue::default());
                    }
                    for pointer in ["/http/digest/header", "/http/certificate"] {
                        push_at(
                            header,
                            word.at(pointer),
                            "a header of the signature",
                            &when,
                            HeaderValue::default(),
                        );
                    }
                    let settings = word.get("settings");
                    for setting in settings.iter().flat_map(|settings| settings.members()) {
                        let name = setting.value.get("query");
                        let value = HeaderValue {
                            is_setting: true,
                            ..HeaderValue::default()
                        };
                        push_at(query, name, "a setting of the signature", &when, value);
                    }
                }
                SchemeForm::ApiKey { location, .. } => {
                    let when = When::Credential(scheme.name.clone());
                    push_at(*location, name, "a credential", &when, HeaderValue::default());
                }
                _ => {}
            }
        }
        let mut push = |node, what, when: &When, value| push_at(ParameterLocation::Header, node, what, when, value);
        if let Some(word) = word(&document.extensions, "x-idempotency") {
            push(word.get("header"), "the idempotency key", &When::Keyed, key(word));
        }
        if let Some(word) = word(&document.extensions, "x-sdk") {
            let id = HeaderValue {
                format: Some("uuid"),
                ..HeaderValue::of("3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10")
            };
            push(word.at("/requestId/header"), "the id of the request", &When::Always, id);
        }
        Self { document, written }
    }

    /// Returns true if the client writes the parameter, so that callers do not pass it.
    pub(super) fn write(
        &self,
        parameter: &document::Parameter,
        operation: &document::Operation,
        report: &mut Report,
    ) -> bool {
        let is_it = |one: &&ClientHeader| {
            let is_header = parameter.location == ParameterLocation::Header;
            let same = one.name == parameter.name || is_header && one.name.eq_ignore_ascii_case(&parameter.name);
            same && one.location == parameter.location
        };
        // Several schemes may share a header.
        let all: Vec<&ClientHeader> = self.written.iter().filter(is_it).collect();
        let Some(written) = all.iter().rev().max_by_key(|one| self.here(&[one], operation)) else {
            return false;
        };
        let here = self.here(&all, operation);
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
                    "does not send it",
                    "write `required: false`, or add what makes the client send it",
                )
            } else {
                (
                    "does not always send it",
                    "write `required: false`, or add it to every alternative of `security`",
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

    fn here(&self, all: &[&ClientHeader], operation: &document::Operation) -> Here {
        let mut schemes = Vec::new();
        for one in all {
            match &one.when {
                When::Keyed if operation.method.is_safe() => {}
                When::Always | When::Keyed => return Here::Always,
                When::Signed(scheme) | When::Credential(scheme) => schemes.push(scheme),
            }
        }
        let alternatives = self.document.security_of(operation);
        let has = |one: &&document::Requirement| one.schemes.iter().any(|of| schemes.contains(&&of.name));
        match alternatives.iter().filter(has).count() {
            0 => Here::Never,
            all if all == alternatives.len() => Here::Always,
            _ => Here::Sometimes,
        }
    }

    /// Reports a parameter whose schema refuses what the client writes.
    fn agree(&self, parameter: &document::Parameter, written: &ClientHeader, report: &mut Report) {
        if written.value.is_setting {
            return;
        }
        if parameter.style == ParameterStyle::Json {
            let message = format!(
                "`{}` is JSON here, but the client sends it as plain text",
                parameter.name
            );
            let fault =
                Diagnostic::new(Code::HeaderDisagrees, message).at(self.document.node(parameter.node).name_span());
            report.push(named(fault, written).help("write `schema` in place of `content`"));
        }
        for id in parameter.schema.into_iter().flat_map(|id| self.together(id)) {
            self.agree_with(self.document.schema(id), &parameter.name, written, report);
        }
    }

    fn agree_with(&self, schema: &Schema, name: &str, written: &ClientHeader, report: &mut Report) {
        let node = self.document.node(schema.node);
        for (keyword, why) in faults(schema, &written.value) {
            let place = node.member(keyword).map_or(node.span(), |member| member.key_span);
            let fault = Diagnostic::new(Code::HeaderDisagrees, format!("`{name}`: {why}")).at(place);
            report.push(named(fault, written).help(SAY_THE_SAME));
        }
        if let Some(pattern) = &schema.limits().pattern
            && !written.value.samples.is_empty()
            && Regex::new(pattern).is_err()
        {
            let message = format!("the pattern `{pattern}` is not compared with the text that the client sends");
            let place = node.member("pattern").map_or(node.span(), |member| member.value.span());
            report.push(Diagnostic::new(Code::PatternNotChecked, message).at(place));
        }
        for (keyword, alternatives) in [("anyOf", &schema.any_of), ("oneOf", &schema.one_of)] {
            if !alternatives.is_empty() && !alternatives.iter().any(|one| self.holds(*one, &written.value, 0)) {
                let place = node.member(keyword).map_or(node.span(), |member| member.key_span);
                let message = format!("`{name}`: no alternative allows the text that the client sends");
                let fault = Diagnostic::new(Code::HeaderDisagrees, message).at(place);
                report.push(named(fault, written).help(SAY_THE_SAME));
            }
        }
    }

    /// Returns true if a schema accepts what the client writes, as far as can be determined.
    fn holds(&self, id: SchemaId, value: &HeaderValue, depth: usize) -> bool {
        let any = |all: &[SchemaId]| all.is_empty() || all.iter().any(|one| self.holds(*one, value, depth + 1));
        let is_met = |id| {
            let schema = self.document.schema(id);
            faults(schema, value).is_empty() && any(&schema.any_of) && any(&schema.one_of)
        };
        depth > limits::HEADER_DEPTH || self.together(id).into_iter().all(is_met)
    }

    /// Returns a schema and those that hold together with it, each once.
    pub(super) fn together(&self, id: SchemaId) -> IndexSet<SchemaId> {
        let (mut all, mut at) = (IndexSet::from([id]), 0);
        while let Some(id) = all.get_index(at).copied() {
            all.extend(parts(self.document.schema(id)));
            at += 1;
        }
        all
    }

    /// Returns the schemas that hold together for a parameter.
    pub(super) fn schemas_of(&self, parameter: &crate::document::Parameter) -> Vec<&'d Schema> {
        let together = parameter.schema.map(|schema| self.together(schema));
        together
            .into_iter()
            .flatten()
            .map(|id| self.document.schema(id))
            .collect()
    }
}

/// Returns the schemas that hold together with the schema itself.
fn parts(schema: &Schema) -> impl Iterator<Item = SchemaId> + '_ {
    let below = schema.reference.as_ref().map(|reference| reference.target).into_iter();
    below.chain(schema.all_of.iter().copied())
}

/// Adds the location of the word that names the header.
fn named(fault: Diagnostic, written: &ClientHeader) -> Diagnostic {
    fault.also(written.span, format!("{}, which the client sends", written.what))
}

/// Returns the keywords of a schema that refuse a value, each with the reason.
fn faults(schema: &Schema, value: &HeaderValue) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if schema.boolean == Some(false) {
        faults.push(("", "no value is allowed, but the client sends one".to_owned()));
    }
    let is_text = schema.types.is_empty() || schema.types.contains(JsonType::String);
    let is_number = schema.types.contains(JsonType::Integer) || schema.types.contains(JsonType::Number);
    if !(is_text || value.number.is_some() && is_number) {
        faults.push(("type", "the client sends a text".to_owned()));
    }
    for (keyword, is_there) in [
        ("enum", schema.enumeration.is_some()),
        ("const", schema.constant.is_some()),
    ] {
        if is_there {
            faults.push((keyword, "the client cannot choose one of several values".to_owned()));
        }
    }
    if let Some(format) = schema.format.as_deref().filter(|format| FORMATS.contains(format))
        && !value.samples.is_empty()
        && value.format != Some(format)
    {
        faults.push(("format", format!("the text that the client sends is not a `{format}`")));
    }
    let limits = schema.limits();
    if let Some(number) = value.number.filter(|_| is_number) {
        let is_below = |bound: &Option<String>, excluded: bool| {
            let least = bound.as_deref().and_then(|bound| number::least(bound, excluded));
            least.is_some_and(|least| number < least)
        };
        let is_above = |bound: &Option<String>, excluded: bool| {
            let most = bound.as_deref().and_then(|bound| number::most(bound, excluded));
            most.is_some_and(|most| number > most)
        };
        for (keyword, is_outside) in [
            ("minimum", is_below(&limits.minimum, false)),
            ("exclusiveMinimum", is_below(&limits.exclusive_minimum, true)),
            ("maximum", is_above(&limits.maximum, false)),
            ("exclusiveMaximum", is_above(&limits.exclusive_maximum, true)),
            (
                "multipleOf",
                limits
                    .multiple_of
                    .as_deref()
                    .is_some_and(|step| number::whole(step) != Some(1)),
            ),
        ] {
            if is_outside {
                faults.push((keyword, format!("the client sends numbers like {number}")));
            }
        }
    }
    if let Some((least, most)) = value.length {
        let written = if least == most {
            format!("{least} characters")
        } else {
            format!("{least} to {most} characters")
        };
        if limits.min_length.is_some_and(|bound| bound > least) {
            faults.push(("minLength", format!("the text that the client sends has {written}")));
        }
        if limits.max_length.is_some_and(|bound| bound < most) {
            faults.push(("maxLength", format!("the text that the client sends has {written}")));
        }
    }
    let pattern = limits.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok());
    let refused = |pattern: &Regex| value.samples.iter().find(|sample| !pattern.is_match(sample)).cloned();
    if let Some(sample) = pattern.as_ref().and_then(refused) {
        faults.push((
            "pattern",
            format!("the client sends texts like `{sample}`, which the pattern does not match"),
        ));
    }
    faults
}

fn signature(word: Node<'_>) -> HeaderValue {
    let encoding = word.get("encoding").and_then(Node::as_str);
    let Some(algorithm) = word
        .get("algorithm")
        .and_then(Node::as_str)
        .and_then(Algorithm::from_word)
    else {
        // The key of the user decides on the length.
        return HeaderValue::default();
    };
    let is_long = algorithm == Algorithm::HmacSha512;
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX";
    let base64 = if is_long {
        [&digits[..83], "/+w=="]
    } else {
        [&digits[..40], "/+8="]
    }
    .concat();
    match encoding.and_then(MacEncoding::from_word) {
        Some(MacEncoding::Hex | MacEncoding::HexAnyCase) => {
            HeaderValue::of(&"0123456789abcdef".repeat(if is_long { 8 } else { 4 }))
        }
        Some(MacEncoding::Base64) => HeaderValue {
            format: Some("byte"),
            ..HeaderValue::of(&base64)
        },
        Some(MacEncoding::Base64Url) => HeaderValue::of(&base64.replace('/', "_").replace('+', "-").replace('=', "")),
        None => HeaderValue::default(),
    }
}

fn timestamp(word: Node<'_>) -> HeaderValue {
    let format = word.get("timestamp").and_then(Node::as_str);
    match format.map_or(Some(TimestampFormat::Rfc3339), TimestampFormat::from_word) {
        Some(TimestampFormat::Rfc3339) => HeaderValue {
            format: Some("date-time"),
            ..HeaderValue::of("2026-06-28T12:34:56Z")
        },
        Some(TimestampFormat::UnixSeconds) => HeaderValue {
            number: Some(1_782_650_096),
            ..HeaderValue::of("1782650096")
        },
        Some(TimestampFormat::UnixMillis) => HeaderValue {
            number: Some(1_782_650_096_000),
            ..HeaderValue::of("1782650096000")
        },
        None => HeaderValue::default(),
    }
}

fn nonce(word: Node<'_>) -> HeaderValue {
    let bound = |name: &str| word.at(&format!("/nonce/{name}")).and_then(Node::as_u64);
    // Length that the runtime uses by default.
    let length = (bound("minLength").unwrap_or(32), bound("maxLength").unwrap_or(32));
    let letters = "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".chars();
    let size = usize::try_from(length.0.max(32).min(length.1.max(1)).min(limits::HEADER_CHARACTERS)).unwrap_or(32);
    let samples = (0..2).map(|half| letters.clone().cycle().skip(half * 32).take(size).collect());
    HeaderValue {
        length: Some(length),
        samples: samples.collect(),
        ..HeaderValue::default()
    }
}

fn key(word: Node<'_>) -> HeaderValue {
    let bound = |name: &str, default| {
        word.at(&format!("/key/{name}"))
            .and_then(Node::as_u64)
            .unwrap_or(default)
    };
    let length = (bound("minLength", 1), bound("maxLength", 255));
    let size = usize::try_from(length.1.min(64).max(length.0).min(limits::HEADER_CHARACTERS)).unwrap_or(64);
    let visible = ('!'..='~').cycle();
    let samples = (0..2).map(|half| visible.clone().skip(half * 47).take(size).collect());
    HeaderValue {
        length: Some(length),
        samples: samples.collect(),
        ..HeaderValue::default()
    }
}
