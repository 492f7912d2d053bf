//! One operation: request and responses, contents of bodies (JSON, forms, parts, items), links and servers.

use sdkwright_description::KeyIntent;

use super::extension::{DeclaredKey, EffectKind, Pagination, Repeat, Subject};
use super::http::{Method, StatusRange};
use super::node::{Documentation, OperationId, Pointer, TypeId};
use super::shape::{Constraints, Shape};
use crate::source::Origin;

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

/// One media type of a request body.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyForm {
    /// The media type as written.
    pub media_type: String,
    /// `x-sdk.method` of the media type.
    pub name: Option<String>,
    /// Content to send.
    pub content: PartContent,
    /// The type of a text: a scalar or an enum. `None`: any text.
    pub text: Option<Shape>,
    /// Fields of a form with their own serialization.
    pub fields: Vec<FieldEncoding>,
    /// Examples as JSON text.
    pub examples: Vec<String>,
    /// Location in the contract.
    pub origin: Origin,
}

/// OpenAPI `style`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ParameterStyle {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    TabDelimited,
    DeepObject,
    /// Form without percent-encoding (OpenAPI 3.2).
    Cookie,
    /** `content`: JSON text */
    Json,
}

/// Serialization of a field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldEncoding {
    /// The member.
    pub name: String,
    /// OpenAPI `style`, or JSON text.
    pub style: ParameterStyle,
    /// OpenAPI `explode`.
    pub explode: bool,
    /// OpenAPI `allowReserved`.
    pub allow_reserved: bool,
}

/// Content of a body or a part.
#[derive(Debug, Clone, PartialEq)]
pub enum PartContent {
    /// JSON of that type.
    Json(TypeId),
    /// `application/x-www-form-urlencoded` of that object type.
    Form(TypeId),
    /// A body of parts; the object type names it, the parts are its members.
    Multipart(TypeId, Vec<Part>),
    /// Raw bytes.
    Binary,
    /// Text.
    Text,
    /// A sequence of items of that type.
    Items(Framing, TypeId),
}

impl PartContent {
    /// Returns the content, and those of the parts within it.
    pub fn with_inner(&self) -> Vec<&Self> {
        let mut all = vec![self];
        if let Self::Multipart(_, parts) = self {
            all.extend(parts.iter().flat_map(|part| part.content.with_inner()));
        }
        all
    }

    /// Returns the types of its values.
    pub fn types(&self) -> Vec<TypeId> {
        match self {
            Self::Json(ty) | Self::Form(ty) | Self::Items(_, ty) => vec![*ty],
            Self::Multipart(ty, parts) => {
                let inner = parts
                    .iter()
                    .flat_map(|part| part.content.types().into_iter().chain([part.ty]));
                inner.chain([*ty]).collect()
            }
            Self::Binary | Self::Text => Vec::new(),
        }
    }
}

/// Framing of items in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framing {
    /// Server-sent events.
    Events(EventContent),
    /// A record of JSON per line, or a JSON text sequence (RFC 7464).
    Lines,
    /// Parts of a multipart body.
    Parts(PartItem),
}

/// Content of all parts of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartItem {
    /// JSON of that type.
    Json,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// Part of an event that the contract describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventContent {
    /// Its data, which is JSON.
    Data,
    /// Its data, which is text.
    Plain,
    /// All its fields; the data is text.
    Whole,
    /// All its fields; the data is JSON.
    WholeJson,
    /// All its fields; the data is JSON or text, as the type says.
    WholeMixed,
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each follows from a word of OpenAPI
pub struct Part {
    /// Name of the part and of the member; empty for further parts.
    pub name: String,
    /// The number of parts before it, if parts have positions and no names; of a repeated part, before the first.
    pub position: Option<usize>,
    /// True if it describes all parts of other names, by `additionalProperties`.
    pub further: bool,
    /// True if required.
    pub required: bool,
    /// True if several parts may have that name.
    pub repeated: bool,
    /// A file, text, JSON, or parts within the part.
    pub content: PartContent,
    /// Type of one value, if it is not a file.
    pub ty: TypeId,
    /// `encoding.contentType`, if stated.
    pub content_type: Option<String>,
    /// `encoding.style` and `explode`, if they produce something else than one part, or one for each item.
    pub style: Option<(ParameterStyle, bool)>,
    /// Headers of the part in the contract.
    pub headers: Vec<String>,
    /// True if redacted.
    pub sensitive: bool,
    /// Bounds of the value.
    pub limits: Constraints,
}

/// A link of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Link {
    pub name: String,
    pub description: Option<String>,
    /// The operation with the response.
    pub source: OperationId,
    /// Index of the response.
    pub response: usize,
    /// The operation of the follow-up call.
    pub target: OperationId,
    /// Values by the index of the parameter of the target.
    pub parameters: Vec<(usize, LinkValue)>,
    /// Value of the body of the target.
    pub body: Option<LinkValue>,
    pub origin: Origin,
}

/// A value of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkValue {
    /// A member of the body of the response; empty for the whole body.
    Response(Pointer),
    /// An expression whose value the caller has.
    Given(String),
    /// A constant.
    Constant(crate::source::Scalar),
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Server {
    pub url: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub variables: Vec<ServerVariable>,
    pub origin: Origin,
}

impl Server {
    /// Returns true if it is stated for all operations.
    pub fn is_of_all(&self) -> bool {
        self.origin.pointer.starts_with("/servers/")
    }

    /// Returns true if the address is absolute. A relative one has an unknown base.
    pub fn is_absolute(&self) -> bool {
        self.url.contains("://")
    }
}

/// A variable of a server URL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ServerVariable {
    pub name: String,
    pub default: String,
    pub values: Vec<String>,
    pub description: Option<String>,
}
