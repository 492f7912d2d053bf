//! Parts by position: a list whose items are sent as one part each, in order (OpenAPI 3.2).
//!
//! The list becomes an object with a member for each position of `prefixItems`, and `items` for the further ones. Its members
//! are named after the titles or components of their schemas, else `part1`, `part2` and so on.

use super::{body::is_multipart, context::Context, parts_place::PartsPlace};
use crate::{
    document::{Encoding, JsonType, SchemaId},
    ir::{self, Additional, Framing, NameHint, PartContent, PartItem, Presence, Shape, TypeId},
};

/// Name of the member for the further positions.
const REST: &str = "items";

/// The schemas of a list that is sent as parts.
struct PartSchemas {
    prefix: Vec<Option<SchemaId>>,
    has_rest: bool,
    /// Schema of the further positions; `None`: any value.
    rest: Option<SchemaId>,
    sizes: [Option<u64>; 2],
}

impl<'d> Context<'d, '_> {
    /// Lowers parts by position; `None` if the body is not a list that describes its items.
    pub(super) fn by_position(&mut self, place: &PartsPlace<'d>) -> Option<PartContent> {
        let positions = self.positions(place)?;
        if let Some(first) = place.encodings.named.first() {
            let span = self.document.node(first.node).span();
            let help = "write `prefixEncoding` and `itemEncoding`, or describe the body as an object";
            self.unsupported(span, "an encoding by name for parts by position", &first.property, help);
        }
        let count = positions.prefix.len();
        let [least, most] = positions.sizes;
        // Without `minItems`, the positions that the contract lists are all there.
        let least = least.and_then(|least| usize::try_from(least).ok()).unwrap_or(count);
        let (mut members, mut parts) = (Vec::with_capacity(count + 1), Vec::with_capacity(count + 1));
        for (at, schema) in positions.prefix.into_iter().enumerate() {
            let name = self.position_name(schema, at, &members);
            let encoding = place.encodings.prefix.get(at).or(place.encodings.item.as_deref());
            let part = self.position(schema, encoding, at);
            self.check_headers(&part, encoding);
            let required = at < least;
            let ty = part.ty;
            parts.push(ir::Part {
                name: name.clone(),
                required,
                ..part
            });
            members.push(self.position_member(name, ty, required, schema, place));
        }
        if positions.has_rest {
            let schema = positions.rest;
            let encoding = place.encodings.item.as_deref();
            let part = self.position(schema, encoding, count);
            self.check_headers(&part, encoding);
            let rest = |size: Option<u64>| size.map(|size| size.saturating_sub(count as u64));
            let limits = ir::Constraints {
                min_size: rest(positions.sizes[0]).filter(|size| *size > 0),
                max_size: rest(most),
                ..ir::Constraints::default()
            };
            let required = limits.min_size.is_some();
            let list = Shape::Array(ir::ArrayShape { items: part.ty, limits });
            let list = self.anonymous(list, place.span);
            members.push(self.position_member(REST.to_owned(), list, required, schema, place));
            parts.push(ir::Part {
                name: REST.to_owned(),
                required,
                repeated: true,
                ..part
            });
        }
        let shape = Shape::Object(ir::ObjectShape {
            members,
            additional: Additional::Closed,
            size: [None, None],
            conditions: Vec::new(),
        });
        let name = NameHint::Derived(self.places.words(place.node));
        let mut ty = ir::Type::new(name, shape, self.places.origin(place.node));
        if let Some(schema) = place.schema {
            ty.text = self.text(&[self.document.schema(schema)]);
            ty.sensitive = self.is_sensitive_here(&[schema]);
        }
        Some(PartContent::Multipart(self.add(ty), parts))
    }

    /// Lowers the parts of a response, which are read one by one. Parts of several kinds are bytes. `None`: the response is not a
    /// list that describes its items.
    pub(super) fn items_of_parts(&mut self, place: &PartsPlace<'d>) -> Option<PartContent> {
        let positions = self.positions(place)?;
        let encodings = place.encodings;
        let prefix = positions.prefix.into_iter().enumerate();
        let prefix = prefix.map(|(at, schema)| (schema, encodings.prefix.get(at).or(encodings.item.as_deref())));
        let rest = positions
            .has_rest
            .then_some((positions.rest, encodings.item.as_deref()));
        let mut found: Vec<(PartItem, TypeId)> = Vec::new();
        for (schema, encoding) in prefix.chain(rest) {
            let media = encoding.and_then(|encoding| encoding.content_type.as_deref());
            let content = match media {
                Some(media) if is_multipart(media) => PartContent::Binary,
                _ => self.position(schema, encoding, 0).content,
            };
            let item = match (content, schema) {
                (PartContent::Json(_), Some(schema)) => (PartItem::Json, self.value(schema)),
                (PartContent::Json(ty), None) => (PartItem::Json, ty),
                (PartContent::Text, _) => (PartItem::Text, self.plain(ir::ScalarFormat::Text)),
                _ => (PartItem::Bytes, self.plain(ir::ScalarFormat::Binary)),
            };
            if !found.contains(&item) {
                found.push(item);
            }
        }
        let (item, ty) = match found.as_slice() {
            [one] => *one,
            all if all.iter().all(|(item, _)| *item == PartItem::Json) => (PartItem::Json, self.any()),
            _ => {
                let reason = "parts of several kinds in a response, which stay bytes".to_owned();
                *self.fallbacks.entry(reason).or_default() += 1;
                (PartItem::Bytes, self.plain(ir::ScalarFormat::Binary))
            }
        };
        Some(PartContent::Items(Framing::Parts(item), ty))
    }

    /// Returns the schemas of the parts with their encodings, by name or by position.
    pub(super) fn encoded(&self, place: &PartsPlace<'d>) -> Vec<(SchemaId, &'d Encoding)> {
        let encodings = place.encodings;
        if let Some(positions) = self.positions(place) {
            let prefix = positions.prefix.into_iter().enumerate();
            let prefix = prefix.map(|(at, id)| (id, encodings.prefix.get(at).or(encodings.item.as_deref())));
            let all = prefix.chain(
                positions
                    .has_rest
                    .then_some((positions.rest, encodings.item.as_deref())),
            );
            return all.filter_map(|(id, encoding)| Some((id?, encoding?))).collect();
        }
        let Some(schema) = place.schema else { return Vec::new() };
        let merged = self.part_schema(&[schema]);
        let named = encodings.named.iter();
        let schema = |encoding: &Encoding| merged.properties.get(encoding.property.as_str())?.last().copied();
        named
            .filter_map(|encoding| Some((schema(encoding)?, encoding)))
            .collect()
    }

    fn positions(&self, place: &PartsPlace<'d>) -> Option<PartSchemas> {
        let encoded = place.encodings.prefix.len();
        if let Some(item) = place.item_schema {
            return Some(PartSchemas {
                prefix: vec![Some(item); encoded],
                has_rest: true,
                rest: Some(item),
                sizes: [Some(0), None],
            });
        }
        let merged = self.part_schema(&[place.schema?]);
        if merged.kinds().only() != Some(JsonType::Array) {
            return None;
        }
        let is_never = |id: &SchemaId| self.document.schema(*id).boolean == Some(false);
        let items = merged.items.first().copied();
        let has_rest = match items {
            Some(items) => !is_never(&items),
            None => place.encodings.item.is_some(),
        };
        let mut prefix: Vec<Option<SchemaId>> = merged.prefix.iter().copied().map(Some).collect();
        if items.is_none_or(|items| !is_never(&items)) && encoded > prefix.len() {
            prefix.resize(encoded, items);
        }
        let is_described = !prefix.is_empty() || has_rest;
        is_described.then(|| PartSchemas {
            prefix,
            has_rest,
            rest: items,
            sizes: merged.sizes_of(JsonType::Array),
        })
    }

    fn position(&mut self, schema: Option<SchemaId>, encoding: Option<&'d Encoding>, at: usize) -> ir::Part {
        let ids: Vec<SchemaId> = schema.into_iter().collect();
        let part = self.part(None, &ids, encoding);
        let own = self.part_schema(&ids);
        ir::Part {
            position: Some(at),
            sensitive: part.sensitive || self.is_sensitive(&own),
            ..part
        }
    }

    /// Returns the name of a position: the title or the component of its schema, if no other position has it.
    fn position_name(&self, schema: Option<SchemaId>, at: usize, others: &[ir::Member]) -> String {
        let schema = schema.map(|id| self.document.schema(id));
        let title = schema.and_then(|schema| schema.title.as_deref());
        let component = schema.and_then(|schema| schema.reference.as_ref());
        let component = component.and_then(|reference| self.index.names.get(&reference.target));
        let name = title
            .filter(|title| ir::EnumValue::is_name(title))
            .or(component.copied());
        let is_free = |name: &&str| *name != REST && !others.iter().any(|other| other.name.eq_ignore_ascii_case(name));
        name.filter(is_free)
            .map_or_else(|| format!("part{}", at + 1), str::to_owned)
    }

    fn position_member(
        &self,
        name: String,
        ty: TypeId,
        required: bool,
        schema: Option<SchemaId>,
        place: &PartsPlace<'d>,
    ) -> ir::Member {
        let schema = schema.map(|id| self.document.schema(id));
        ir::Member {
            name,
            documented: false,
            ty,
            presence: if required {
                Presence::Required
            } else {
                Presence::Optional
            },
            constant: None,
            read_only: false,
            write_only: false,
            sensitive: false,
            bound: None,
            is_key: false,
            payload_hash: None,
            default: None,
            boxed: false,
            text: schema.map(|schema| self.text(&[schema])).unwrap_or_default(),
            origin: self.places.origin(schema.map_or(place.node, |schema| schema.node)),
        }
    }
}
