//! Every example of a contract with the schema that describes it.
//!
//! In: a document. Out: pairs of schema and value, with the place of the example. Examples outside of the contract
//! (`externalValue`) have no value here.

use super::model::{Document, Example, MediaType, Parameter};
use super::schema::SchemaId;
use crate::ir::ParameterStyle;
use crate::source::NodeId;

/// A value that the contract shows for a schema.
#[derive(Debug, Clone, Copy)]
pub struct SchemaExample<'d> {
    /// The schema that describes it.
    pub schema: SchemaId,
    /// The value.
    pub value: NodeId,
    /// The object that shows it.
    pub shown_by: ShownBy<'d>,
}

/// An object with examples.
#[derive(Debug, Clone, Copy)]
pub enum ShownBy<'d> {
    /// The schema itself.
    Schema,
    /// A parameter or a header of a response.
    Parameter(ParameterStyle),
    /// One form of a body.
    Body(&'d MediaType),
}

impl Document {
    /// Returns the examples in the form of the wire (`serializedValue`). Their values are texts.
    pub fn serialized_examples(&self) -> impl Iterator<Item = SchemaExample<'_>> {
        self.shown(|example| example.serialized)
    }

    /// Returns the examples of schemas, then those of the operations and of webhooks, in order.
    pub fn examples(&self) -> impl Iterator<Item = SchemaExample<'_>> {
        let own = (0u32..).map(SchemaId).zip(&self.schemas).flat_map(|(schema, one)| {
            one.examples.iter().map(move |value| SchemaExample {
                schema,
                value: *value,
                shown_by: ShownBy::Schema,
            })
        });
        own.chain(self.shown(|example| example.value))
    }

    fn shown(&self, value: fn(&Example) -> Option<NodeId>) -> impl Iterator<Item = SchemaExample<'_>> {
        let callbacks = self.callbacks.iter().flat_map(|callback| &callback.items);
        let items = self.paths.iter().chain(&self.webhooks).chain(callbacks);
        let operations = items.flat_map(|item| &item.operations);
        operations.flat_map(move |operation| {
            let responses = &operation.responses;
            let body = operation.body.iter().flat_map(|body| &body.content);
            let headers = responses.iter().flat_map(|response| &response.headers);
            let parameters = operation.parameters.iter().chain(headers);
            let parameters = parameters.flat_map(move |one| of_parameter(one, value));
            let bodies = body.chain(responses.iter().flat_map(|response| &response.content));
            parameters.chain(bodies.flat_map(move |form| of_body(form, value)))
        })
    }
}

fn of_parameter(
    parameter: &Parameter,
    value: fn(&Example) -> Option<NodeId>,
) -> impl Iterator<Item = SchemaExample<'_>> {
    beside(
        parameter.schema,
        &parameter.examples,
        ShownBy::Parameter(parameter.style),
        value,
    )
}

fn of_body(form: &MediaType, value: fn(&Example) -> Option<NodeId>) -> impl Iterator<Item = SchemaExample<'_>> {
    beside(form.schema, &form.examples, ShownBy::Body(form), value)
}

fn beside<'d>(
    schema: Option<SchemaId>,
    examples: &'d [Example],
    shown_by: ShownBy<'d>,
    value: fn(&Example) -> Option<NodeId>,
) -> impl Iterator<Item = SchemaExample<'d>> {
    let values = examples.iter().filter_map(value);
    values.filter_map(move |value| {
        Some(SchemaExample {
            schema: schema?,
            value,
            shown_by,
        })
    })
}
