//! The typed contract: every node located, references resolved, one vocabulary (OpenAPI 3.1).
//!
//! Plain data, filled by `contract::parse`. Strings are as written; `lower` interprets extensions, from the tree nodes
//! kept here.

use std::collections::HashMap;

use super::schema::{Extensions, Schema, SchemaId};
use super::select::Chosen;
use crate::ir::{
    DeviceUrls, Info, Method, Origin, ParameterLocation, ParameterStyle, ServerVariable, SignaturePlace, StatusRange,
};
use crate::source::{Node, NodeId, Span, Tree};

/// OpenAPI version of a contract. Only `contract` and the gate use it: the document uses the vocabulary of 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// OpenAPI 3.0.x
    V30,
    /// OpenAPI 3.1.x, and 3.2.x as far as it is the same.
    V31,
}

/// A whole contract.
#[derive(Debug)]
pub struct Document {
    /// All nodes, of the contract and of the files it refers to.
    pub tree: Tree,
    /// Selected part of the contract; `None`: everything.
    pub chosen: Option<Chosen>,
    /// Version the contract was written in.
    pub dialect: Dialect,
    /// `info`
    pub info: Info,
    /// `servers`
    pub servers: Vec<Server>,
    /// Root `security`: alternatives. `None` when not stated.
    pub security: Option<Vec<Requirement>>,
    /// `tags`, in order.
    pub tags: Vec<Tag>,
    /// `paths`, in order; references to path items are followed.
    pub paths: Vec<PathItem>,
    /// 3.1 `webhooks` and `x-webhooks.events`: `path` is the name of the event.
    pub webhooks: Vec<PathItem>,
    /// `callbacks` of operations, each once.
    pub callbacks: Vec<Callback>,
    /// `components`
    pub components: Components,
    /// Every schema that was reached, in that order; components first.
    pub schemas: Vec<Schema>,
    /// Schema of the JSON in the data of events with alternatives, by the schema of the data.
    pub event_contents: HashMap<SchemaId, SchemaId>,
    /// `x-` words of the root.
    pub extensions: Extensions,
}

impl Document {
    /// Returns the schema with this id.
    pub fn schema(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.0 as usize]
    }

    /// Returns the node with this id.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        self.tree.node(id)
    }

    /// Returns the span and JSON Pointer of a node.
    pub fn origin(&self, id: NodeId) -> Origin {
        self.tree.node(id).origin()
    }

    /// Returns the component schema that a text like `#/components/schemas/Pet` names (for references inside
    /// extensions).
    pub fn component_schema(&self, reference: &str) -> Option<SchemaId> {
        let name = reference
            .strip_prefix("#/components/schemas/")?
            .replace("~1", "/")
            .replace("~0", "~");
        self.components
            .schemas
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, id)| *id)
    }

    /// Returns the tags that group operations: none of a `kind` such as `badge`.
    pub fn group_tags(&self, tags: &[String]) -> Vec<String> {
        let is_group = |tag: &&String| {
            let declared = self.tags.iter().find(|one| one.name == **tag);
            let kind = declared.and_then(|tag| tag.kind.as_deref());
            kind.is_none_or(|kind| kind == "nav")
        };
        tags.iter().filter(is_group).cloned().collect()
    }

    /// Returns the component name of a schema under `components.schemas`.
    pub fn component_name(&self, id: SchemaId) -> Option<&str> {
        // Components are read first, so that they have the first ids.
        self.components
            .schemas
            .get(id.0 as usize)
            .filter(|(_, known)| *known == id)
            .map(|(name, _)| name.as_str())
    }

    /// Returns the security requirements of an operation: its own `security`, else the root's, else none.
    pub fn security_of<'d>(&'d self, operation: &'d Operation) -> &'d [Requirement] {
        operation
            .security
            .as_deref()
            .or(self.security.as_deref())
            .unwrap_or(&[])
    }
}

/// A server.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Server {
    pub url: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub variables: Vec<ServerVariable>,
    pub node: NodeId,
}

/// One alternative of `security`: all of its schemes together; an empty one allows anonymous calls.
#[derive(Debug, Clone, Default)]
pub struct Requirement {
    /// Schemes with their scopes.
    pub schemes: Vec<RequiredScheme>,
}

/// A scheme that a requirement names.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct RequiredScheme {
    pub name: String,
    pub scopes: Vec<String>,
}

/// A tag.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Tag {
    pub name: String,
    pub summary: Option<String>,
    pub parent: Option<String>,
    pub kind: Option<String>,
    pub description: Option<String>,
    pub node: NodeId,
}

/// `components`, those that are referred to by name.
#[derive(Debug, Clone, Default)]
pub struct Components {
    /// `components.schemas`, in order.
    pub schemas: Vec<(String, SchemaId)>,
    /// `components.securitySchemes`, in order, references followed.
    pub security_schemes: Vec<SecurityScheme>,
}

/// A security scheme.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct SecurityScheme {
    pub name: String,
    pub kind: SchemeForm,
    /// `tokenUrl` of the flow `clientCredentials`.
    pub token_url: Option<NodeId>,
    /// Value of `x-token`.
    pub token: Option<NodeId>,
    /// `oauth2MetadataUrl` of 3.2.
    pub metadata_url: Option<String>,
    /// The flow `deviceAuthorization` of 3.2.
    pub device: Option<DeviceUrls>,
    pub description: Option<String>,
    pub deprecated: bool,
    pub node: NodeId,
}

/// `type` of a security scheme and the fields that depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SchemeForm {
    ApiKey {
        location: ParameterLocation,
        name: String,
    },
    /// `scheme` is in lower case.
    Http {
        scheme: String,
    },
    OAuth2,
    OpenId {
        url: String,
    },
    MutualTls,
    /// A scheme with `x-signing`, valid or not: its secret is never sent as a key, whatever type the scheme has.
    Signed {
        /// Place of the signature, if the scheme has one.
        place: Option<SignaturePlace>,
        /// Value of `x-signing`.
        word: NodeId,
    },
}

/// A path, an event of `webhooks`, or a URL of a callback.
#[derive(Debug, Clone)]
pub struct PathItem {
    /// The path template, the name of the event, or the expression of the URL.
    pub path: String,
    /// Location of the template.
    pub path_span: Span,
    /// The item itself (after following its reference).
    pub node: NodeId,
    /// `summary`
    pub summary: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// Operations in the order written.
    pub operations: Vec<Operation>,
    /// Own `servers`; `None` when not stated.
    pub servers: Option<Vec<Server>>,
}

/// A callback: requests that the API sends after a call.
#[derive(Debug, Clone)]
pub struct Callback {
    /// Its name; if operations name it differently, the first of these names in order.
    pub name: String,
    /// The operations with it.
    pub operations: Vec<NodeId>,
    /// Its requests: `path` is the expression of the URL.
    pub items: Vec<PathItem>,
}

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Request method.
    pub method: Method,
    /// Location of the method.
    pub method_span: Span,
    /// `operationId` as written; `None` if absent or empty.
    pub id: Option<String>,
    /// Location of the id, else of the method.
    pub id_span: Span,
    /// `tags`
    pub tags: Vec<String>,
    /// `summary`
    pub summary: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// Parameters of the path item, then the operation's own, which override them; each name and location once.
    pub parameters: Vec<Parameter>,
    /// `requestBody`
    pub body: Option<RequestBody>,
    /// `responses`, in order.
    pub responses: Vec<Response>,
    /// Own `security`; `None` when not stated.
    pub security: Option<Vec<Requirement>>,
    /// Own `servers`; `None` when not stated.
    pub servers: Option<Vec<Server>>,
    /// The operation itself.
    pub node: NodeId,
    /// `x-` words.
    pub extensions: Extensions,
    /// Sentences about required parameters that no request has.
    pub left_out: Vec<String>,
}

/// A parameter, or a header of a response or of a part.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "they are the words of the specification")]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// `in`
    pub location: ParameterLocation,
    /// Always true in a path.
    pub required: bool,
    /// `deprecated`
    pub deprecated: bool,
    /// `description`
    pub description: Option<String>,
    /// `style`, or the default of the location; `Json` when `content` says the value is JSON text.
    pub style: ParameterStyle,
    /// `explode`, or the default of the style.
    pub explode: bool,
    /// `allowReserved`
    pub allow_reserved: bool,
    /// `schema`, or the schema of the one `content`.
    pub schema: Option<SchemaId>,
    /// The media type of `content`, if it has that form.
    pub media_type: Option<String>,
    /// `encoding` of `content`, by property; of a whole query alone.
    pub encoding: Vec<Encoding>,
    /// `example` and `examples`.
    pub examples: Vec<Example>,
    /// The parameter itself (after following its reference).
    pub node: NodeId,
    /// `x-` words.
    pub extensions: Extensions,
}

/// A request body.
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// `required`
    pub required: bool,
    /// `description`
    pub description: Option<String>,
    /// Forms in the order written.
    pub content: Vec<MediaType>,
}

/// One form of a body.
#[derive(Debug, Clone)]
pub struct MediaType {
    /// The media type (or range) as written.
    pub name: String,
    /// Location of the name.
    pub name_span: Span,
    /// `schema`
    pub schema: Option<SchemaId>,
    /// `itemSchema` of 3.2: one item of a stream.
    pub item_schema: Option<SchemaId>,
    /// `example` and `examples`.
    pub examples: Vec<Example>,
    /// Encodings of its parts or fields.
    pub encodings: Encodings,
    /// The media type object.
    pub node: NodeId,
    /// `x-` words.
    pub extensions: Extensions,
}

/// Encodings of the parts or fields of a body, or of a part that consists of parts.
#[derive(Debug, Clone, Default)]
pub struct Encodings {
    /// `encoding`, by property.
    pub named: Vec<Encoding>,
    /// `prefixEncoding` of 3.2, by position.
    pub prefix: Vec<Encoding>,
    /// `itemEncoding` of 3.2: the positions after `prefix`.
    pub item: Option<Box<Encoding>>,
}

/// Serialization of one property or one position of a body.
#[derive(Debug, Clone)]
pub struct Encoding {
    /// The property; empty for a position.
    pub property: String,
    /// `contentType`
    pub content_type: Option<String>,
    /// `style`, if stated.
    pub style: Option<ParameterStyle>,
    /// `explode`, if stated.
    pub explode: Option<bool>,
    /// `allowReserved`
    pub allow_reserved: bool,
    /// `headers` of the part.
    pub headers: Vec<Parameter>,
    /// Encodings of the parts within the part.
    pub within: Encodings,
    /// The encoding object.
    pub node: NodeId,
    /// `x-` words.
    pub extensions: Extensions,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// Status code or range.
    pub status: StatusRange,
    /// `description`
    pub description: Option<String>,
    /// `headers`, without `Content-Type`, which OpenAPI excludes.
    pub headers: Vec<Parameter>,
    /// Forms in the order written; empty: no body.
    pub content: Vec<MediaType>,
    /// `links`
    pub links: Vec<Link>,
    /// The response itself (after following its reference).
    pub node: NodeId,
}

/// A link of a response.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// Target of `operationRef`.
    pub target: Option<NodeId>,
    /// The link itself (after following its reference).
    pub node: NodeId,
}

/// An example.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name; empty for `example`.
    pub name: String,
    /// `summary`, else `description`.
    pub summary: Option<String>,
    /// The value, of `dataValue` or `value`; `None` if the contract has none.
    pub value: Option<NodeId>,
    /// `serializedValue` of 3.2.
    pub serialized: Option<NodeId>,
}
