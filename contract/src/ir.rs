//! An HTTP API in our own terms: plain data, one concept per file.
//!
//! Nodes refer to each other by id, never by nesting. An [`UnsealedApi`] may be extended; an [`Api`] can only be made by
//! `passes::seal` and has no dangling id, no unboxed cycle and known reachability. Nothing here parses, names or
//! prints.

mod api;
mod content;
mod extension;
mod http;
mod link;
mod node;
mod operation;
mod pointer;
mod server;
mod shape;
mod signing;
mod token;
mod types;
mod word;

pub use crate::source::{Origin, Scalar};
pub use api::{Api, DeviceUrls, Info, KeyScope, SchemaType, SecurityKind, SecurityScheme, Tag, UnsealedApi};
pub(crate) use api::{alias, behind, behind_null, chain, ends};
pub use content::{BodyForm, EventContent, FieldEncoding, Framing, ParameterStyle, Part, PartContent, PartItem};
pub use extension::{
    Assumption, AssumptionKind, Callback, DeclaredKey, EffectKind, Envelope, EventIdPlace, Lifecycle, More, Owner,
    PageInput, PageSource, Pagination, PayloadHash, PayloadInput, PayloadSource, ProblemMembers, ProblemModel, Repeat,
    SdkSettings, StatedProblem, Subject, Transition, WebhookDeliveries, WebhookEvent,
};
pub use http::{Method, StatusRange, charset, concrete, essence, is_token, is_utf8};
pub use link::{Link, LinkValue};
pub use node::{Documentation, OperationId, Provenance, TypeId};
pub use operation::{
    Alias, Header, Operation, Parameter, ParameterLocation, PathPiece, RequestBody, Requirement, Response,
    ResponseBody, ServerRule,
};
pub use pointer::{BadPointer, Pointer, pointer};
pub use sdkwright_description::{
    Algorithm, Claim, Comparison, Environment, Filter, Freshness, HttpForm, HttpParameter, HttpProfile, Idempotency,
    Jws, JwsPayload, KeyAnswer, KeyIntent, KeyPairRules, KeyPlace, KeyState, MacEncoding, NonceFormat, NonceRules,
    OAuth1Form, Piece, PlacedValue, ProblemRow, Retention, RetryClass, RetryHeader, RetryRules, RetryWait, RowOutcome,
    SecretEncoding, SecretForm, SignatureAlgorithm, SignatureForm, SignaturePlace, SignatureRules, SignedValue,
    SigningSetting, Statuses, TimestampFormat, ValuePlace, WaitUnit,
};
pub use server::{Server, ServerVariable};
pub use shape::{
    Additional, ArrayShape, Condition, Constraints, Discriminator, EnumShape, EnumValue, JsonKind, Literals, Member,
    ObjectShape, Presence, Probe, ScalarFormat, Shape, UnionShape, Variant,
};
pub use signing::{Component, DeliveryKeyInput, DeliveryKeyOperation, DeliveryKeySource, Signing};
pub use token::{ClientAssertion, ClientProof, TokenSource};
pub use types::{Directions, InlinePlace, NameHint, Type};
pub use word::Word;
