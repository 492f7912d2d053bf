//! Names of types that have none of one place: variants of a union that would have one name, and inline types that the contract writes
//! in several places.
//!
//! In: a union with the candidate names of its variants, or a type with its places. Out: words that only hold for one variant, or the
//! candidates of what the type is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sdkwright_contract::ir::{
    self, InlinePlace, NameHint, Presence, Scalar, ScalarFormat, Shape, TypeId, status_words,
};
use sdkwright_contract::iter::exactly_one;
use sdkwright_contract::words::{Words, same_noun};

use super::names::Names;
use super::shorten::is_preposition;
use crate::limits;
use crate::runtime::words;

/// Words that hold for one variant alone: a constant of a member, a member that only it requires or has, a member of another kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Distinction(Words);

impl Distinction {
    /// Returns the name with these words: after `front` and the variant's name, or in place of a name that only says
    /// that there is some member.
    pub(super) fn after(self, front: &Words, called: &str) -> Words {
        if called.starts_with("with ") {
            front.clone().and(self.0)
        } else {
            front.clone().and(Words::new(called)).and(self.0)
        }
    }
}

/// Returns the words that distinguish each variant from those of the same name; `None` if it is alone, or nothing
/// distinguishes it.
pub(super) fn distinctions(api: &ir::Api, union: &ir::UnionShape, called: &[String]) -> Vec<Option<Distinction>> {
    let mut groups: HashMap<Words, Vec<usize>> = HashMap::new();
    for (at, text) in called.iter().enumerate() {
        groups.entry(Words::new(text)).or_default().push(at);
    }
    let mut found = vec![None; called.len()];
    for group in groups.into_values().filter(|group| group.len() > 1) {
        for at in &group {
            let rivals: Vec<TypeId> = group
                .iter()
                .filter(|rival| *rival != at)
                .map(|rival| union.variants[*rival].ty)
                .collect();
            found[*at] = tell(api, union.variants[*at].ty, &rivals, limits::DISTINCTION_DEPTH).map(Distinction);
        }
    }
    found
}

/// Returns the inline types that are variants of a union, with the words that distinguish them there.
pub(super) fn distinctions_of_types(api: &ir::Api) -> HashMap<TypeId, Distinction> {
    let mut found = HashMap::new();
    for (_, ty) in api.types() {
        let Shape::Union(union) = &ty.shape else { continue };
        // A type with a name of its own collides with nothing here.
        let called: Vec<String> = union
            .variants
            .iter()
            .enumerate()
            .map(|(at, variant)| match &api.ty(variant.ty).name {
                NameHint::Derived(path) => path.last().cloned().unwrap_or_default(),
                _ => format!("{at}"),
            })
            .collect();
        for (variant, apart) in union.variants.iter().zip(distinctions(api, union, &called)) {
            if let (NameHint::Derived(_), Some(apart)) = (&api.ty(variant.ty).name, apart) {
                found.entry(variant.ty).or_insert(apart);
            }
        }
    }
    found
}

fn tell(api: &ir::Api, one: TypeId, rivals: &[TypeId], depth: u8) -> Option<Words> {
    let depth = depth.checked_sub(1)?;
    match &api.ty(api.behind_null(one)).shape {
        Shape::Object(object) => {
            let rivals: Vec<&ir::ObjectShape> = rivals
                .iter()
                .filter_map(|rival| match &api.ty(api.behind_null(*rival)).shape {
                    Shape::Object(object) => Some(object),
                    _ => None,
                })
                .collect();
            by_member(api, object, &rivals)
        }
        Shape::Array(ir::ArrayShape { items, .. }) | Shape::Map(items, _) => {
            let rivals: Vec<TypeId> = rivals
                .iter()
                .filter_map(|rival| match &api.ty(api.behind_null(*rival)).shape {
                    Shape::Array(ir::ArrayShape { items, .. }) | Shape::Map(items, _) => Some(*items),
                    _ => None,
                })
                .collect();
            tell(api, *items, &rivals, depth)
        }
        _ => None,
    }
}

fn by_member(api: &ir::Api, object: &ir::ObjectShape, rivals: &[&ir::ObjectShape]) -> Option<Words> {
    if rivals.is_empty() {
        return None;
    }
    let none = |is_so: &dyn Fn(&ir::Member) -> bool| !rivals.iter().any(|rival| rival.members.iter().any(is_so));
    let members = || object.members.iter();
    let constant = members().find_map(|member| {
        let text = constant(api, member)?;
        none(&|other| other.name == member.name && constant_is(api, other, text)).then(|| Words::new(text))
    });
    let required = || {
        members()
            .filter(|member| is_required(member))
            .find(|member| none(&|other| other.name == member.name && is_required(other)))
    };
    let present = || members().find(|member| none(&|other| other.name == member.name));
    let with = |member: &ir::Member| Words::new("with").and(Words::new(&member.name));
    let in_words = |member: &ir::Member| kind(api, member.ty, &Names::default(), limits::KIND_DEPTH);
    let kind = || {
        members().find_map(|member| {
            let kind = in_words(member);
            let is_alone = none(&|other| other.name == member.name && in_words(other) == kind);
            is_alone.then(|| with(member).and(Words::new(&kind)))
        })
    };
    constant.or_else(|| required().or_else(present).map(with)).or_else(kind)
}

fn is_required(member: &ir::Member) -> bool {
    matches!(member.presence, Presence::Required | Presence::RequiredNullable)
}

/// Returns the only text of a member, if it has one that can be a word of a name.
fn constant<'a>(api: &'a ir::Api, member: &'a ir::Member) -> Option<&'a str> {
    let scalar = member
        .constant
        .as_ref()
        .or_else(|| match &api.ty(api.behind_null(member.ty)).shape {
            Shape::Enum(shape) => match shape.values.as_slice() {
                [only] => Some(&only.value),
                _ => None,
            },
            _ => None,
        })?;
    match scalar {
        Scalar::String(text) | Scalar::Number(text) => {
            (text.chars().count() <= limits::WORD_CHARACTERS && text.chars().any(char::is_alphanumeric)).then_some(text)
        }
        Scalar::Bool(_) | Scalar::Null => None,
    }
}

fn constant_is(api: &ir::Api, member: &ir::Member, text: &str) -> bool {
    constant(api, member) == Some(text)
}

// Names of anonymous types, by their kind.

/// Returns the name of a variant by its type: the type's name, or its kind if it has none.
pub(super) fn kind(api: &ir::Api, id: TypeId, names: &Names, depth: u8) -> String {
    match (&api.ty(id).name, names.ty(id)) {
        // An inline type was named after the union; its word as a variant comes last.
        (NameHint::Derived(path), _) if path.len() > 1 => return path.last().cloned().unwrap_or_default(),
        (_, Some(ident)) => return ident.to_owned(),
        _ => {}
    }
    let inner = |id: TypeId| {
        if depth == 0 || matches!(api.ty(id).name, NameHint::Derived(_)) {
            String::new()
        } else {
            kind(api, id, names, depth - 1)
        }
    };
    match &api.ty(id).shape {
        Shape::Any => "Json".to_owned(),
        Shape::Null => "Null".to_owned(),
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => scalar(*format).to_owned(),
        Shape::Enum(_) => "Choice".to_owned(),
        Shape::Object(_) => "Object".to_owned(),
        Shape::Array(array) => format!("{} list", inner(array.items)),
        Shape::Tuple(..) => "Tuple".to_owned(),
        Shape::Map(values, _) => format!("{} map", inner(*values)),
        Shape::Union(_) => "OneOf".to_owned(),
        Shape::Nullable(id) | Shape::Alias(id) => inner(*id),
    }
}

fn scalar(format: ScalarFormat) -> &'static str {
    match format {
        ScalarFormat::Bool => "Bool",
        ScalarFormat::I32 | ScalarFormat::I64 | ScalarFormat::U64 | ScalarFormat::Integer => "Integer",
        ScalarFormat::Float | ScalarFormat::Number => "Number",
        ScalarFormat::Text => "Text",
        ScalarFormat::Decimal => "Decimal",
        ScalarFormat::Timestamp => "Timestamp",
        ScalarFormat::Date => "Date",
        ScalarFormat::Base64 => "Base64",
        ScalarFormat::Binary => "Bytes",
    }
}

// Inline types of several places.

/// Words that do not say what a type is.
const GENERAL: &[&str] = words![
    alternatives attributes body choice content contents data detail details entry id info item items key kind list
    map name object option options parameter parameters params payload properties request response result results
    schema settings text type value values variant
];

/// Steps that say where an operation carries a value.
const BODIES: &[&str] = &["body", "request", "response"];

/// Steps of a path that say how a type is contained, and nothing of their own.
const CONTAINERS: &[&str] = &["choice", "item", "list", "object", "option", "text", "value"];

/// Returns the candidates for an inline type of several places, best first: the title of all places, the words in which all places end,
/// its content. None of them is the name of one place, but the last, if nothing else is free.
pub(super) fn shared_wishes(api: &ir::Api, id: TypeId, places: &[InlinePlace]) -> Vec<Words> {
    let tails: Vec<Vec<&str>> = places.iter().map(|place| tail(&place.path)).collect();
    let words: Vec<Words> = tails.iter().map(|steps| Words::join(steps.iter().copied())).collect();
    let ends: Vec<Words> = tails
        .iter()
        .map(|steps| Words::join(own(steps).iter().copied()))
        .collect();
    let own = common_end(&ends);
    let own = own.or_else(|| most_frequent(ends.into_iter()));
    let content = content(api, id);
    let title = title(places);
    let errors = errors(places);
    let is_specific = |words: &Words| words.each().any(|word| !GENERAL.contains(&word));
    let plain = { own.clone() }.filter(|words| is_specific(words) && !is_stump(words) && !is_status(words));
    let is_body = |words: &Words| words.each().all(|word| BODIES.contains(&word));
    let is_more = |own: &Words| !is_body(own) && !is_stump(own) && !is_status(own);
    let with_content = content.map(|content| match own.filter(is_more) {
        Some(own) if content.each().last() != own.each().last() => content.and(own),
        // A value is not the only member that it has.
        None if has_one_member(api, id) => content.and_word("object"),
        _ => content,
    });
    let longer = { common_end(&words) }.filter(|words| is_specific(words) && !is_stump(words) && !is_status(words));
    let shortest = { places.iter() }.map(|place| {
        let status = place.path.first().filter(|first| first.len() == 3);
        let status = status.and_then(|status| status_words(status));
        let rest = place.path.iter().skip(usize::from(status.is_some()));
        Words::join(status.as_deref().into_iter().chain(rest.map(String::as_str)))
    });
    let shortest = shortest.min_by_key(|words| (words.bytes(), words.clone()));
    let mut all: Vec<Words> = Vec::new();
    let of_places = [plain, with_content, longer, shortest].into_iter().flatten();
    for words in title.into_iter().chain(errors).chain(of_places) {
        if !all.contains(&words) {
            all.push(words);
        }
    }
    let is_readable = |words: &Words| words.bytes() <= limits::READABLE_BYTES;
    if all.iter().any(is_readable) {
        all.retain(is_readable);
    }
    all
}

/// Returns the steps below the schema or operation; all of them if there is no other.
fn tail(path: &[String]) -> Vec<&str> {
    let from = usize::from(path.len() > 1);
    path[from..].iter().map(String::as_str).collect()
}

/// Returns the last step with those that only say how it is contained.
fn own<'a, 'b>(steps: &'b [&'a str]) -> &'b [&'a str] {
    let from = steps.iter().rposition(|step| !CONTAINERS.contains(step));
    &steps[from.unwrap_or_default()..]
}

/// Returns names of a body that operations return with their errors: by the status, if all have the same.
fn errors(places: &[InlinePlace]) -> Vec<Words> {
    let statuses: Option<BTreeSet<&str>> = { places.iter() }.map(|place| status(&place.path)).collect();
    let Some(statuses) = statuses else { return Vec::new() };
    let own = exactly_one(statuses).and_then(status_words);
    let general = ["error", "error body"].map(str::to_owned);
    own.into_iter().chain(general).map(|text| Words::new(&text)).collect()
}

/// Returns the status of a path that ends in that of an error.
fn status(path: &[String]) -> Option<&str> {
    match path {
        [.., error, status] if error == "error" => Some(status),
        _ => None,
    }
}

/// Returns the words in which all texts end.
fn common_end(texts: &[Words]) -> Option<Words> {
    let lists: Vec<Vec<&str>> = texts.iter().map(|words| words.each().collect()).collect();
    let (first, rest) = lists.split_first()?;
    let same = |other: &Vec<&str>| {
        let pairs = first.iter().rev().zip(other.iter().rev());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let length = rest.iter().map(same).min().unwrap_or(first.len());
    (length > 0).then(|| Words::of_each(&first[first.len() - length..]))
}

/// Returns true for a name that says nothing without the words before it: `at` of `created_at`.
fn is_stump(words: &Words) -> bool {
    let mut each = words.each();
    each.next().is_some_and(is_preposition) && each.all(is_preposition)
}

/// Returns true for the status of an error alone, which says nothing of its body.
fn is_status(words: &Words) -> bool {
    let mut each = words.each();
    let is_one = |word: &str| word == "default" || word.starts_with(|c: char| c.is_ascii_digit());
    each.all(is_one)
}

/// Returns the text that more than half of the places have.
fn most_frequent(texts: impl Iterator<Item = Words>) -> Option<Words> {
    let mut counts: BTreeMap<Words, usize> = BTreeMap::new();
    texts.for_each(|words| *counts.entry(words).or_default() += 1);
    let all: usize = counts.values().sum();
    counts
        .into_iter()
        .find(|(_, count)| count * 2 > all)
        .map(|(words, _)| words)
}

/// Returns the title of all places, unless it is a sentence.
fn title(places: &[InlinePlace]) -> Option<Words> {
    let title = places.first()?.title.as_deref()?;
    let is_of_all = places.iter().all(|place| place.title.as_deref() == Some(title));
    let words = Words::new(title);
    let is_name = words.each().count() <= limits::NAME_WORDS && title.chars().all(|c| c.is_alphanumeric() || c == ' ');
    (is_of_all && is_name).then_some(words)
}

/// Returns words for what a value consists of, if they are few.
fn content(api: &ir::Api, id: TypeId) -> Option<Words> {
    match &api.ty(id).shape {
        Shape::Enum(shape) => values(shape),
        Shape::Object(object) => members(api, object),
        Shape::Union(union) => {
            let parts = union.variants.iter().map(|variant| variant_words(api, variant.ty));
            joined(parts.collect::<Option<Vec<_>>>()?, "or")
        }
        _ => None,
    }
}

fn values(shape: &ir::EnumShape) -> Option<Words> {
    // `true` alone says nothing of a type.
    if shape.values.len() == 1
        && shape
            .values
            .iter()
            .all(|one| matches!(&one.value, Scalar::String(text) if text == "true" || text == "false"))
    {
        return None;
    }
    let word = |value: &ir::EnumValue| match &value.value {
        Scalar::String(text) if text.is_empty() || text.starts_with(char::is_alphabetic) => Some(Words::new(text)),
        _ => None,
    };
    joined(shape.values.iter().map(word).collect::<Option<Vec<_>>>()?, "or")
}

/// Returns the first of few members that has a type with a name, with that name; otherwise the members.
fn members(api: &ir::Api, object: &ir::ObjectShape) -> Option<Words> {
    let named = |member: &ir::Member| {
        let (given, own) = (given(api, member.ty)?, Words::new(&member.name));
        let is_said = given
            .each()
            .last()
            .zip(own.each().last())
            .is_some_and(|(a, b)| same_noun(a, b));
        Some(if is_said { own.and_word("body") } else { given.and(own) })
    };
    let members = &object.members;
    if members.len() <= limits::PARTS_OF_NAME
        && let Some(name) = members.iter().find_map(named)
    {
        return Some(name);
    }
    joined(members.iter().map(|member| Words::new(&member.name)).collect(), "and")
}

fn has_one_member(api: &ir::Api, id: TypeId) -> bool {
    matches!(&api.ty(id).shape, Shape::Object(object) if object.members.len() == 1 && given(api, object.members[0].ty).is_none())
}

/// Returns the name in the contract of a type, or of the items of a list.
fn given(api: &ir::Api, id: TypeId) -> Option<Words> {
    let id = api.behind_null(id);
    match (&api.ty(id).name, &api.ty(id).shape) {
        (NameHint::Given(it) | NameHint::Pinned(it) | NameHint::Elsewhere { name: it, .. }, _) => Some(Words::new(it)),
        (_, Shape::Array(array)) => match &api.ty(api.behind_null(array.items)).name {
            NameHint::Given(name) | NameHint::Pinned(name) | NameHint::Elsewhere { name, .. } => Some(Words::new(name)),
            _ => None,
        },
        _ => None,
    }
}

fn variant_words(api: &ir::Api, id: TypeId) -> Option<Words> {
    if let Some(given) = given(api, id) {
        return Some(given);
    }
    match &api.ty(api.behind_null(id)).shape {
        Shape::Enum(shape) => values(shape).or_else(|| Some(Words::new("choice"))),
        Shape::Scalar(..) | Shape::Newtype(..) | Shape::Array(_) | Shape::Map(..) => Some(Words::new(&kind(
            api,
            api.behind_null(id),
            &Names::default(),
            limits::KIND_DEPTH,
        ))),
        _ => None,
    }
}

/// Joins a few parts.
fn joined(parts: Vec<Words>, by: &str) -> Option<Words> {
    let is_few = (1..=limits::PARTS_OF_NAME).contains(&parts.len());
    let is_short = parts.iter().map(|words| words.each().count()).sum::<usize>() <= limits::WORDS_OF_CONTENT;
    let join = |one: Words, other: Words| one.and_word(by).and(other);
    (is_few && is_short).then(|| parts.into_iter().reduce(join)).flatten()
}
