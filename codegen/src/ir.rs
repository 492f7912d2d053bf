//! An HTTP API in our own terms: plain data, one concept per file.
//!
//! Nodes refer to each other by id, never by nesting. A [`Draft`] may be extended; an [`Api`] can only be made by
//! `passes::seal` and has no dangling id, no unboxed cycle and known reachability. Nothing here parses, names or
//! prints.

mod api;
mod behind;
mod extension;
mod node;
mod operation;
mod scalar;
mod server;
mod shape;
mod types;
mod word;

pub use crate::source::{Origin, Scalar};
pub use api::{Api, Draft, Group, Info, SchemaType, Security, SecurityKind};
pub(crate) use behind::{alias, behind, behind_null, chain, ends};
pub use extension::{
    BodyEncoding, Component, Cursor, Effect, Envelope, Environment, Idempotency, Intent, Lifecycle, MacEncoding, More,
    Outcome, Owner, Pagination, PayloadHash, PayloadInput, PayloadSource, Pointer, ProblemModel, ProblemPlaces,
    ProblemRow, Reading, ReadingKind, Retry, SecretEncoding, Settings, Signing, Subject, TimestampFormat, Transition,
    Webhook, WebhookSigning, Webhooks,
};
pub use node::{OperationId, Provenance, Text, TypeId};
pub use operation::{
    Alias, Answer, AnswerBody, Body, BodyForm, EventForm, Field, Framing, Header, Location, Method, Operation,
    Parameter, ParameterStyle, Part, PartContent, PathPiece, StatusRange, essence,
};
pub use scalar::ScalarFormat;
pub use server::{Server, ServerVariable};
pub use shape::{
    Additional, ArrayShape, Condition, Discriminator, EnumShape, EnumValue, JsonKind, Limits, Literals, Member,
    ObjectShape, Presence, Probe, Shape, UnionShape, Variant,
};
pub use types::{NameHint, Reach, Type};
pub use word::Word;
