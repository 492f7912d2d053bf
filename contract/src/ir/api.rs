//! The whole API, before and after it is sealed, and one type of it: shape, origin, reachability.

use std::collections::BTreeMap;

use sdkwright_description::{Idempotency, RetryRules};

use super::extension::{PayloadHash, SdkSettings, WebhookDeliveries, WebhookEvent};
use super::http::Method;
use super::node::{Documentation, OperationId, TypeId};
use super::operation::{Header, Operation, ParameterLocation, PartContent, Server};
use super::shape::{Member, Shape};
use super::signing::{Signing, TokenSource};
use crate::source::Origin;

/// Result of `lower`: complete, but ids may dangle and cycles may be unbroken.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnsealedApi {
    /// Title, version, description.
    pub info: Info,
    /// Servers in contract order.
    pub servers: Vec<Server>,
    /// All types.
    pub types: Vec<Type>,
    /// All operations in contract order.
    pub operations: Vec<Operation>,
    /// Security schemes in contract order.
    pub security: Vec<SecurityScheme>,
    /// Tags with their text, in contract order.
    pub tags: Vec<Tag>,
    /// Root `x-sdk`.
    pub settings: SdkSettings,
    /// Root `x-retry`.
    pub retry: Option<RetryRules>,
    /// Root `x-idempotency`.
    pub idempotency: Option<Idempotency>,
    /// Operations that take a key, and its place.
    pub key_scope: KeyScope,
    /// The enum that carries the problem registry.
    pub problem_codes: Option<TypeId>,
    /// `x-webhooks` or 3.1 `webhooks`.
    pub webhooks: Option<WebhookDeliveries>,
    /// Callbacks, and events of `webhooks` of OpenAPI 3.1 without a declared signature: their payloads are models.
    pub deliveries: Vec<WebhookEvent>,
    /// Links of responses, in contract order.
    pub links: Vec<super::operation::Link>,
    /// Number of fallbacks to any JSON value, by reason.
    pub fallbacks: BTreeMap<String, usize>,
    /// Statements of the contract that its owner does not document, in the order of the contract.
    pub assumptions: Vec<super::extension::Assumption>,
    /// Type of each schema that became one, in the order of the contract.
    pub schemas: Vec<SchemaType>,
    /// Places of each inline type that the contract writes more than once; set by the pass `duplicates`.
    pub shared: BTreeMap<TypeId, Vec<InlinePlace>>,
}

/// Type of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaType {
    /// The schema.
    pub node: crate::source::NodeId,
    /// Its type without `null`.
    pub ty: TypeId,
    /// True if a value may be `null`.
    pub nullable: bool,
}

/// Operations that take a key, and its place (`x-idempotency`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyScope {
    /// Methods whose operations take the header without an intent; empty: each unsafe operation states its intent.
    pub on: Vec<Method>,
    /// Member of the JSON body that is the key, whatever its name.
    pub member: Option<String>,
}

impl UnsealedApi {
    /// Returns all response headers, by name in lower case.
    pub fn headers(&self) -> BTreeMap<String, Vec<&Header>> {
        let mut headers: BTreeMap<String, Vec<&Header>> = BTreeMap::new();
        for header in self.operations.iter().flat_map(Operation::headers) {
            headers
                .entry(header.name.to_ascii_lowercase())
                .or_default()
                .push(header);
        }
        headers
    }

    /// Returns the servers to choose from, each once: those of the API in contract order; if only single operations
    /// have servers, these by their addresses.
    pub fn choices(&self) -> Vec<&Server> {
        let of_all = self.servers.iter().filter(|server| server.is_absolute());
        if of_all.clone().any(Server::is_of_all) {
            return of_all.collect();
        }
        let mut each: BTreeMap<&str, &Server> = BTreeMap::new();
        let all = self.operations.iter().flat_map(|operation| &operation.servers);
        for server in all.filter(|server| server.is_absolute()) {
            let known = each.entry(server.url.trim_end_matches('/')).or_insert(server);
            // The order of operations has no meaning.
            if server.origin.pointer < known.origin.pointer {
                *known = server;
            }
        }
        each.into_values().collect()
    }
}

/// A sealed API, made by `passes::seal` alone.
#[derive(Clone, PartialEq)]
pub struct Api {
    unsealed: UnsealedApi,
    /// The type behind the aliases of each type.
    behind: Vec<TypeId>,
    /// The type behind the aliases and `null` of each type.
    behind_null: Vec<TypeId>,
}

impl Api {
    /// Wraps an unsealed API as it is, without any pass.
    #[cfg(feature = "testing")]
    pub fn without_passes(unsealed: UnsealedApi) -> Self {
        Self::sealed(unsealed)
    }

    /// Wraps an unsealed API; only `passes::seal` may call this.
    pub(crate) fn sealed(unsealed: UnsealedApi) -> Self {
        let ids = || (0u32..).map(TypeId);
        let own = |ends: Vec<Option<TypeId>>| ends.into_iter().zip(ids()).map(|(end, id)| end.unwrap_or(id)).collect();
        Self {
            behind: own(ends(&unsealed.types, alias)),
            behind_null: own(ends(&unsealed.types, alias_or_nullable)),
            unsealed,
        }
    }

    /// Returns the type with this id.
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.unsealed.types[id.0 as usize]
    }

    /// Returns the type behind aliases.
    pub fn behind(&self, id: TypeId) -> TypeId {
        self.behind[id.0 as usize]
    }

    /// Returns the type behind aliases and `null`.
    pub fn behind_null(&self, id: TypeId) -> TypeId {
        self.behind_null[id.0 as usize]
    }

    /// Returns the body of an operation that carries an approval, and the member with the evidence.
    pub fn approval(&self, operation: &Operation) -> Option<(TypeId, &Member)> {
        let mut bodies = operation.forms().filter_map(|form| match form.content {
            PartContent::Json(id) => Some(self.behind(id)),
            _ => None,
        });
        bodies.find_map(|id| {
            let Shape::Object(object) = &self.ty(id).shape else {
                return None;
            };
            let is_evidence = |member: &&Member| matches!(member.payload_hash, Some(PayloadHash::Approves { .. }));
            Some((id, object.members.iter().find(is_evidence)?))
        })
    }

    /// Returns all types with their ids.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        (0u32..).map(TypeId).zip(&self.unsealed.types)
    }

    /// Returns all operations with their ids, in contract order.
    pub fn operations(&self) -> impl Iterator<Item = (OperationId, &Operation)> {
        (0u32..).map(OperationId).zip(&self.unsealed.operations)
    }

    /// Returns the operation with this id.
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.unsealed.operations[id.0 as usize]
    }
}

/// Prints the unsealed API alone: the tables follow from it.
#[allow(clippy::missing_fields_in_debug)]
impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("unsealed", &self.unsealed).finish()
    }
}

impl std::ops::Deref for Api {
    type Target = UnsealedApi;

    fn deref(&self) -> &UnsealedApi {
        &self.unsealed
    }
}

/// Title, version, description.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Info {
    pub title: String,
    pub version: String,
    pub description: Option<String>,
    pub license: Option<String>,
}

/// A tag: the text of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Tag {
    pub name: String,
    /// Title or name of its `parent`.
    pub parent: Option<String>,
    pub text: Documentation,
}

/// A security scheme.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct SecurityScheme {
    pub name: String,
    pub kind: SecurityKind,
    /// The endpoint that exchanges client credentials for its tokens.
    pub tokens: Option<TokenSource>,
    /// Metadata of the authorization server (RFC 8414).
    pub metadata_url: Option<String>,
    /// The device authorization flow (RFC 8628).
    pub device: Option<DeviceUrls>,
    pub text: Documentation,
    pub origin: Origin,
}

/// Endpoints of the device authorization flow (RFC 8628).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DeviceUrls {
    pub url: String,
    pub token_url: String,
    pub refresh_url: Option<String>,
}

/// Kind of authentication.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum SecurityKind {
    Signing(Box<Signing>),
    ApiKey {
        location: ParameterLocation,
        name: String,
    },
    Basic,
    Bearer,
    OAuth2,
    OpenId,
    MutualTls,
    /// `type: http` with another scheme.
    Http(String),
}

// Aliases: the only place that follows them.

/// Returns the target of an alias.
pub(crate) fn alias(ty: &Type) -> Option<TypeId> {
    match ty.shape {
        Shape::Alias(next) => Some(next),
        _ => None,
    }
}

/// Returns the target of an alias, or the type of the values that are not `null`.
fn alias_or_nullable(ty: &Type) -> Option<TypeId> {
    match ty.shape {
        Shape::Alias(next) | Shape::Nullable(next) => Some(next),
        _ => None,
    }
}

/// Returns an id and those that it leads to, in order. A cycle is left after as many ids as there are types.
pub(crate) fn chain(
    types: &[Type],
    id: TypeId,
    step: impl Fn(&Type) -> Option<TypeId>,
) -> impl Iterator<Item = TypeId> {
    let next = move |at: &TypeId| step(types.get(at.0 as usize)?);
    std::iter::successors(Some(id), next).take(types.len() + 1)
}

/// Returns the type behind aliases; `None` for a cycle of aliases.
pub(crate) fn behind(types: &[Type], id: TypeId) -> Option<TypeId> {
    let end = chain(types, id, alias).last()?;
    types.get(end.0 as usize).filter(|ty| alias(ty).is_none()).map(|_| end)
}

/// Returns the type behind aliases and `null`; a member of the cycle for a cycle.
pub(crate) fn behind_null(types: &[Type], id: TypeId) -> TypeId {
    chain(types, id, alias_or_nullable).last().unwrap_or(id)
}

/// Returns the end of every type's chain; `None` for those that lead into a cycle.
pub(crate) fn ends(types: &[Type], step: impl Fn(&Type) -> Option<TypeId>) -> Vec<Option<TypeId>> {
    let mut ends: Vec<Option<TypeId>> = vec![None; types.len()];
    let mut seen = vec![false; types.len()];
    for id in (0u32..).map(TypeId).take(types.len()) {
        let (mut path, mut at) = (Vec::new(), id);
        let end = loop {
            let index = at.0 as usize;
            let Some(ty) = types.get(index) else { break None };
            if seen[index] {
                break ends[index];
            }
            seen[index] = true;
            path.push(index);
            match step(ty) {
                Some(next) => at = next,
                None => break Some(at),
            }
        };
        for index in path {
            ends[index] = end;
        }
    }
    ends
}

/// Name of a type, and how binding it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameHint {
    /// Pinned by the contract's author or an override (`x-newtype`, `contracts.yaml`): this name or an error.
    Pinned(String),
    /// A component name: kept unless two collide.
    Given(String),
    /// A schema with a name in another file: kept like that of a component, which is stronger. `around` is a word for the file,
    /// which tells it from another one of the name.
    #[allow(missing_docs)]
    Elsewhere { name: String, around: String },
    /// An inline type: named after its place, parent first (`CreateOrder`, `items`, `item`).
    Derived(Vec<String>),
    /// Without a name (plain strings, arrays, maps, options).
    Anonymous,
}

impl NameHint {
    /// Returns the name in the contract; `None` for an inline type.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Pinned(name) | Self::Given(name) | Self::Elsewhere { name, .. } => Some(name),
            Self::Derived(_) | Self::Anonymous => None,
        }
    }
}

/// A place where the contract writes an inline type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePlace {
    /// Its words, parent first, as in [`NameHint::Derived`].
    pub path: Vec<String>,
    /// Its title there.
    pub title: Option<String>,
    /// JSON Pointer, by which an override names it.
    pub pointer: String,
}

/// Directions that reach a type; set by the pass `reach`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Directions {
    /// Sent by the SDK.
    pub request: bool,
    /// Received by the SDK (responses, problems, webhooks).
    pub response: bool,
}

/// A type of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Its name.
    pub name: NameHint,
    /// Its structure.
    pub shape: Shape,
    /// Its documentation.
    pub text: Documentation,
    /// True if redacted wherever it is printed.
    pub sensitive: bool,
    /// Example values as JSON text, in contract order.
    pub examples: Vec<String>,
    /// Set by the pass `reach`.
    pub directions: Directions,
    /// Location in the contract.
    pub origin: Origin,
}

impl Type {
    /// Returns a type without texts and examples, which no operation has reached yet.
    pub fn new(name: NameHint, shape: Shape, origin: Origin) -> Self {
        Self {
            name,
            shape,
            text: Documentation::default(),
            sensitive: false,
            examples: Vec::new(),
            directions: Directions::default(),
            origin,
        }
    }
}
