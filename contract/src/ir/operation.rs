//! One operation: request and responses.

use super::{
    content::{BodyForm, FieldEncoding, ParameterStyle, PartContent},
    extension::{DeclaredKey, EffectKind, Pagination, Repeat, Subject},
    node::{Documentation, TypeId},
    server::Server,
};
use crate::constant;
use crate::source::{Member, Node, Origin};
use sdkwright_description::KeyIntent;

/// Method of RFC 9110, `QUERY` of OpenAPI 3.2 (a `GET` with a body), or one of `additionalOperations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
    Query,
    /// Token of a method of `additionalOperations`, which may change something.
    Other(&'static str),
}

impl Method {
    /// Keys of a path item with their methods, in the order of the specification.
    pub const KEYS: [(&'static str, Self); 9] = [
        ("get", Self::Get),
        ("put", Self::Put),
        ("post", Self::Post),
        ("delete", Self::Delete),
        ("options", Self::Options),
        ("head", Self::Head),
        ("patch", Self::Patch),
        ("trace", Self::Trace),
        ("query", Self::Query),
    ];

    /// Returns the operations of a path item with their methods, without keys that are no method.
    pub fn operations(item: Node<'_>) -> impl Iterator<Item = (Self, Member<'_>)> {
        let others = item.get("additionalOperations").into_iter().flat_map(Node::members);
        let others = others.filter_map(|member| Some((Self::of_token(member.key).ok()?, member)));
        let fixed = item
            .members()
            .filter_map(|member| Some((Self::of_key(member.key)?, member)));
        fixed.chain(others)
    }

    /// Tokens of the methods that can change something.
    pub const UNSAFE: &[&'static str] = &["POST", "PUT", "PATCH", "DELETE"];

    /// Returns the method of a key of a path item.
    pub fn of_key(key: &str) -> Option<Self> {
        let known = Self::KEYS.iter().find(|(known, _)| *known == key);
        known.map(|(_, method)| *method)
    }

    /// Returns the method of a key of `additionalOperations`, or the reason why it cannot be there.
    pub fn of_token(token: &str) -> Result<Self, &'static str> {
        let is_fixed = |(key, _): &(&str, Self)| key.eq_ignore_ascii_case(token);
        if !is_token(token) {
            Err("is not a method: a method is a token of RFC 9110")
        } else if Self::KEYS.iter().any(is_fixed) {
            Err("is a method with a key of its own in a path item")
        } else if token.eq_ignore_ascii_case("CONNECT") {
            Err("opens a tunnel, so no operation can have this method")
        } else {
            Ok(Self::Other(constant::text(token)))
        }
    }

    /// Returns the token on the wire.
    pub fn token(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Other(token) => token,
        }
    }

    /// Returns true for a safe method (RFC 9110, 9.2.1): one that requests no change.
    pub fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Trace | Self::Query)
    }
}

/// Returns true for a token of RFC 9110, section 5.6.2.
pub fn is_token(text: &str) -> bool {
    let is_character = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_character)
}

/// Returns a media type without its parameters (RFC 6838).
pub fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Returns the charset of a media type, if it states one.
pub fn charset(media_type: &str) -> Option<&str> {
    let mut pairs = media_type.split(';').skip(1).filter_map(|one| one.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches('"'))
}

/// Returns true for text in UTF-8, however it is spelled, which is the charset where none is stated.
pub fn is_utf8(media_type: &str) -> bool {
    let stated = charset(media_type).map(|stated| stated.to_ascii_lowercase().replace('-', ""));
    stated.is_none_or(|stated| stated.strip_prefix("utf") == Some("8"))
}

/// Returns the first media type of a list that is not a range.
pub fn concrete(media_types: &str) -> Option<&str> {
    media_types.split(',').map(str::trim).find(|one| !one.contains('*'))
}

/// A piece of a path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPiece {
    /// Literal text.
    Literal(String),
    /// The path parameter of that name.
    Parameter(String),
}

/// A rule of `x-rules`, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRule {
    /// The rule in words.
    pub message: String,
    /// Problem code of a request for which it does not hold.
    pub code: Option<String>,
}

/// Schemes that are required together (index into [`super::UnsealedApi::security`]), each with its scopes.
pub type Requirement = Vec<(usize, Vec<String>)>;

/// One operation of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// `operationId`, or an id made from method and path if the contract has none (see `id_given`).
    pub id: String,
    /// True if the contract states the id.
    pub id_given: bool,
    /// The id as names use it: without the path and the method that a framework appended.
    pub called: String,
    /// The action in an id with a controller of a framework: `findAll` of `UsersController_findAll`.
    pub action: Option<String>,
    /// Unique key: the id, or method and path if two operations share an id. Everything that belongs to one operation
    /// is found by it.
    pub key: String,
    /// Request method.
    pub method: Method,
    /// Path template as written.
    pub path: String,
    /// True if the contract marks what is documented, and not this path.
    pub path_is_unconfirmed: bool,
    /// The template in pieces.
    pub pieces: Vec<PathPiece>,
    /// Group (feature and accessor): `x-sdk`, else tag and id.
    pub group: Option<String>,
    /// Method name: `x-sdk`, else derived by naming.
    pub name: Option<String>,
    /// Further methods that send the same call.
    pub aliases: Vec<Alias>,
    /// Parameters in contract order, path item's first.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<RequestBody>,
    /// Answers in contract order.
    pub responses: Vec<Response>,
    /// Codes of `x-problems`.
    pub problems: Vec<String>,
    /// `x-rules`.
    pub rules: Vec<ServerRule>,
    /// `x-idempotency`.
    pub intent: Option<KeyIntent>,
    /// The idempotency key that it declares; `None`: it takes none, or that of [`Idempotency::header`](super::Idempotency::header).
    pub declared_key: Option<DeclaredKey>,
    /// `x-effect`; of a safe operation also where only others state theirs.
    pub effect: Option<EffectKind>,
    /// `x-idempotency.subject`: values that identify the object, on which the operation acts at most once.
    pub subject: Vec<Subject>,
    /// `x-idempotency.existing`: statuses of responses that name a resource which existed before the call.
    pub existing: Vec<u16>,
    /// `x-repeats`: members of the success response that repeat members of the JSON body.
    pub repeats: Vec<Repeat>,
    /// `x-bound`: members of the JSON body that equal the client id, by JSON Pointer.
    pub bound: Vec<String>,
    /// `x-pagination`, complete.
    pub pagination: Option<Pagination>,
    /// Alternative sets of schemes. Empty: none required.
    pub security: Vec<Requirement>,
    /// Its documentation: title is the summary.
    pub text: Documentation,
    /// Tags in order.
    pub tags: Vec<String>,
    /// Servers of its own.
    pub servers: Vec<Server>,
    /// Location in the contract.
    pub origin: Origin,
}

/// A further method for the same call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Method name.
    pub method: String,
    /// Its intent for the idempotency key.
    pub intent: Option<KeyIntent>,
    /// One line.
    pub summary: Option<String>,
}

/// Location of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ParameterLocation {
    Path,
    Query,
    /// The whole query (OpenAPI 3.2).
    Querystring,
    Header,
    Cookie,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a word of OpenAPI
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Location in a request.
    pub location: ParameterLocation,
    /// True if required.
    pub required: bool,
    /// Type of its value.
    pub ty: TypeId,
    /// Serialization style.
    pub style: ParameterStyle,
    /// OpenAPI `explode`.
    pub explode: bool,
    /// OpenAPI `allowReserved`.
    pub allow_reserved: bool,
    /// Members of a whole query with their own serialization.
    pub fields: Vec<FieldEncoding>,
    /// True if redacted.
    pub sensitive: bool,
    /// Its documentation.
    pub text: Documentation,
    /// Example as JSON text.
    pub example: Option<String>,
    /// `default` of its schema, JSON text.
    pub default: Option<String>,
    /// Location in the contract.
    pub origin: Origin,
}

/// A request body.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestBody {
    /// True if required.
    pub required: bool,
    /// One form per media type, in contract order.
    pub forms: Vec<BodyForm>,
    /// Its documentation.
    pub text: Documentation,
}

impl Operation {
    /// Returns the forms of its body.
    pub fn forms(&self) -> impl Iterator<Item = &BodyForm> {
        self.body.iter().flat_map(|body| &body.forms)
    }

    /// Returns true if an alternative of its `security` contains the scheme of this index.
    pub fn requires(&self, scheme: usize) -> bool {
        self.security.iter().flatten().any(|(index, _)| *index == scheme)
    }

    /// Returns the headers of its responses.
    pub fn headers(&self) -> impl Iterator<Item = &Header> {
        self.responses.iter().flat_map(|answer| &answer.headers)
    }

    /// Returns the contents of its body and responses.
    pub fn contents(&self) -> impl Iterator<Item = &PartContent> {
        let answers = self.responses.iter().flat_map(|answer| &answer.bodies);
        self.forms()
            .map(|form| &form.content)
            .chain(answers.map(|body| &body.content))
    }
}

/// Statuses of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusRange {
    /// `404`
    Exactly(u16),
    /// `4XX` (the hundreds digit)
    Class(u8),
    /// `default`
    Default,
}

impl StatusRange {
    /// Returns true for success (2xx).
    pub fn is_success(self) -> bool {
        match self {
            Self::Exactly(code) => (200..300).contains(&code),
            Self::Class(class) => class == 2,
            Self::Default => false,
        }
    }
}

/// A response.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Its statuses.
    pub status: StatusRange,
    /// Body per media type; empty: no body.
    pub bodies: Vec<ResponseBody>,
    /// Headers the contract names.
    pub headers: Vec<Header>,
    /// Its documentation.
    pub text: Documentation,
}

/// A header of a response.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Its name as written.
    pub name: String,
    /// Type of its value.
    pub ty: TypeId,
    /// True if always sent.
    pub required: bool,
    /// OpenAPI `explode`.
    pub explode: bool,
    /// True if its value is JSON text (`content`).
    pub json: bool,
    /// Its documentation.
    pub text: Documentation,
    /// Location in the contract.
    pub origin: Origin,
}

/// One media type of a response.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseBody {
    /// The media type as written.
    pub media_type: String,
    /// Content of the body.
    pub content: PartContent,
    /// Examples as JSON text.
    pub examples: Vec<String>,
}
