//! Values of parameters: raw texts of a path, a query, headers or cookies come in, JSON in the form of the contract's type goes out.
//!
//! Never: a value of another parameter, or recursion that a request decides about.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use sdkwright_json::{Json, JsonValue, Map, Object, from_slice, from_slice_strict, push_segment};
use sdkwright_runtime::glue::{Location, Style};

use crate::problem::InvalidValue;

/// Limit of the brackets after a name in `deepObject`.
const BRACKETS: usize = 32;
const TWICE: &str = "occurs more than once";
/// The message of a text without the form of its type.
const OTHER: &str = "does not have the form of the contract";

/// The forms that a value can have on the wire.
pub type WireForms = &'static [WireForm];

/// A form that a value can have on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireForm {
    /// An empty text, which is `null`.
    Null,
    /// A number or a boolean.
    Literal,
    /// JSON text of an object or a list; in `deepObject`, any members and items.
    Json,
    /// Any text.
    Text,
    /// Items.
    List(WireForms),
    /// Members by their names, and the forms of all others.
    Object(&'static [(&'static str, WireForms)], WireForms),
}

type Members = (&'static [(&'static str, WireForms)], WireForms);

impl WireForm {
    /// Any text.
    pub const TEXT: WireForms = &[Self::Text];
    /// A number or a boolean.
    pub const LITERAL: WireForms = &[Self::Literal];
    /// Any value.
    pub const ANY: WireForms = &[Self::Null, Self::Literal, Self::Json, Self::Text];

    /// Returns `true` for a form of a single text.
    const fn is_text(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Object(..))
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Location,
    forms: WireForms,
    style: Style,
    explode: bool,
    /// Names of pairs that do not belong to an object with open members.
    others: &'static [&'static str],
}

/// A name and a raw value. In a path and in a header, the name is that of the parameter.
pub(crate) type RawPair<'r> = (Cow<'r, str>, &'r str);
type Read<T> = Result<T, InvalidValue>;

impl Parameter {
    /// Describes a text in the path, by its name.
    pub const fn path(name: &'static str) -> Self {
        Self::new(Location::Path, name, Style::Simple)
    }

    /// Describes a text in the query, by its name.
    pub const fn query(name: &'static str) -> Self {
        Self::new(Location::Query, name, Style::Form)
    }

    /// Describes a text in a header, by its name.
    pub const fn header(name: &'static str) -> Self {
        Self::new(Location::Header, name, Style::Simple)
    }

    /// Describes a text in a cookie, by its name. With `Style::Simple`, it has no percent-encoding.
    pub const fn cookie(name: &'static str) -> Self {
        Self::new(Location::Cookie, name, Style::Form)
    }

    const fn new(place: Location, name: &'static str, style: Style) -> Self {
        Self {
            name,
            place,
            forms: WireForm::TEXT,
            style,
            explode: true,
            others: &[],
        }
    }

    /// Describes a number or a boolean in place of a text.
    #[must_use]
    pub const fn literal(self) -> Self {
        self.forms(WireForm::LITERAL)
    }

    /// Describes a value by all forms that it can have.
    #[must_use]
    pub const fn forms(mut self, forms: WireForms) -> Self {
        self.forms = forms;
        self
    }

    /// Describes the serialization of several values. Exploded JSON is the whole query.
    #[must_use]
    pub const fn style(mut self, style: Style, explode: bool) -> Self {
        (self.style, self.explode) = (style, explode);
        self
    }

    /// Names the pairs that do not belong to an exploded object with open members.
    #[must_use]
    pub const fn without(mut self, others: &'static [&'static str]) -> Self {
        self.others = others;
        self
    }

    /// Returns the error at this parameter.
    pub(crate) fn error(&self, message: impl Into<String>) -> InvalidValue {
        self.at(invalid(message))
    }

    /// Puts the place of a mistake into this parameter.
    pub(crate) fn at(&self, error: InvalidValue) -> InvalidValue {
        inside(self.place.name())(inside(self.name)(error))
    }

    /// Returns `true` if an object without members is absent on the wire.
    pub(crate) fn is_object(&self) -> bool {
        members_of(self.forms).is_some()
    }

    pub(crate) fn is_whole_query(&self) -> bool {
        self.style == Style::Json && self.explode && self.place == Location::Query
    }

    /// Returns `true` if pairs of other names belong to the value.
    fn has_other_names(&self) -> bool {
        self.style == Style::DeepObject || self.explode && self.is_object()
    }

    /// Returns `true` if a pair of the name can belong to the value.
    fn has_name(&self, name: &str) -> bool {
        match name.strip_prefix(self.name) {
            Some("") => true,
            Some(rest) if self.style == Style::DeepObject => rest.starts_with('['),
            _ => self.style != Style::DeepObject && self.has_other_names(),
        }
    }

    /// Returns the pairs of raw texts that can belong to the value.
    pub(crate) fn pairs<'r>(&self, texts: impl IntoIterator<Item = &'r str>, between: char) -> Read<Vec<RawPair<'r>>> {
        let mut pairs = Vec::new();
        let all = texts.into_iter().flat_map(|text| text.split(between));
        for pair in all.map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match self.decode(name) {
                Ok(known) if self.has_name(&known) => pairs.push((known, value)),
                Err(_) if self.has_other_names() => return Err(invalid("a name is not UTF-8")),
                _ => {}
            }
        }
        Ok(pairs)
    }

    /// Decodes a raw name or value.
    fn decode<'r>(&self, raw: &'r str) -> Read<Cow<'r, str>> {
        let decoded = match (self.place, self.style) {
            (Location::Header, _) | (Location::Cookie, Style::Simple) => return Ok(raw.trim().into()),
            (Location::Query, _) if raw.contains('+') => {
                let spaced = raw.replace('+', "%20");
                let text = percent_decode_str(&spaced).decode_utf8();
                text.map(|text| text.into_owned().into())
            }
            _ => percent_decode_str(raw).decode_utf8(),
        };
        decoded.map_err(|_| invalid("is not UTF-8"))
    }

    /// Returns the JSON of a parameter; `None` if it is absent. A text that has several forms is `WireForm::Text` with `is_text`, else another.
    pub(crate) fn json(&self, pairs: &[RawPair<'_>], is_text: bool) -> Read<Option<String>> {
        // The usual case: one text.
        if let ([(_, raw)], [WireForm::Text], Style::Simple | Style::Form) = (pairs, self.forms, self.style) {
            let text = self.decode(raw).map_err(|error| self.at(error))?;
            return Ok(Some(JsonValue::from(&*text).to_string()));
        }
        let parameter = *self;
        let reader = RawReader { parameter, is_text };
        let value = reader.parameter(pairs).map_err(|error| self.at(error))?;
        Ok(value.map(|value| value.to_string()))
    }

    /// Reads the typed value of the JSON.
    pub(crate) fn read<T: Json>(&self, json: &str) -> Read<T> {
        let decoded = from_slice_strict(json.as_bytes(), |_| ());
        decoded.map(|(value, ())| value).map_err(|error| {
            // The line and the column are those of the generated JSON, which the caller did not send.
            let text = error.to_string();
            let text = text.split(", at ").next().unwrap_or_default();
            self.at(InvalidValue::new(error.pointer(), text))
        })
    }
}

fn invalid(message: impl Into<String>) -> InvalidValue {
    InvalidValue::new("", message)
}

/// Puts the place of a mistake into a member or an item.
fn inside(step: &str) -> impl FnOnce(InvalidValue) -> InvalidValue {
    move |error| {
        let mut pointer = String::new();
        push_segment(&mut pointer, step);
        pointer.push_str(&error.pointer);
        InvalidValue { pointer, ..error }
    }
}

/// Returns the forms of the items of a list.
fn items_of(forms: WireForms) -> Option<WireForms> {
    forms.iter().find_map(|form| {
        if let WireForm::List(items) = form {
            Some(*items)
        } else {
            None
        }
    })
}

/// Returns the named members of an object, and the forms of all others.
fn members_of(forms: WireForms) -> Option<Members> {
    forms.iter().find_map(|form| match form {
        WireForm::Object(members, rest) => Some((*members, *rest)),
        _ => None,
    })
}

/// Raw texts of a value, or of its members and items.
#[derive(Default)]
struct RawTree<'r> {
    texts: Vec<&'r str>,
    members: Map<RawTree<'r>>,
}

impl<'r> RawTree<'r> {
    fn text(text: &'r str) -> Self {
        let (texts, members) = (vec![text], Map::new());
        Self { texts, members }
    }

    fn put(&mut self, steps: &[&str], text: &'r str) {
        let Some((step, rest)) = steps.split_first() else {
            return self.texts.push(text);
        };
        if let Some(known) = self.members.get_mut(step) {
            return known.put(rest, text);
        }
        let mut member = Self::default();
        member.put(rest, text);
        self.members.insert(*step, member);
    }
}

/// Returns the names in brackets.
fn steps(mut rest: &str) -> Read<Vec<&str>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let step = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (step, after) = step.ok_or_else(|| invalid("has brackets that do not match"))?;
        steps.push(step);
        rest = after;
    }
    let fits = steps.len() <= BRACKETS;
    fits.then_some(steps)
        .ok_or_else(|| invalid(format!("has more than {BRACKETS} pairs of brackets")))
}

/// Reads the raw texts of a parameter.
struct RawReader {
    parameter: Parameter,
    is_text: bool,
}

impl RawReader {
    fn parameter(&self, pairs: &[RawPair<'_>]) -> Read<Option<JsonValue>> {
        let Parameter {
            name, forms, explode, ..
        } = self.parameter;
        let own = pairs.iter().filter(|(known, _)| known == name);
        let own: Vec<&str> = own.map(|(_, text)| *text).collect();
        let single = || own.first().filter(|_| own.len() == 1).ok_or_else(|| invalid(TWICE));
        let marked = |mark| {
            let text = single()?.strip_prefix(mark);
            text.ok_or_else(|| invalid(format!("does not start with `{mark}`")))
        };
        let mut node = RawTree::default();
        match self.parameter.style {
            _ if pairs.is_empty() => return Ok(None),
            Style::Json => {
                let value = from_slice(self.parameter.decode(single()?)?.as_bytes());
                return value.map(Some).map_err(|_| invalid("is not JSON"));
            }
            Style::DeepObject => {
                for (known, text) in pairs {
                    node.put(&steps(&known[name.len()..])?, text);
                }
            }
            Style::Matrix => {
                let parameter = self.parameter.style(Style::Form, explode);
                let pairs = parameter.pairs([marked(';')?], ';')?;
                return Self { parameter, ..*self }.parameter(&pairs);
            }
            Style::Label => return self.joined(marked('.')?, &[if explode { "." } else { "," }]).map(Some),
            // Several lines of a header are one list (RFC 9110, section 5.3).
            Style::Simple if self.parameter.place == Location::Header && !forms.iter().all(WireForm::is_text) => {
                return self.joined(&own.join(","), &[","]).map(Some);
            }
            Style::Simple if self.parameter.place != Location::Cookie => {
                return self.joined(single()?, &[","]).map(Some);
            }
            _ if explode => match members_of(forms).filter(|_| own.is_empty() || forms.len() == 1) {
                None => {
                    node.texts = own;
                    let members = members_of(forms).map_or(&[][..], |(members, _)| members);
                    if pairs
                        .iter()
                        .any(|(name, _)| members.iter().any(|(known, _)| known == name))
                    {
                        self.value(node, forms)?;
                        return Err(invalid(TWICE));
                    }
                }
                Some((members, rest)) => {
                    let is_other = |name: &str| {
                        self.parameter
                            .others
                            .contains(&name.split('[').next().unwrap_or_default())
                    };
                    let is_own = |name: &str| {
                        let is_known = members.iter().any(|(known, _)| *known == name);
                        is_known || !rest.is_empty() && !is_other(name)
                    };
                    for (known, text) in pairs.iter().filter(|(known, _)| is_own(known)) {
                        node.put(&[known], text);
                    }
                    if node.members.is_empty() {
                        return Ok(None);
                    }
                }
            },
            Style::SpaceDelimited => return self.joined(single()?, &["%20", "+"]).map(Some),
            Style::PipeDelimited => return self.joined(single()?, &["%7C", "%7c", "|"]).map(Some),
            Style::TabDelimited => return self.joined(single()?, &["%09"]).map(Some),
            _ => return self.joined(single()?, &[","]).map(Some),
        }
        self.value(node, forms).map(Some)
    }

    /// Reads one text with separators between its items or members.
    fn joined(&self, text: &str, separators: &[&str]) -> Read<JsonValue> {
        let Parameter {
            forms, style, explode, ..
        } = self.parameter;
        // A client writes a header without items, too.
        let is_empty = text.is_empty() && self.parameter.place == Location::Header;
        let mut pieces = if is_empty { Vec::new() } else { vec![text] };
        for separator in separators {
            pieces = pieces.into_iter().flat_map(|piece| piece.split(separator)).collect();
        }
        let is_single = (pieces.len() == 1) != self.is_text && forms.iter().any(WireForm::is_text);
        if is_single || forms.iter().all(WireForm::is_text) {
            return self.leaf(text, forms);
        }
        let mut node = RawTree::default();
        if members_of(forms).is_none() || items_of(forms).is_some() {
            node.texts = pieces;
            return self.value(node, forms);
        }
        let is_assigned = explode && matches!(style, Style::Simple | Style::Label);
        for piece in pieces.chunks(if is_assigned { 1 } else { 2 }) {
            let pair = if is_assigned {
                piece[0].split_once('=')
            } else {
                piece.get(1).map(|text| (piece[0], *text))
            };
            let (name, text) = pair.ok_or_else(|| invalid("a member has no value"))?;
            node.put(&[&self.parameter.decode(name)?], text);
        }
        self.value(node, forms)
    }

    fn value(&self, node: RawTree<'_>, forms: WireForms) -> Read<JsonValue> {
        let (list, object) = (items_of(forms), members_of(forms));
        if node.members.is_empty() && (object.is_none() || !node.texts.is_empty()) {
            return self.texts(&node.texts, list, forms);
        }
        let is_any = forms.contains(&WireForm::Json);
        let items = list.or(is_any.then_some(forms));
        let index = |step: &str| step.parse::<u64>().ok().filter(|_| !step.starts_with('+'));
        let are_items = node.members.keys().all(|step| step.is_empty() || index(step).is_some());
        // What may be an object, too, is a list only if its indexes are those of a list.
        let is_list = object.is_none() && !is_any || {
            let indexes = node.members.keys().filter_map(index);
            indexes
                .max()
                .is_none_or(|last| last < node.members.keys().count() as u64)
        };
        if let Some(items) = items.filter(|_| are_items && is_list && node.texts.is_empty() && !node.members.is_empty())
        {
            let mut steps: Vec<_> = node.members.into_iter().collect();
            steps.sort_by_key(|(step, _)| index(step));
            let mut all = Vec::new();
            for (step, item) in steps {
                // `a[]=1&a[]=2` has two items of one name.
                let is_each = step.is_empty() && item.members.is_empty();
                let each = if is_each {
                    item.texts.iter().map(|text| RawTree::text(text)).collect()
                } else {
                    vec![item]
                };
                for item in each {
                    all.push(self.value(item, items).map_err(inside(&all.len().to_string()))?);
                }
            }
            return Ok(JsonValue::Array(all));
        }
        let object = object
            .or(is_any.then_some((&[], forms)))
            .filter(|_| node.texts.is_empty());
        let (members, rest) = object.ok_or_else(|| invalid(OTHER))?;
        let mut object = Object::new();
        for (name, member) in node.members {
            let known = members
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, forms)| *forms);
            // The rules of the contract refuse a member that it excludes.
            let forms = known.unwrap_or(if rest.is_empty() { WireForm::ANY } else { rest });
            let value = self.value(member, forms).map_err(inside(&name))?;
            object.insert(name, value);
        }
        Ok(JsonValue::Object(object))
    }

    /// Reads a list whose items are apart, or a single text.
    fn texts(&self, texts: &[&str], items: Option<WireForms>, forms: WireForms) -> Read<JsonValue> {
        let is_text = items.is_none() || !self.is_text && forms.iter().any(WireForm::is_text);
        match (texts, items) {
            ([text], _) if is_text => self.leaf(text, forms),
            (_, Some(items)) => {
                let texts = texts.iter().enumerate();
                let read = |(index, text): (usize, &&str)| self.leaf(text, items).map_err(inside(&index.to_string()));
                texts.map(read).collect::<Read<_>>().map(JsonValue::Array)
            }
            _ => Err(invalid(TWICE)),
        }
    }

    /// Reads one text.
    fn leaf(&self, raw: &str, forms: WireForms) -> Read<JsonValue> {
        let text = self.parameter.decode(raw)?;
        let as_text = || forms.contains(&WireForm::Text).then(|| JsonValue::from(&*text));
        if let Some(value) = as_text().filter(|_| forms.len() == 1 || self.is_text) {
            return Ok(value);
        }
        if text.is_empty() && forms.contains(&WireForm::Null) {
            return Ok(JsonValue::Null);
        }
        let is_it = |value: &JsonValue| match value {
            JsonValue::Number(_) | JsonValue::Bool(_) => forms.contains(&WireForm::Literal),
            JsonValue::Array(_) | JsonValue::Object(_) => forms.contains(&WireForm::Json),
            _ => false,
        };
        // White space around a number is text.
        let parsed = from_slice(text.as_bytes()).ok().filter(is_it);
        let parsed = parsed.filter(|_| text.trim() == text);
        let is_literal = forms.contains(&WireForm::Literal);
        let message = if is_literal {
            "expected a number or a boolean"
        } else {
            OTHER
        };
        parsed.or_else(as_text).ok_or_else(|| invalid(message))
    }
}

#[cfg(test)]
mod tests {
    use sdkwright_json::Json;

    use super::{Parameter, WireForm};
    use crate::problem::InvalidValue;

    fn value<T: Json>(parameter: Parameter, raw: &[&str]) -> Result<T, InvalidValue> {
        let pairs: Vec<_> = raw.iter().map(|text| (parameter.name.into(), *text)).collect();
        parameter.read(&parameter.json(&pairs, false)?.unwrap_or_default())
    }

    #[test]
    fn a_mistake_has_the_place_of_the_parameter_and_shows_no_value() {
        let number = Parameter::query("a/b").literal();
        assert_eq!(value::<i32>(number, &["-7"]).unwrap(), -7);
        for (found, place, wanted) in [
            (
                value::<i32>(number, &["secret"]).unwrap_err(),
                "",
                "expected a number or a boolean",
            ),
            (
                value::<i32>(number, &["1", "2"]).unwrap_err(),
                "",
                "occurs more than once",
            ),
            (
                value::<i32>(number, &["99999999999"]).unwrap_err(),
                "",
                "expected an integer of 32 bits",
            ),
            (
                value::<Vec<i32>>(number.forms(&[WireForm::List(WireForm::LITERAL)]), &["1", "true"]).unwrap_err(),
                "/1",
                "expected an integer",
            ),
        ] {
            assert_eq!(found.pointer, format!("/query/a~1b{place}"));
            assert!(found.message.starts_with(wanted), "{found:?}");
        }
    }
}
