//! Names of types.
//!
//! In: the types of a sealed API. Out: an identifier for each that generated code mentions. An inline type is named
//! after its enclosing type: if that one changes its name in a collision, its inline types follow and need no
//! disambiguation of their own.

use std::collections::{HashMap, HashSet};

use sdkwright_contract::words::{Case, Words};

use super::anonymous::{self, Distinction};
use super::names::Names;
use super::reserved;
use super::scope::{NameClaim, Resolver, Strength, Wish};
use crate::limits;
use sdkwright_contract::ir::{self, NameHint, Shape, TypeId, status_words};
use sdkwright_contract::text::FileId;

/// One type to name.
struct UnnamedType<'a> {
    id: TypeId,
    path: &'a [String],
    /// Index of the enclosing type, if the name begins with its name.
    outer: Option<usize>,
    /// Its name without the last step.
    front: Words,
    apart: Option<Distinction>,
    claim: NameClaim,
}

pub(super) fn name(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    let mut wanted = wanted(api, resolver);
    let before = (resolver.findings.collisions.len(), resolver.findings.unusable.len());
    // Inner types begin with the shorter names of outer ones.
    let first: Vec<String> = wanted.iter().map(|one| one.claim.name(0, &reserved::TYPE)).collect();
    follow(api, &mut wanted, &first);
    let mut settled = settle(resolver, &wanted);
    for _ in 0..limits::NAME_ROUNDS {
        if !follow(api, &mut wanted, &settled) {
            break;
        }
        // Collisions of the previous round are found again, unless they are gone.
        resolver.findings.collisions.truncate(before.0);
        resolver.findings.unusable.truncate(before.1);
        settled = settle(resolver, &wanted);
    }
    for (wanted, ident) in wanted.iter().zip(settled) {
        names.types[wanted.id.0 as usize].ident = Some(ident);
    }
}

/// Resolves the claims in their current form.
fn settle(resolver: &mut Resolver<'_>, wanted: &[UnnamedType<'_>]) -> Vec<String> {
    resolver.settle(&reserved::TYPE, wanted.iter().map(|one| one.claim.clone()).collect())
}

fn wanted<'a>(api: &'a ir::Api, resolver: &mut Resolver<'_>) -> Vec<UnnamedType<'a>> {
    let mut distinctions = anonymous::distinctions_of_types(api);
    let mut all = Vec::new();
    let is_alias = |ty: &ir::Type| matches!(ty.shape, Shape::Alias(_)) && ty.name != NameHint::Anonymous;
    let aliases = api.types().filter(|(_, ty)| is_alias(ty));
    let aliases: HashSet<&str> = aliases.map(|(_, ty)| ty.origin.pointer.as_str()).collect();
    for (id, ty) in api.types() {
        let key = ty.origin.pointer.clone();
        let origin = ty.origin.clone();
        let mut one = UnnamedType {
            id,
            path: &[],
            outer: None,
            front: Words::default(),
            apart: distinctions.remove(&id),
            claim: NameClaim::words(key, origin, "", Strength::Derived, Vec::new()),
        };
        match &ty.name {
            NameHint::Anonymous => continue,
            NameHint::Pinned(name) => {
                one.claim = NameClaim::spelled(one.claim.key, one.claim.origin, name, Strength::Pinned);
                resolver.pin(&reserved::TYPE, &mut one.claim, name);
            }
            NameHint::Given(name) => {
                one.path = std::slice::from_ref(name);
                one.claim = NameClaim::spelled(one.claim.key, one.claim.origin, name, Strength::Given);
                let short = without_namespaces(name).map(Wish::Words);
                let status = status_words(name).filter(|_| name.len() == 3);
                let title = ty.text.title.as_deref().filter(|title| ir::EnumValue::is_name(title));
                let meant = status.map(|status| Wish::Words(Words::new(title.unwrap_or(&status))));
                let numbered = without_status(name).map(Wish::Words);
                one.claim
                    .wishes
                    .splice(0..0, short.into_iter().chain(meant).chain(numbered));
            }
            NameHint::Elsewhere { name, around } => {
                one.path = std::slice::from_ref(name);
                let plain = without_status(name).unwrap_or_else(|| Words::new(name));
                let with_file = (!around.is_empty()).then(|| Words::new(around).and(plain.clone()));
                let noun = plain.clone().and_word(noun(api, id, &plain));
                let wishes = std::iter::once(plain).chain(with_file).chain([noun]).collect();
                one.claim = NameClaim::words(one.claim.key, one.claim.origin, name, Strength::Given, wishes).shy();
            }
            NameHint::Derived(path) => {
                one.path = path;
                one.claim.spelling = path.join(" ");
                let most = path.len().saturating_sub(1);
                one.front = Words::join(path[..most].iter().map(String::as_str));
                wish(api, &mut one);
                if let Some(places) = api.shared.get(&id) {
                    share(api, &mut one, places, |place| !aliases.contains(place), resolver);
                }
            }
        }
        all.push(one);
    }
    leave_shared_names(&mut all);
    // An alias has nothing inside.
    let holders = { all.iter().enumerate() }.filter(|(_, one)| !matches!(api.ty(one.id).shape, Shape::Alias(_)));
    let places: HashMap<Spot<'_>, usize> = holders.map(|(at, one)| (place(api, one), at)).collect();
    let outer: Vec<Option<usize>> = all.iter().map(|one| outer(api, &all, &places, one)).collect();
    for (one, outer) in all.iter_mut().zip(outer) {
        one.outer = outer;
    }
    all
}

/// Takes the name that says a word once from types of one place, if a type of several places wants it: that one has no other
/// name of its own.
fn leave_shared_names(all: &mut [UnnamedType<'_>]) {
    let is_shared = |one: &UnnamedType<'_>| one.claim.strength == Strength::Shared;
    let shared = all.iter().filter(|one| is_shared(one));
    let shared: HashSet<String> = shared.map(|one| one.claim.name(0, &reserved::TYPE)).collect();
    for one in all.iter_mut().filter(|one| one.claim.strength == Strength::Derived) {
        let short = one.path.last().and_then(|last| said_once(&one.front, last));
        let is_first =
            matches!((&short, one.claim.wishes.first()), (Some(short), Some(Wish::Words(first))) if short == first);
        if is_first && shared.contains(&one.claim.name(0, &reserved::TYPE)) {
            one.claim.wishes.remove(0);
            one.claim.is_shy = one.apart.is_some();
        }
    }
}

/// A place: the file, and the pointer in it.
type Spot<'a> = (FileId, &'a str);

fn place<'a>(api: &'a ir::Api, one: &UnnamedType<'_>) -> Spot<'a> {
    let origin = &api.ty(one.id).origin;
    (origin.span.file, &origin.pointer)
}

/// Returns the nearest enclosing type of an inline one, if the inner name begins with the outer one.
fn outer(
    api: &ir::Api,
    all: &[UnnamedType<'_>],
    places: &HashMap<Spot<'_>, usize>,
    one: &UnnamedType<'_>,
) -> Option<usize> {
    if one.path.len() < 2 || one.claim.strength == Strength::Shared {
        return None;
    }
    let (file, mut pointer) = place(api, one);
    while let Some((shorter, _)) = pointer.rsplit_once('/') {
        pointer = shorter;
        if let Some(at) = places.get(&(file, pointer)) {
            let path = all[*at].path;
            return (!path.is_empty() && path.len() < one.path.len() && one.path.starts_with(path)).then_some(*at);
        }
    }
    None
}

/// Renames inner types after the current names of the outer ones; true if anything changed.
fn follow(api: &ir::Api, wanted: &mut [UnnamedType<'_>], settled: &[String]) -> bool {
    let mut order: Vec<usize> = (0..wanted.len()).filter(|at| wanted[*at].outer.is_some()).collect();
    order.sort_by_key(|at| wanted[*at].path.len());
    let mut changed = vec![false; wanted.len()];
    for at in order {
        let Some(outer) = wanted[at].outer else { continue };
        let around = &wanted[outer];
        let is_moved = !changed[outer] && settled[outer] != around.claim.name(0, &reserved::TYPE);
        let mut front = match around.claim.wishes.first() {
            Some(Wish::Words(words)) if !is_moved => words.clone(),
            _ => Words::new(&settled[outer]),
        };
        let last = wanted[at].path.len() - 1;
        front = front.and(Words::join(
            wanted[at].path[around.path.len()..last].iter().map(String::as_str),
        ));
        if front != wanted[at].front {
            wanted[at].front = front;
            wish(api, &mut wanted[at]);
            changed[at] = true;
        }
    }
    changed.contains(&true)
}

/// Sets the candidates of an inline type: its path, then its distinguishing words, then its kind. Before a long path
/// stands its shorter form, if no other type wants that.
fn wish(api: &ir::Api, one: &mut UnnamedType<'_>) {
    let Some(last) = one.path.last() else { return };
    let own = Words::new(last);
    // The name of a kind is not written twice: the member `object` of `ThreadObject`.
    let is_doubled = matches!(own.render(Case::Snake).as_str(), "list" | "object" | "text")
        && own.each().last() == one.front.each().last();
    let plain = one.front.clone().and(own);
    let apart = one.apart.clone().map(|apart| apart.after(&one.front, last));
    let noun = match last.as_str() {
        "request" | "response" => "body",
        _ if one.path.len() == 1 && matches!(plain.each().last(), Some("request" | "response")) => "body",
        _ => noun(api, one.id, &plain),
    };
    let of_kind = if is_doubled { &one.front } else { &plain }.clone().and_word(noun);
    let apart_of_kind = { apart.iter() }.map(|apart| apart.clone().and_word(noun));
    let apart_of_kind: Vec<Words> = apart_of_kind.collect();
    let with_member = match &api.ty(api.behind_null(one.id)).shape {
        Shape::Object(object) => object.members.first(),
        _ => None,
    };
    let with_member = with_member.map(|member| plain.clone().and_word("with").and(Words::new(&member.name)));
    let short = shorter(one.path, &plain).or_else(|| said_once(&one.front, last));
    one.claim.is_shy = apart.is_some() || short.is_some();
    let plain = (!is_doubled).then_some(plain);
    one.claim.wishes = short
        .into_iter()
        .chain(plain)
        .chain(apart)
        .chain(apart_of_kind)
        .chain([of_kind])
        .chain(with_member)
        .map(Wish::Words)
        .collect();
}

/// Returns a word for the kind of a type, which its name does not end in.
fn noun(api: &ir::Api, id: TypeId, name: &Words) -> &'static str {
    match &api.ty(api.behind_null(id)).shape {
        Shape::Enum(_) => "choice",
        Shape::Union(_) => "alternatives",
        _ if name.each().last() == Some("object") => "value",
        _ => "object",
    }
}

/// Sets the candidates of a type that is written in several places. An override may name any of them that has no name of its own.
fn share(
    api: &ir::Api,
    one: &mut UnnamedType<'_>,
    places: &[ir::InlinePlace],
    is_free: impl Fn(&str) -> bool,
    resolver: &Resolver<'_>,
) {
    // The last words of a place: with the kind of the type, and with its first member if it has one.
    let has_member =
        matches!(&api.ty(api.behind_null(one.id)).shape, Shape::Object(object) if !object.members.is_empty());
    let general = one.claim.wishes.len().saturating_sub(1 + usize::from(has_member));
    let last = one.claim.wishes.split_off(general);
    one.claim.wishes = { anonymous::shared_wishes(api, one.id, places).into_iter() }
        .map(Wish::Words)
        .chain(last)
        .collect();
    one.claim.strength = Strength::Shared;
    one.claim.is_shy = one.claim.wishes.len() > 1;
    let free = places.iter().map(|place| &place.pointer).filter(|place| is_free(place));
    let pinned = free.clone().find(|place| resolver.overrides.0.contains_key(*place));
    one.claim.key = match pinned.or(free.min()) {
        Some(place) => place.clone(),
        None => format!("{} (shared)", one.claim.key),
    };
}

/// Returns the name without a word that ends the enclosing type's name and begins a longer name of its own: the member
/// `accountType` of `BankAccount` is `BankAccountType`.
fn said_once(front: &Words, last: &str) -> Option<Words> {
    let own = Words::new(last);
    let own: Vec<&str> = own.each().collect();
    let (first, rest) = own.split_first().filter(|(_, rest)| !rest.is_empty())?;
    (front.each().last() == Some(first)).then(|| front.clone().and(Words::of_each(rest)))
}

/// Returns the first and the last step of a path, if all of them make a name that is hard to read. A step that only says
/// `item` or `value` stands with the one before it. Of a first step that is still too long, words after its first are left out.
fn shorter(path: &[String], plain: &Words) -> Option<Words> {
    let last = path.len().checked_sub(1).filter(|_| is_long(plain))?;
    let is_general = |step: &String| matches!(step.as_str(), "item" | "value" | "choice");
    let from = (1..=last).rev().find(|at| !is_general(&path[*at]))?;
    let end = Words::join(path[from..].iter().map(String::as_str));
    let status = status_words(&path[0]).filter(|_| path[0].len() == 3);
    let front = Words::new(status.as_deref().unwrap_or(&path[0]));
    let front: Vec<&str> = front.each().collect();
    let cut = |gone: usize| Words::of_each(&[&front[..1], &front[1 + gone..]].concat()).and(end.clone());
    let short = (0..front.len())
        .map(cut)
        .find(|short| !is_long(short))
        .unwrap_or_else(|| cut(0));
    (short != *plain).then_some(short)
}

/// Returns a name in the contract that is hard to read without its first namespaces: `io.k8s.api.core.v1.Pod`.
fn without_namespaces(name: &str) -> Option<Words> {
    if !is_long(&Words::new(name)) {
        return None;
    }
    let mut rests = { name.match_indices('.') }.map(|(at, _)| Words::new(&name[at + 1..]));
    rests.find(|rest| !is_long(rest))
}

/// Returns the words of a name that begins with a status, with the status at the end: `400Status`.
fn without_status(name: &str) -> Option<Words> {
    let status = name.get(..3).filter(|_| name.len() > 3)?;
    let rest = status_words(name)?;
    Some(Words::new(&rest).and_word(status))
}

fn is_long(words: &Words) -> bool {
    words.render(Case::Pascal).len() > limits::READABLE_BYTES
}
