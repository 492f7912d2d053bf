//! Raw calls, which the contract does not describe: method, target and body come in, the bytes of the answer go out. They must
//! be signed like any other call.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, Method};

use super::core::Core;
use super::delivered::Delivered;
use super::finish::expected;
use super::journaled::exchange;
use super::prepare::check_key;
use super::response::Response;
use super::start::Start;
use crate::answer::Binary;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::idempotency::{IdempotencyKey, RefreshKey};
use crate::journal::{Promise, Success};
use crate::multipart::Payload;
use crate::refusal::Refusal;
use crate::request::{Act, Options, Prepared};
#[cfg(feature = "credentials")]
use crate::security::Credential;
use crate::security::Wanted;
use crate::signing::{Component, Signing};
use crate::target;

/// A raw call under construction. `.await` sends it; the body of a 2xx comes back as bytes.
#[must_use = "a call does nothing until it is awaited"]
pub struct Raw {
    core: Core,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
    key: Option<IdempotencyKey>,
    subject: Vec<String>,
    /// `true` for a refresh key.
    refreshes: bool,
    options: Options,
    refusal: Option<Refusal>,
}

/// Arguments and body never print.
impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let endpoint = raw_endpoint(self.method.clone(), &self.target);
        f.debug_struct("Raw")
            .field("endpoint", &format_args!("{endpoint}"))
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Creates a call that the generated client has no method for. It is signed like any other.
    ///
    /// `target` is the path, followed by `?` and the query if there is one, percent-encoded exactly as it is sent.
    pub fn raw(&self, method: Method, target: impl Into<String>) -> Raw {
        Raw::new(self.clone(), method, target.into())
    }
}

impl Raw {
    fn new(core: Core, method: Method, target: String) -> Self {
        Self {
            core,
            method,
            target,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            key: None,
            subject: Vec::new(),
            refreshes: false,
            options: Options::default(),
            refusal: None,
        }
    }

    /// Sets the key of an action with an effect, which a journal records. Without a key the call is sent once.
    pub fn key(mut self, key: IdempotencyKey) -> Self {
        (self.key, self.refreshes) = (Some(key), false);
        self
    }

    /// Sets the key of a call that only requests a fresh answer, which no journal records.
    pub fn refresh_key(mut self, key: RefreshKey) -> Self {
        (self.key, self.refreshes) = (Some(key.into_key()), true);
        self
    }

    /// Sets the subject of the call, which may be acted on only once: an action and your reference, such as `["refund.create",
    /// "order-17"]`. A journal then refuses a call of this client with the same subject and another key.
    ///
    /// Refused if no journal records the call: without a key, or for a client without a journal.
    ///
    /// ```no_run
    /// # use sdkwright_runtime::{IdempotencyKey, http::Method};
    /// # async fn refund(client: &sdkwright_runtime::glue::Core) -> Result<(), Box<dyn std::error::Error>> {
    /// let answer = client
    ///     .raw(Method::POST, "/v1/refunds")
    ///     .key(IdempotencyKey::new("order-17:refund")?)
    ///     .subject(["refund.create", "order-17"])
    ///     .body("application/json", r#"{"order":"order-17","amount":"12.50"}"#)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn subject<T: Into<String>>(mut self, parts: impl IntoIterator<Item = T>) -> Self {
        self.subject = parts.into_iter().map(Into::into).collect();
        if self.subject.iter().all(String::is_empty) {
            self.refusal
                .get_or_insert(Refusal::KeyUse("a subject must have at least one part with text"));
        }
        self
    }

    /// Sets the body.
    pub fn body(mut self, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.put(CONTENT_TYPE.as_str(), content_type);
        self.body = bytes.into();
        self
    }

    /// Adds a header; those that the client writes itself are refused.
    ///
    /// A journal accepts the media type in `Accept` as the answer of an action under a key; by default JSON, or no body with
    /// status 204. Any other 2xx stays cut off in the journal, and is requested again.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if self.core.api().owns_header(name) && !name.eq_ignore_ascii_case("accept") {
            let why = "the client sets it itself";
            self.refusal.get_or_insert(Refusal::Header {
                name: name.to_owned(),
                why,
            });
        } else {
            self.put(name, value);
        }
        self
    }

    fn put(&mut self, name: &str, value: &str) {
        if let Some((name, value)) = self.core.api().header_of_call(name, value) {
            self.headers.insert(name, value);
        } else {
            let why = "it cannot be sent as a header";
            self.refusal.get_or_insert(Refusal::Header {
                name: name.to_owned(),
                why,
            });
        }
    }

    /// Sets the timeout of one attempt.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sets the deadline of the call, with all attempts and waits.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = Some(deadline);
        self
    }

    /// Sets the largest number of retries.
    pub fn retries(mut self, retries: u32) -> Self {
        self.options.attempts = Some(retries.saturating_add(1));
        self
    }

    /// Sets the request id of the first attempt.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.options.request_id = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// Sets the credential for one security scheme, instead of the client's.
    #[cfg(feature = "credentials")]
    pub fn credential(mut self, credential: Credential) -> Self {
        if let Err((scheme, why)) = self.options.credentials.put(self.core.api().schemes, credential) {
            let why = why.to_string();
            self.refusal.get_or_insert(Refusal::Credential { scheme, why });
        }
        self
    }

    fn prepare(self) -> Result<Prepared, Refusal> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        let is_signed = |signing: &Signing| signing.components.contains(&Component::Method);
        let is_lower = self.method.as_str().bytes().any(|letter| letter.is_ascii_lowercase());
        if is_lower && self.core.api().signing.is_some_and(is_signed) {
            return Err(Refusal::Method(self.method.to_string()));
        }
        check_key(self.core.api(), &self.method, self.key.as_ref(), false)?;
        if !self.subject.is_empty() && (self.key.is_none() || self.core.shared().journal.is_none()) {
            return Err(Refusal::KeyUse(
                "a subject is stored in a journal with a key: the call needs both",
            ));
        }
        let endpoint = raw_endpoint(self.method, &self.target);
        let mut headers = self.core.default_headers().clone();
        headers.insert(USER_AGENT, self.core.user_agent());
        headers.extend(self.headers);
        let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        let promise = Promise {
            successes: Success::accepted(accept),
            ..Promise::default()
        };
        let act = Act {
            named: self.subject,
            ..Act::default()
        };
        Ok(Prepared {
            endpoint,
            origin: self.core.shared().origin.clone(),
            target: target::raw(self.core.prefix(), &self.target)?,
            headers,
            payload: Payload::from_bytes(self.body),
            key: self.key,
            wanted: Wanted::Everything,
            arguments: Vec::new(),
            noted: Vec::new(),
            echoes: Vec::new(),
            options: self.options,
            promise,
            creates: false,
            act: (!self.refreshes).then_some(act),
        })
    }

    async fn deliver(self) -> Result<Delivered, Error> {
        let core = self.core.clone();
        let endpoint = raw_endpoint(self.method.clone(), &self.target);
        let start = Start::new(&core, endpoint, self.key.as_ref(), !self.refreshes);
        let (watch, carried) = start.begin(&core, self.prepare())?;
        Delivered::watched(exchange(core, carried).await, watch)
    }
}

impl IntoFuture for Raw {
    type Output = Result<Response<Bytes>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let delivered = self.deliver().await;
            let answer = expected::<Binary>();
            delivered.map(Delivered::raw).map_err(|error| error.expecting(answer))
        })
    }
}

/// Returns the endpoint of a raw call.
fn raw_endpoint(method: Method, target: &str) -> Endpoint {
    let path = target.split('?').next().unwrap_or_default();
    Endpoint::new("", method, path.to_owned())
}
