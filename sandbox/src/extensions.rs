//! In: the `x-` words on the root of a contract, its security scheme and its code enum. Out: the same, typed.
//! Never: a default that stands for one API's choice.

use crate::json;
use crate::origin::Wrong;
use crate::suggestions::suggestion;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything of the vocabulary that holds for the whole contract.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    /// The names of security schemes with `x-signing`, and how they sign.
    pub(crate) signing: BTreeMap<String, Signing>,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) registry: BTreeMap<String, Problem>,
    pub(crate) sdk: Value,
    pub(crate) webhooks: Option<Value>,
    pub(crate) webhook_signing: Option<Signing>,
}

/// `x-signing`, of requests or of deliveries.
#[derive(Debug, Clone)]
pub(crate) struct Signing {
    pub(crate) signature_header: String,
    pub(crate) encoding: Encoding,
    pub(crate) secret: SecretForm,
    pub(crate) separator: String,
    pub(crate) components: Vec<Component>,
    pub(crate) client_header: Option<String>,
    pub(crate) timestamp_header: String,
    /// Of requests always; deliveries can go without.
    pub(crate) nonce_header: Option<String>,
    pub(crate) unix_seconds: bool,
    pub(crate) nonce: Value,
    pub(crate) freshness: i64,
    problems: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Encoding {
    Hex,
    Base64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum SecretForm {
    Utf8,
    Hex,
    Base64,
}

/// One part of a base string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Component {
    Method,
    Target,
    Body(Encoding),
    Timestamp,
    Nonce,
    ClientId,
    IdempotencyKey,
}

/// `x-idempotency` of the root.
#[derive(Debug, Clone)]
pub(crate) struct Idempotency {
    pub(crate) header: String,
    pub(crate) key: Value,
    pub(crate) retention: i64,
    pub(crate) replayed: Option<(String, String)>,
    pub(crate) conflict: Option<String>,
    pub(crate) in_progress: Option<String>,
}

/// `outcome` of a row: `true` for `not-executed`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotExecuted {
    /// For a call that creates a resource.
    pub(crate) creating: bool,
    pub(crate) otherwise: bool,
}

/// One row of `x-problem-registry`.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) title: String,
    /// The word of the registry: `again`, `resign-once`, `after-change` or `never`.
    pub(crate) retry: String,
    /// `true` if nothing was executed after this response.
    pub(crate) not_executed: NotExecuted,
    pub(crate) corrects_clock: bool,
    pub(crate) stored: bool,
    pub(crate) advice: String,
}

impl Component {
    const ALL: [Self; 8] = [
        Self::Method,
        Self::Target,
        Self::Body(Encoding::Hex),
        Self::Body(Encoding::Base64),
        Self::Timestamp,
        Self::Nonce,
        Self::ClientId,
        Self::IdempotencyKey,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Target => "target",
            Self::Body(Encoding::Hex) => "body-sha256-hex",
            Self::Body(Encoding::Base64) => "body-sha256-base64",
            Self::Timestamp => "timestamp",
            Self::Nonce => "nonce",
            Self::ClientId => "client-id",
            Self::IdempotencyKey => "idempotency-key",
        }
    }

    fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|component| component.name() == name)
    }
}

impl Signing {
    fn read<'a>(node: &'a Value, signature_header: Option<&str>) -> Result<Self, Wrong<'a>> {
        let wrong = |member: &str, what: &str| Wrong::new(node, what).at(member);
        let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str);
        if text("/algorithm") != Some("hmac-sha256") {
            return Err(wrong("algorithm", "it must be hmac-sha256"));
        }
        let encoding = match text("/encoding") {
            Some("hex") => Encoding::Hex,
            Some("base64") => Encoding::Base64,
            _ => return Err(wrong("encoding", "it must be hex or base64")),
        };
        let secret = match text("/secret") {
            None | Some("utf8") => SecretForm::Utf8,
            Some("hex") => SecretForm::Hex,
            Some("base64") => SecretForm::Base64,
            Some(_) => return Err(wrong("secret", "it must be utf8, hex or base64")),
        };
        let unix_seconds = match text("/timestamp") {
            Some("rfc3339") => false,
            Some("unix-seconds") => true,
            _ => return Err(wrong("timestamp", "it must be rfc3339 or unix-seconds")),
        };
        let names = node.get("components").and_then(Value::as_array);
        let names = names.ok_or_else(|| wrong("components", "it is missing"))?;
        let mut components = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let text = name.as_str().unwrap_or_default();
            components.push(Component::read(text).ok_or_else(|| {
                let known = suggestion(text, Component::ALL.map(Component::name));
                wrong("components", &format!("there is no component {name}{known}")).at(&number.to_string())
            })?);
        }
        let header = |name: &str| text(&format!("/headers/{name}")).map(str::to_owned);
        let nonce_header = header("nonce");
        if nonce_header.is_none() && (signature_header.is_some() || components.contains(&Component::Nonce)) {
            return Err(wrong("headers", "`nonce` is missing"));
        }
        Ok(Self {
            signature_header: signature_header
                .map(str::to_owned)
                .or_else(|| header("signature"))
                .ok_or_else(|| wrong("headers", "no header contains the signature"))?,
            encoding,
            secret,
            separator: text("/separator").unwrap_or("\n").to_owned(),
            components,
            client_header: header("clientId"),
            timestamp_header: header("timestamp").ok_or_else(|| wrong("headers", "`timestamp` is missing"))?,
            nonce_header,
            unix_seconds,
            nonce: node.get("nonce").cloned().unwrap_or_default(),
            freshness: node.get("freshness").and_then(Value::as_i64).unwrap_or(300),
            problems: node.get("problems").cloned().unwrap_or_default(),
        })
    }

    /// The code for `client`, `signature`, `expired` or `replayed`.
    pub(crate) fn problem(&self, name: &str) -> String {
        let code = self.problems.get(name).and_then(Value::as_str);
        code.unwrap_or_default().to_owned()
    }

    /// The headers that belong to the signature and are checked with it.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        let others = [self.nonce_header.as_deref(), self.client_header.as_deref()];
        [self.signature_header.as_str(), &self.timestamp_header]
            .into_iter()
            .chain(others.into_iter().flatten())
    }
}

impl Extensions {
    pub(crate) fn read(root: &Value) -> Result<Self, Wrong<'_>> {
        let mut extensions = Self {
            sdk: root.get("x-sdk").cloned().unwrap_or_default(),
            ..Self::default()
        };
        for (name, scheme) in json::members(root.pointer("/components/securitySchemes")) {
            if let Some(node) = scheme.get("x-signing") {
                let header = scheme.get("name").and_then(Value::as_str);
                extensions.signing.insert(name.clone(), Signing::read(node, header)?);
            }
        }
        extensions.idempotency = root.get("x-idempotency").map(idempotency).transpose()?;
        for (_, schema) in json::members(root.pointer("/components/schemas")) {
            for (code, row) in json::members(schema.get("x-problem-registry")) {
                extensions.registry.insert(code.clone(), problem(code, row)?);
            }
        }
        if let Some(webhooks) = root.get("x-webhooks") {
            let signing = webhooks.get("signing").map(|node| Signing::read(node, None));
            extensions.webhook_signing = signing.transpose()?;
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

    /// The pointer to a member of the envelope of events.
    pub(crate) fn envelope(&self, member: &str) -> Option<&str> {
        self.webhook("envelope")?.get(member)?.as_str()
    }

    /// The word for the API's side in lifecycles.
    pub(crate) fn owner(&self) -> &str {
        self.sdk("/owner/party").unwrap_or("owner")
    }
}

fn idempotency(node: &Value) -> Result<Idempotency, Wrong<'_>> {
    let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Ok(Idempotency {
        header: text("/header").ok_or_else(|| Wrong::new(node, "`header` is missing"))?,
        key: node.get("key").cloned().unwrap_or_default(),
        retention: node.get("retention").and_then(Value::as_i64).unwrap_or(86_400),
        replayed: text("/replayed/header").zip(text("/replayed/value")),
        conflict: text("/problems/conflict"),
        in_progress: text("/problems/inProgress"),
    })
}

fn problem<'a>(code: &str, row: &'a Value) -> Result<Problem, Wrong<'a>> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let outcome = |of: &str| {
        let own = row.pointer(&format!("/outcome/{of}")).and_then(Value::as_str);
        own.or(text("outcome"))
    };
    let status = row.get("status").and_then(Value::as_u64);
    let status = status.and_then(|status| u16::try_from(status).ok());
    Ok(Problem {
        status: status
            .filter(|status| (400..600).contains(status))
            .ok_or_else(|| Wrong::new(row, "it is not an HTTP status from 400 to 599").at("status"))?,
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
