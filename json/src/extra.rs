//! Members that the contract does not declare.
//!
//! They keep their order and number text and are written after the declared ones; a member that would be written twice is an
//! error of the whole. `Debug` must show names alone. Members stay text until first use: a tree of values would need many times
//! the memory of the document.

use crate::codec::{Json, from_slice_within};
use crate::document::{JsonValue, Object};
use crate::map::Map;
use crate::memory::Limits;
use crate::read::Value;
use crate::tape::TapeToken;
use crate::write::{OutputStyle, Writer};
use std::sync::OnceLock;

/// Size in bytes above which the white space of unknown members is counted before they are copied.
const COUNTED: usize = 1 << 14;

/// The unknown members of an object, in order. It takes one word while there are none.
#[derive(Clone, Default)]
pub struct Extra(Option<Box<ExtraMembers>>);

#[derive(Clone, Default)]
struct ExtraMembers {
    count: usize,
    /// The members as an object without white space; empty after a change.
    text: String,
    read: OnceLock<Object>,
}

impl ExtraMembers {
    fn object(&self) -> &Object {
        // The text was scanned on arrival, within the limits of its document.
        let read = || from_slice_within(self.text.as_bytes(), &Limits::NONE).unwrap_or_default();
        self.read.get_or_init(read)
    }
}

impl Extra {
    /// Number of bytes that members take besides their text.
    pub(super) const SIZE: usize = size_of::<ExtraMembers>();

    /// Creates an empty set of members.
    pub const fn new() -> Self {
        Extra(None)
    }

    /// Stores members that arrived as the text of an object.
    pub(super) fn arrived(count: usize, text: String) -> Self {
        let read = OnceLock::new();
        Extra(Some(Box::new(ExtraMembers { count, text, read })))
    }

    /// Returns the text of the members as they arrived, without the enclosing braces; `None` if there are none, or after a
    /// change.
    pub(super) fn text(&self) -> Option<&str> {
        let text = self.0.as_ref()?.text.as_str();
        text.strip_prefix('{')?.strip_suffix('}')
    }

    /// Returns the value of a member.
    pub fn get(&self, name: &str) -> Option<&JsonValue> {
        self.0.as_ref()?.object().get(name)
    }

    /// Returns the members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &JsonValue)> {
        self.0.iter().flat_map(|kept| kept.object().iter())
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |kept| kept.count)
    }

    /// Returns `true` if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a member, or replaces one that was added before. A name that the type writes itself makes encoding fail.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<JsonValue>) {
        self.change(|members| drop(members.insert(name.into(), value.into())));
    }

    /// Removes a member.
    pub fn remove(&mut self, name: &str) -> Option<JsonValue> {
        let mut value = None;
        if self.get(name).is_some() {
            self.change(|members| value = members.remove(name));
        }
        value
    }

    fn change(&mut self, change: impl FnOnce(&mut Object)) {
        let mut members = Object::new();
        if let Some(kept) = self.0.take() {
            kept.object();
            members = kept.read.into_inner().unwrap_or_default();
        }
        change(&mut members);
        *self = Extra::from(members);
    }
}

impl Value<'_> {
    /// Returns all members that were not read, in document order. Read last.
    pub fn rest(self) -> Extra {
        let Some(node) = self.object() else {
            return Extra::default();
        };
        if self.tape.members[node.end as usize].left.get() == 0 {
            return Extra::default();
        }
        let is_left = |value: &Value<'_>| !self.tape.nodes[value.node as usize].taken.get();
        if !self.affords(Extra::SIZE) {
            return Extra::default();
        }
        let mut room = self.values().filter(is_left).map(Value::span).sum::<usize>() + 2;
        if room > COUNTED {
            // Most of the text may be white space.
            room = 2;
            for value in self.values().filter(is_left) {
                value.copy_member(false, &mut |text| room += text.len());
            }
        }
        let (mut count, mut text) = (0, String::with_capacity(room));
        text.push('{');
        for value in self.values() {
            if !self.tape.nodes[value.node as usize].taken.replace(true) {
                value.is_extra();
                value.copy_member(count == 0, &mut |part| text.push_str(part));
                count += 1;
            }
        }
        text.push('}');
        self.tape.members[node.end as usize].left.set(0);
        Extra::arrived(count, text)
    }

    /// Returns the largest number of source bytes of a member, including the separator after it.
    fn span(self) -> usize {
        let node = &self.tape.nodes[self.node as usize];
        let end = self.tape.nodes.get(node.next as usize);
        let end = end.map_or(self.tape.source.len(), |next| next.start as usize);
        end.saturating_sub(node.name.start as usize) + 2
    }

    /// Copies a member from the source, without white space.
    fn copy_member<F: FnMut(&str)>(self, is_first: bool, to: &mut F) {
        let name = self.tape.nodes[self.node as usize].name;
        to(if is_first { "\"" } else { ",\"" });
        to(&self.tape.source[name.start as usize..name.end as usize]);
        to("\":");
        self.copy(to);
    }

    /// Copies a value from the source, without white space. Recurses as deep as the document, which
    /// [`Limits::depth`] bounds.
    fn copy<F: FnMut(&str)>(self, to: &mut F) {
        let node = &self.tape.nodes[self.node as usize];
        let (start, end) = (node.start as usize, node.end as usize);
        match node.token {
            TapeToken::String => {
                to("\"");
                to(&self.tape.source[start..end]);
                to("\"");
            }
            TapeToken::Integer | TapeToken::Number => to(&self.tape.source[start..end]),
            TapeToken::Null => to("null"),
            TapeToken::True => to("true"),
            TapeToken::False => to("false"),
            TapeToken::Array => {
                to("[");
                for (number, value) in self.values().enumerate() {
                    to(if number == 0 { "" } else { "," });
                    value.copy(to);
                }
                to("]");
            }
            TapeToken::Object => {
                to("{");
                for (number, value) in self.values().enumerate() {
                    value.copy_member(number == 0, to);
                }
                to("}");
            }
        }
    }
}

impl Writer {
    /// Writes the members that the contract does not declare, and ends the object. `Debug` shows their names alone.
    pub fn rest(&mut self, extra: &Extra) {
        self.added |= !extra.is_empty();
        if let Some(text) = extra.text().filter(|_| self.style == OutputStyle::Json) {
            if self.out.last() != Some(&b'{') {
                self.out.push(b',');
            }
            self.out.extend_from_slice(text.as_bytes());
            return self.end();
        }
        for (name, value) in extra.iter() {
            self.member(name);
            if self.style == OutputStyle::Json {
                value.write(self);
            } else {
                self.out.push(b'_');
            }
        }
        self.end();
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(mine), Some(theirs)) => mine.count == theirs.count && mine.object() == theirs.object(),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for Extra {}

impl From<Object> for Extra {
    fn from(mut members: Object) -> Self {
        members.sort_if_many();
        let kept = |members: Object| ExtraMembers {
            count: members.len(),
            text: String::new(),
            read: OnceLock::from(members),
        };
        Extra((!members.is_empty()).then(|| Box::new(kept(members))))
    }
}

/// Reads and writes the whole object when used on its own.
impl Json for Extra {
    fn read(value: Value<'_>) -> Self {
        Extra::from(Map::read(value))
    }

    fn write(&self, w: &mut Writer) {
        w.begin("").rest(self);
    }

    fn absent(_: Value<'_>) -> Self {
        Extra::default()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

crate::debug!(Extra);
