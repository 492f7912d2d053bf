//! An HTTP API in our own terms: plain data, one subject per file.
//!
//! Nodes refer to each other by id, never by nesting. An [`UnsealedApi`] may be extended; an [`Api`] can only be made by
//! `passes::seal` and has no dangling id, no unboxed cycle and known reachability. Nothing here parses, names or
//! prints.

mod api;
mod extension;
mod http;
mod node;
mod operation;
mod shape;
mod signing;
mod word;

pub use crate::source::{Origin, Scalar};
pub use api::{
    Api, DeviceUrls, Directions, Info, InlinePlace, KeyScope, NameHint, SchemaType, SecurityKind, SecurityScheme, Tag,
    Type, UnsealedApi,
};
pub(crate) use api::{alias, behind, behind_null, chain, ends};
pub use extension::{
    Assumption, AssumptionKind, Callback, DeclaredKey, EffectKind, Envelope, EventIdPlace, Lifecycle, More, Owner,
    PageInput, PageSource, Pagination, PayloadHash, PayloadInput, PayloadSource, ProblemMembers, ProblemModel, Repeat,
    SdkSettings, StatedProblem, Subject, Transition, WebhookDeliveries, WebhookEvent,
};
pub use http::{Method, StatusRange, charset, concrete, essence, is_token, is_utf8, status_words};
pub use node::{BadPointer, Documentation, OperationId, Pointer, Provenance, TypeId, pointer};
pub use operation::{
    Alias, BodyForm, EventContent, FieldEncoding, Framing, Header, Link, LinkValue, Operation, Parameter,
    ParameterLocation, ParameterStyle, Part, PartContent, PartItem, PathPiece, RequestBody, Requirement, Response,
    ResponseBody, Server, ServerRule, ServerVariable,
};
pub use sdkwright_description::{
    Algorithm, Claim, Comparison, Environment, Filter, Freshness, HttpForm, HttpParameter, HttpProfile, Idempotency,
    Jws, JwsPayload, KeyAnswer, KeyIntent, KeyPairRules, KeyPlace, KeyState, MacEncoding, NonceFormat, NonceRules,
    OAuth1Form, Piece, PlacedValue, ProblemRow, Retention, RetryClass, RetryHeader, RetryRules, RetryWait, RowOutcome,
    SecretEncoding, SecretForm, SignatureAlgorithm, SignatureForm, SignaturePlace, SignatureRules, SignedValue,
    SigningSetting, Statuses, TimestampFormat, ValuePlace, WaitUnit,
};
pub use shape::{
    Additional, ArrayShape, Condition, Constraints, Discriminator, EnumShape, EnumValue, JsonKind, Literals, Member,
    ObjectShape, Presence, Probe, ScalarFormat, Shape, UnionShape, Variant,
};
pub use signing::{
    ClientAssertion, ClientProof, Component, DeliveryKeyInput, DeliveryKeyOperation, DeliveryKeySource, Signing,
    TokenSource,
};
pub use word::Word;
