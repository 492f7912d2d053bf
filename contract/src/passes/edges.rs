//! Type references of an API, and their replacement: the graph that every pass walks.

use crate::ir::{self, Additional, PartContent, Shape, TypeId, UnsealedApi};

/// Replaces every id in a shape.
pub(super) fn map_shape(shape: &mut Shape, map: &mut dyn FnMut(TypeId) -> TypeId) {
    match shape {
        Shape::Any | Shape::Null | Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_) => {}
        Shape::Object(object) => {
            object.members.iter_mut().for_each(|member| member.ty = map(member.ty));
            if let Additional::Typed(id) = &mut object.additional {
                *id = map(*id);
            }
        }
        Shape::Array(array) => array.items = map(array.items),
        Shape::Tuple(positions) => positions.iter_mut().for_each(|id| *id = map(*id)),
        Shape::Union(union) => union
            .variants
            .iter_mut()
            .for_each(|variant| variant.ty = map(variant.ty)),
        Shape::Map(id, _) | Shape::Nullable(id) | Shape::Alias(id) => *id = map(*id),
    }
}

/// Replaces every id outside of types.
pub(super) fn map_roots(api: &mut UnsealedApi, map: &mut dyn FnMut(TypeId) -> TypeId) {
    api.schemas.iter_mut().for_each(|schema| schema.ty = map(schema.ty));
    for operation in &mut api.operations {
        operation
            .parameters
            .iter_mut()
            .for_each(|parameter| parameter.ty = map(parameter.ty));
        if let Some(body) = &mut operation.body {
            body.forms
                .iter_mut()
                .for_each(|form| map_content(&mut form.content, map));
        }
        for answer in &mut operation.responses {
            answer
                .bodies
                .iter_mut()
                .for_each(|body| map_content(&mut body.content, map));
            answer.headers.iter_mut().for_each(|header| header.ty = map(header.ty));
        }
    }
    if let Some(id) = &mut api.problem_codes {
        *id = map(*id);
    }
    if let Some(id) = api.settings.problem.as_mut().and_then(|places| places.schema.as_mut()) {
        *id = map(*id);
    }
    if let Some(webhooks) = &mut api.webhooks {
        webhooks.envelope.schema = map(webhooks.envelope.schema);
        webhooks.resources.iter_mut().for_each(|(_, id)| *id = map(*id));
        webhooks.events.iter_mut().for_each(|event| event.ty = map(event.ty));
    }
    api.deliveries.iter_mut().for_each(|event| event.ty = map(event.ty));
}

fn map_content(content: &mut PartContent, map: &mut dyn FnMut(TypeId) -> TypeId) {
    match content {
        PartContent::Json(id) | PartContent::Form(id) | PartContent::Items(_, id) => *id = map(*id),
        PartContent::Multipart(id, parts) => {
            *id = map(*id);
            for part in parts {
                part.ty = map(part.ty);
                map_content(&mut part.content, map);
            }
        }
        PartContent::Binary | PartContent::Text => {}
    }
}

/// Returns the root types of requests, and those of responses and deliveries.
pub(super) fn roots(api: &UnsealedApi) -> (Vec<TypeId>, Vec<TypeId>) {
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for operation in &api.operations {
        sent.extend(operation.parameters.iter().map(|parameter| parameter.ty));
        sent.extend(operation.forms().flat_map(|form| form.content.types()));
        let answers = operation.responses.iter().flat_map(|answer| &answer.bodies);
        received.extend(answers.flat_map(|body| body.content.types()));
        received.extend(operation.headers().map(|header| header.ty));
    }
    received.extend(api.problem_codes);
    received.extend(api.settings.problem.as_ref().and_then(|places| places.schema));
    if let Some(webhooks) = &api.webhooks {
        received.push(webhooks.envelope.schema);
        received.extend(webhooks.resources.iter().map(|(_, id)| *id));
        received.extend(webhooks.events.iter().map(|event| event.ty));
    }
    received.extend(api.deliveries.iter().map(|event| event.ty));
    (sent, received)
}

/// Returns the shape behind aliases.
pub(super) fn shape(types: &[ir::Type], id: TypeId) -> &Shape {
    ir::behind(types, id).map_or(&Shape::Any, |id| &types[id.0 as usize].shape)
}

/// Returns the ids of all types.
pub(super) fn ids(api: &UnsealedApi) -> impl Iterator<Item = TypeId> + use<> {
    (0..u32::try_from(api.types.len()).unwrap_or(u32::MAX)).map(TypeId)
}
