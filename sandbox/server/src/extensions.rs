//! In: the `x-` words on the root of a contract, its security scheme and its code enum. Out: the same, typed.
//! Never: a default that stands for one API's choice.

use crate::json;
use crate::message::{SignedMessage, ValueSource};
use crate::origin::Defect;
use crate::pattern;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything of the vocabulary that holds for the whole contract.
#[derive(Debug, Default)]
pub struct RootExtensions {
    /// The names of security schemes with `x-signing`, and how they sign.
    pub signing: BTreeMap<String, Signing>,
    pub(crate) idempotency: Option<Idempotency>,
    /// `x-problem-registry`, by code.
    pub registry: BTreeMap<String, RegisteredProblem>,
    /// `x-sdk`.
    pub sdk: Value,
    pub(crate) webhooks: Option<Value>,
    /// The signature of webhooks.
    pub webhook_signing: Option<Signing>,
    /// Signatures that the local sandbox neither checks nor makes.
    pub(crate) unchecked: Vec<String>,
}

/// `x-signing`, of requests or of deliveries.
#[derive(Debug, Clone)]
pub struct Signing {
    /// The header of the signature.
    pub signature_header: String,
    pub(crate) place: SignaturePlace,
    pub(crate) is_sha512: bool,
    pub(crate) encoding: MacEncoding,
    pub(crate) secret: SecretForm,
    pub(crate) message: SignedMessage,
    pub(crate) client_header: Option<String>,
    pub(crate) timestamp_at: Option<ValuePlace>,
    pub(crate) nonce_at: Option<ValuePlace>,
    pub(crate) time: TimeForm,
    /// Names of the settings, and their environment variables.
    pub(crate) settings: Vec<(String, Option<String>)>,
    pub(crate) nonce: Value,
    /// The most seconds between a signature and its arrival; `None`: the age is not checked.
    pub freshness: Option<i64>,
    problems: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum MacEncoding {
    Hex,
    Base64,
    Base64Url,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum SecretEncoding {
    Utf8,
    Hex,
    Base64,
}

/// Form of a secret's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretForm {
    pub(crate) encoding: SecretEncoding,
    /// Text before the encoded bytes; a secret may lack it.
    pub(crate) prefix: String,
}

/// Format of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum TimeForm {
    Rfc3339,
    Seconds,
    Millis,
}

/// The place of the signature of a delivery.
#[derive(Debug, Clone)]
pub(crate) enum SignaturePlace {
    /// A header with nothing else.
    Header,
    /// A header with several items.
    List {
        separator: String,
        pair: String,
        name: Option<String>,
    },
    /// A member of each item of the body.
    Items { each: String, signature: String },
}

/// The place of another value of a delivery.
#[derive(Debug, Clone)]
pub(crate) enum ValuePlace {
    Header(String),
    /// An item of the header of the signature.
    Pair(String),
}

/// `x-idempotency` of the root.
#[derive(Debug, Clone)]
pub(crate) struct Idempotency {
    /// Empty for keys in the body.
    pub(crate) header: String,
    /// The member of the body that is the key.
    pub(crate) member: Option<KeyMember>,
    /// Methods of the operations with a key; empty: all that can change something.
    pub(crate) on: Vec<String>,
    pub(crate) key: Value,
    pub(crate) retention: i64,
    pub(crate) replayed: Option<(String, String)>,
    pub(crate) conflict: Option<String>,
    pub(crate) in_progress: Option<String>,
}

/// A member of a JSON body, or of a JSON part of a body, that is a key.
#[derive(Debug, Clone)]
pub(crate) struct KeyMember {
    pub(crate) part: Option<String>,
    pub(crate) name: String,
}

/// `outcome` of a row: `true` for `not-executed`.
#[derive(Debug, Clone, Copy)]
pub struct NotExecuted {
    /// For a call that creates a resource.
    pub creating: bool,
    /// For any other call.
    pub otherwise: bool,
}

/// One row of `x-problem-registry`.
#[derive(Debug, Clone)]
pub struct RegisteredProblem {
    /// The status of its responses.
    pub status: u16,
    pub(crate) title: String,
    /// The word of the registry: `again`, `resign-once`, `after-change` or `never`.
    pub retry: String,
    /// `true` if nothing was executed after this response.
    pub not_executed: NotExecuted,
    /// `true` if a client corrects its clock after it.
    pub corrects_clock: bool,
    pub(crate) stored: bool,
    pub(crate) advice: String,
}

/// Returns the names of the algorithms with which a sender may sign.
fn algorithms(node: &Value) -> impl Iterator<Item = &str> {
    let named = node.get("algorithm").into_iter();
    let each = named.flat_map(|one| one.as_array().map_or(std::slice::from_ref(one), Vec::as_slice));
    each.filter_map(Value::as_str)
}

/// Returns the MAC among the algorithms: the local sandbox has no key pairs.
fn mac(node: &Value) -> Option<&str> {
    algorithms(node).find(|name| name.starts_with("hmac-"))
}

/// Returns `true` if a MAC can sign, also the one that is the default or unknown.
fn can_mac(node: &Value) -> bool {
    let key_pairs = ["ed25519", "rsa-", "ecdsa-"];
    let is_key_pair = |name: &str| key_pairs.iter().any(|start| name.starts_with(start));
    mac(node).is_some() || !algorithms(node).any(is_key_pair)
}

/// Returns what a word of a member stands for, or that the member must have one of the words.
fn choice<'a, T: Copy>(node: &'a Value, member: &str, word: Option<&str>, all: &[(&str, T)]) -> Result<T, Defect<'a>> {
    let chosen = all.iter().find(|(known, _)| Some(*known) == word);
    chosen.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
        let (last, others) = words.split_last().unwrap_or((&"", &[]));
        Defect::new(node, format!("it must be {} or {last}", others.join(", "))).at(member)
    })
}

const MACS: [(&str, bool); 2] = [("hmac-sha256", false), ("hmac-sha512", true)];
const ENCODINGS: [(&str, MacEncoding); 4] = [
    ("hex", MacEncoding::Hex),
    ("hex-any-case", MacEncoding::Hex),
    ("base64", MacEncoding::Base64),
    ("base64url", MacEncoding::Base64Url),
];
const SECRET_ENCODINGS: [(&str, SecretEncoding); 3] = [
    ("utf8", SecretEncoding::Utf8),
    ("hex", SecretEncoding::Hex),
    ("base64", SecretEncoding::Base64),
];
const TIME_FORMS: [(&str, TimeForm); 3] = [
    ("rfc3339", TimeForm::Rfc3339),
    ("unix-seconds", TimeForm::Seconds),
    ("unix-millis", TimeForm::Millis),
];

/// Where a message has its signature, and the values that are signed with it.
struct SigningPlaces {
    signature_header: Option<String>,
    place: SignaturePlace,
    timestamp_at: Option<ValuePlace>,
    nonce_at: Option<ValuePlace>,
}

impl SigningPlaces {
    fn new(node: &Value, signature_header: Option<&str>) -> Self {
        let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let mut places = Self {
            signature_header: signature_header.map(str::to_owned).or(text("/headers/signature")),
            place: SignaturePlace::Header,
            timestamp_at: text("/headers/timestamp").map(ValuePlace::Header),
            nonce_at: text("/headers/nonce").map(ValuePlace::Header),
        };
        if let Some(read) = node.get("read") {
            places.signature_header = text("/read/header");
            places.set_values(read);
        }
        if let Some((each, signature)) = text("/each").zip(text("/signature")) {
            places.signature_header = Some(String::new());
            places.place = SignaturePlace::Items { each, signature };
        }
        places
    }

    /// Sets what `x-signing.read` has in headers and in items of the header of the signature.
    fn set_values(&mut self, read: &Value) {
        let mut name = None;
        for (key, value) in json::members(read.get("pairs")) {
            match value.as_str() {
                Some("timestamp") => self.timestamp_at = Some(ValuePlace::Pair(key.clone())),
                Some("nonce") => self.nonce_at = Some(ValuePlace::Pair(key.clone())),
                Some(word) if word == "signature" || word.starts_with("hmac-") => name = Some(key.clone()),
                _ => {}
            }
        }
        for (key, value) in json::members(read.get("headers")) {
            match value.as_str() {
                Some("timestamp") => self.timestamp_at = Some(ValuePlace::Header(key.clone())),
                Some("nonce") => self.nonce_at = Some(ValuePlace::Header(key.clone())),
                _ => {}
            }
        }
        if read.get("pairs").is_some() || read.get("list").is_some() {
            let word = |name: &str, usual: &str| read.get(name).and_then(Value::as_str).unwrap_or(usual).to_owned();
            self.place = SignaturePlace::List {
                separator: word("list", ","),
                pair: word("pair", "="),
                name,
            };
        }
    }
}

impl Signing {
    fn new<'a>(node: &'a Value, signature_header: Option<&str>) -> Result<Self, Defect<'a>> {
        let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str);
        let mac = mac(node);
        if text("/scheme") == Some("standard-webhooks") && (mac.is_some() || node.get("algorithm").is_none()) {
            return Ok(Self::standard());
        }
        let is_sha512 = choice(node, "algorithm", mac, &MACS)?;
        let encoding = choice(node, "encoding", text("/encoding"), &ENCODINGS)?;
        let secret = text("/secret").or(text("/secret/encoding")).or(Some("utf8"));
        let secret = SecretForm {
            encoding: choice(node, "secret", secret, &SECRET_ENCODINGS)?,
            prefix: text("/secret/prefix").unwrap_or_default().to_owned(),
        };
        let time = choice(node, "timestamp", text("/timestamp").or(Some("rfc3339")), &TIME_FORMS)?;
        let message = SignedMessage::from_signing(node)?;
        let places = SigningPlaces::new(node, signature_header);
        let missing = |what: &str| Defect::new(node, what).at("headers");
        if message.has(&ValueSource::Timestamp) && places.timestamp_at.is_none() {
            return Err(missing("`timestamp` is missing"));
        }
        if message.has(&ValueSource::Nonce) && places.nonce_at.is_none() {
            return Err(missing("`nonce` is missing"));
        }
        let signature_header = places.signature_header;
        let freshness = node.get("freshness");
        let past = freshness.map(|value| value.get("past").unwrap_or(value));
        let settings = json::members(node.get("settings"));
        let variable = |value: &Value| value.get("environment").and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            signature_header: signature_header.ok_or_else(|| missing("no header contains the signature"))?,
            place: places.place,
            is_sha512,
            encoding,
            secret,
            message,
            client_header: text("/headers/clientId").map(str::to_owned),
            timestamp_at: places.timestamp_at,
            nonce_at: places.nonce_at,
            time,
            settings: settings.map(|(name, value)| (name.clone(), variable(value))).collect(),
            nonce: node.get("nonce").cloned().unwrap_or_default(),
            freshness: past.map_or(Some(300), Value::as_i64),
            problems: node.get("problems").cloned().unwrap_or_default(),
        })
    }

    /// The signature of Standard Webhooks, by a shared secret.
    fn standard() -> Self {
        Self {
            signature_header: "webhook-signature".to_owned(),
            place: SignaturePlace::List {
                separator: " ".to_owned(),
                pair: ",".to_owned(),
                name: Some("v1".to_owned()),
            },
            is_sha512: false,
            encoding: MacEncoding::Base64,
            secret: SecretForm {
                encoding: SecretEncoding::Base64,
                prefix: "whsec_".to_owned(),
            },
            message: SignedMessage::parse("{header.webhook-id}.{timestamp}.{body}").unwrap_or_default(),
            client_header: None,
            timestamp_at: Some(ValuePlace::Header("webhook-timestamp".to_owned())),
            nonce_at: None,
            time: TimeForm::Seconds,
            settings: Vec::new(),
            nonce: Value::Null,
            freshness: Some(300),
            problems: Value::Null,
        }
    }

    /// The header of the instant.
    pub(crate) fn timestamp_header(&self) -> Option<&str> {
        header_of(self.timestamp_at.as_ref())
    }

    /// Returns the header of the nonce.
    pub fn nonce_header(&self) -> Option<&str> {
        header_of(self.nonce_at.as_ref())
    }

    /// Returns `true` if each item of a body has a signature, and no header has one.
    pub fn is_of_items(&self) -> bool {
        matches!(self.place, SignaturePlace::Items { .. })
    }

    /// Returns the code for `client`, `signature`, `expired` or `replayed`.
    pub fn problem(&self, name: &str) -> String {
        let code = self.problems.get(name).and_then(Value::as_str);
        code.unwrap_or_default().to_owned()
    }

    /// The headers that belong to the signature and are checked with it.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        let others = [
            self.timestamp_header(),
            self.nonce_header(),
            self.client_header.as_deref(),
        ];
        std::iter::once(self.signature_header.as_str()).chain(others.into_iter().flatten())
    }
}

fn header_of(at: Option<&ValuePlace>) -> Option<&str> {
    match at? {
        ValuePlace::Header(name) => Some(name),
        ValuePlace::Pair(_) => None,
    }
}

impl RootExtensions {
    pub(crate) fn new(root: &Value) -> Result<Self, Defect<'_>> {
        let mut extensions = Self {
            sdk: root.get("x-sdk").cloned().unwrap_or_default(),
            ..Self::default()
        };
        for (name, scheme) in json::members(root.pointer("/components/securitySchemes")) {
            if let Some(node) = scheme.get("x-signing") {
                let header = scheme.get("name").and_then(Value::as_str);
                let is_in_header = scheme.get("in").and_then(Value::as_str) == Some("header");
                let has_form = ["jws", "http", "oauth1", "query"]
                    .iter()
                    .any(|member| node.get(member).is_some());
                if has_form || !is_in_header || !can_mac(node) {
                    extensions.unchecked.push(format!("the signature `{name}` of requests"));
                } else {
                    extensions.signing.insert(name.clone(), Signing::new(node, header)?);
                }
            }
        }
        let unchecked = unchecked(root).into_iter();
        let unchecked = unchecked.map(|(what, example)| format!("{what} `{example}`"));
        extensions.unchecked.extend(unchecked);
        let rules = root.get("x-idempotency");
        extensions.idempotency = rules.and_then(|node| Some(idempotency(node, node.get("header")?.as_str()?, None)));
        for (_, schema) in json::members(root.pointer("/components/schemas")) {
            for (code, row) in json::members(schema.get("x-problem-registry")) {
                extensions.registry.insert(code.clone(), problem(code, row)?);
            }
        }
        if let Some(webhooks) = root.get("x-webhooks") {
            let signing = webhooks.get("signing");
            if signing.is_some_and(|node| !can_mac(node)) {
                extensions.unchecked.push("the signature of webhooks".to_owned());
            } else {
                extensions.webhook_signing = signing.map(|node| Signing::new(node, None)).transpose()?;
            }
            extensions.webhooks = Some(webhooks.clone());
        }
        Ok(extensions)
    }

    /// A text of `x-sdk` by pointer.
    pub(crate) fn sdk(&self, pointer: &str) -> Option<&str> {
        self.sdk.pointer(pointer).and_then(Value::as_str)
    }

    /// A member of `x-webhooks`.
    pub(crate) fn webhook(&self, member: &str) -> Option<&Value> {
        self.webhooks.as_ref()?.get(member)
    }

    /// Returns the pointer of `x-webhooks.envelope` to a value of an event.
    pub fn envelope(&self, member: &str) -> Option<&str> {
        // An id can be in a header instead.
        let pointer = self.webhook("envelope")?.get(member)?.as_str();
        pointer.filter(|pointer| pointer.starts_with('/'))
    }

    /// The word for the API's side in lifecycles.
    pub(crate) fn owner(&self) -> &str {
        self.sdk("/owner/party").unwrap_or("owner")
    }
}

/// Keywords of schemas that are not checked.
const UNCHECKED: [&str; 4] = [
    "unevaluatedProperties",
    "unevaluatedItems",
    "$dynamicRef",
    "$recursiveRef",
];

/// Collects what values are not checked against: one example of patterns that are not of a regular language, and keywords.
fn unchecked(root: &Value) -> BTreeMap<&'static str, &str> {
    let mut found: BTreeMap<&'static str, &str> = BTreeMap::new();
    for (name, value) in json::all_members(root) {
        let pattern = value.as_str().filter(|_| name == "pattern");
        if let Some(pattern) = pattern.filter(|pattern| pattern::matches(pattern, "").is_none()) {
            found
                .entry("patterns with lookaround or back references, such as")
                .or_insert(pattern);
        } else if UNCHECKED.contains(&name.as_str()) && !value.is_null() {
            found.entry("the keyword").or_insert(name);
        }
    }
    found
}

/// Reads the rules of keys in a header or in a member of the body.
pub(crate) fn idempotency(node: &Value, header: &str, member: Option<KeyMember>) -> Idempotency {
    let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Idempotency {
        header: header.to_owned(),
        member,
        on: json::items(node.get("on"))
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        key: node.get("key").cloned().unwrap_or_default(),
        retention: node.get("retention").and_then(Value::as_i64).unwrap_or(86_400),
        replayed: text("/replayed/header").zip(text("/replayed/value")),
        conflict: text("/problems/conflict"),
        in_progress: text("/problems/inProgress"),
    }
}

fn problem<'a>(code: &str, row: &'a Value) -> Result<RegisteredProblem, Defect<'a>> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let outcome = |of: &str| {
        let own = row.pointer(&format!("/outcome/{of}")).and_then(Value::as_str);
        own.or(text("outcome"))
    };
    let status = row.get("status").and_then(Value::as_u64);
    let status = status.and_then(|status| u16::try_from(status).ok());
    Ok(RegisteredProblem {
        status: status
            .filter(|status| (400..600).contains(status))
            .ok_or_else(|| Defect::new(row, "it is not an HTTP status from 400 to 599").at("status"))?,
        title: text("title").unwrap_or(code).to_owned(),
        retry: text("retry").unwrap_or_default().to_owned(),
        not_executed: NotExecuted {
            creating: outcome("creating") == Some("not-executed"),
            otherwise: outcome("otherwise") == Some("not-executed"),
        },
        corrects_clock: row.get("correctClock") == Some(&Value::Bool(true)),
        stored: row.get("stored").and_then(Value::as_bool).unwrap_or(false),
        advice: text("advice").unwrap_or_default().to_owned(),
    })
}
