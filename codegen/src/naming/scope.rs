//! Resolution of name collisions in one scope, after the overrides of the user, which win over the contract.
//!
//! In: the claims of one scope. Out: one unique name per claim, and the collisions. The rule depends on the colliding
//! claims alone: the strongest keeps the name (override before component before derived, then the one with exactly this
//! spelling, then one without a sign at either end, then the one whose place sorts first); the others take their next candidate, and at last append a digest
//! of their place. If a short name fits all its claims equally (`get` of `getUser` and `getUsers`), none of them gets
//! it. No running number, no dependence on order: a claim without a collision keeps its name whatever else the contract
//! has.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sdkwright_contract::digest;
use sdkwright_contract::ir;
use sdkwright_contract::iter::exactly_one;
use sdkwright_contract::words::{Case, Words};

use super::reserved::NameRules;

/// Strength of a claim; the greater one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Strength {
    /// From what is written in several places: gives way to every name of one place, and nobody is told.
    Shared,
    /// From the path of an inline node.
    Derived,
    /// From the contract: component, `operationId`, property, value.
    Given,
    /// Pinned by the user as a Rust name.
    Pinned,
}

/// A claim to a name.
#[derive(Debug, Clone)]
pub(crate) struct NameClaim {
    /// Its place, by which an override names it; unique in the scope.
    pub(crate) key: String,
    /// Location in the contract.
    pub(crate) origin: ir::Origin,
    /// Spelling in the contract.
    pub(crate) spelling: String,
    /// Its strength.
    pub(crate) strength: Strength,
    /// Candidates, best first; a digest of the key follows the last.
    pub(crate) wishes: Vec<Wish>,
    /// True if it prefers its second candidate over a collision with claims of the same kind, whose first candidate
    /// fits all of them.
    pub(crate) is_shy: bool,
    /// How well its first candidate fits: the one that fits best among shy claims keeps the name.
    pub(crate) fit: NameFit,
}

/// How well a first candidate fits its claim; the greater one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameFit {
    /// Less than that of any other claim: `cancel` of a `GET` beside a `POST`.
    Least,
    /// As well as that of any other claim.
    Any,
    /// It has all of a path: `get_history` of `/users/{id}/history` beside `/users/{id}/history/{year}`.
    Whole,
    /// The standard method of the group.
    Standard,
}

/// A candidate for a name.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    /// Words, rendered in the scope's case.
    Words(Words),
    /// Words of the spelling with every sign as a word. Rarely needed.
    Signs,
    /// Words of the spelling followed by the case of its letters.
    LetterCase(&'static str),
    /// An identifier pinned by the user, used unchanged.
    Exact(String),
}

impl NameClaim {
    /// Returns a claim to a name that the contract states.
    pub(crate) fn stated(key: String, origin: &ir::Origin, name: &str) -> Self {
        Self::spelled(key, origin.clone(), name, Strength::Given)
    }

    /// Returns a claim to the words of a text: plain, then with its signs spelled out, then with its letter case.
    pub(crate) fn spelled(key: String, origin: ir::Origin, spelling: &str, strength: Strength) -> Self {
        let mut claim = Self::words(key, origin, spelling, strength, vec![Words::new(spelling)]);
        claim.wishes.push(Wish::Signs);
        claim.wishes.extend(letter_case(spelling).map(Wish::LetterCase));
        claim
    }

    /// Returns a claim to these words.
    pub(crate) fn words(
        key: String,
        origin: ir::Origin,
        spelling: &str,
        strength: Strength,
        words: Vec<Words>,
    ) -> Self {
        Self {
            key,
            origin,
            spelling: spelling.to_owned(),
            strength,
            wishes: words.into_iter().map(Wish::Words).collect(),
            is_shy: false,
            fit: NameFit::Any,
        }
    }

    /// Makes the claim give way together with those it collides with, if it has a second candidate.
    #[must_use]
    pub(crate) fn shy(self) -> Self {
        Self {
            is_shy: self.wishes.len() > 1,
            ..self
        }
    }

    /// Returns the claim's `level`-th candidate; past the last, appends a digest.
    pub(crate) fn name(&self, level: usize, rules: &NameRules) -> String {
        let written = |words: &Words| rules.usable(bounded(words.render(rules.case), rules, &self.key));
        match self.wishes.get(level) {
            Some(Wish::Words(words)) => written(words),
            Some(Wish::Signs) => written(&Words::spelled(&self.spelling)),
            Some(Wish::LetterCase(case)) => written(&Words::new(&self.spelling).and_word(case)),
            Some(Wish::Exact(name)) => name.clone(),
            None => {
                let past = level - self.wishes.len();
                let digits = [4, 8, 16, 64].get(past).copied().unwrap_or(64);
                let digest = if past < 4 {
                    digest(self.key.as_bytes())
                } else {
                    digest(format!("{level} {}", self.key).as_bytes())
                };
                let words = match self.wishes.first() {
                    Some(Wish::Words(words)) => words.clone(),
                    Some(Wish::Exact(name)) => Words::new(name),
                    Some(Wish::Signs | Wish::LetterCase(_)) => Words::new(&self.spelling),
                    None => Words::default(),
                };
                let longest = rules.most.saturating_sub(digits + 1).max(16);
                let front = cut(&words.render(rules.case), longest).to_owned();
                rules.usable(front + &separated(&digest[..digits], rules))
            }
        }
    }
}

/// Returns the digest in the form of a suffix in that case.
fn separated(digest: &str, rules: &NameRules) -> String {
    match rules.case {
        Case::Pascal => Words::default().and_word(&format!("x{digest}")).render(rules.case),
        Case::Snake => format!("_{digest}"),
        Case::Kebab => format!("-{digest}"),
    }
}

/// A name with several claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// Kind of item: `type`, `member`, `method` ...
    pub what: &'static str,
    /// The claimed name.
    pub name: String,
    /// The claim that keeps it; `None` if it was lost to a collision of another name.
    pub kept: Option<Contender>,
    /// The other claims with their resulting names.
    pub moved: Vec<(Contender, String)>,
}

impl Collision {
    /// Returns all claims to the name.
    pub fn all(&self) -> impl Iterator<Item = &Contender> {
        self.kept.iter().chain(self.moved.iter().map(|(who, _)| who))
    }
}

/// A claim in a collision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contender {
    /// Its place, by which an override names it.
    pub key: String,
    /// Spelling in the contract.
    pub spelling: String,
    /// Location in the contract.
    pub origin: ir::Origin,
}

/// Gives each claim a unique name.
fn settle(rules: &NameRules, claims: &mut [NameClaim], collisions: &mut Vec<Collision>) -> Vec<String> {
    tell_apart(claims);
    let mut levels = vec![0usize; claims.len()];
    let mut names: Vec<String> = claims.iter().map(|claim| claim.name(0, rules)).collect();
    let mut seen = HashSet::with_capacity(names.len());
    if names.iter().all(|name| seen.insert(name.as_str())) {
        return names;
    }
    let wanted = names.clone();
    loop {
        let mut holders: HashMap<&str, Vec<usize>> = HashMap::with_capacity(claims.len());
        for (index, name) in names.iter().enumerate() {
            holders.entry(name).or_default().push(index);
        }
        let losers: Vec<usize> = holders
            .into_values()
            .filter(|group| group.len() > 1)
            .flat_map(|mut group| {
                group.sort_by(|a, b| {
                    rank(&claims[*a], levels[*a], &names[*a]).cmp(&rank(&claims[*b], levels[*b], &names[*b]))
                });
                let all_shy = group.iter().all(|at| claims[*at].is_shy && levels[*at] == 0);
                let best = group
                    .iter()
                    .map(|at| claims[*at].fit)
                    .max()
                    .filter(|fit| *fit > NameFit::Least);
                let only = exactly_one((0..group.len()).filter(|at| Some(claims[group[*at]].fit) == best));
                if let Some(only) = only.filter(|_| all_shy) {
                    group.swap(0, only);
                }
                let all_give_way = all_shy && only.is_none();
                group.into_iter().skip(usize::from(!all_give_way)).collect::<Vec<_>>()
            })
            .collect();
        if losers.is_empty() {
            break;
        }
        for loser in losers {
            let before = names[loser].clone();
            // A candidate equal to the previous one would only collide again.
            while names[loser] == before {
                levels[loser] += 1;
                names[loser] = claims[loser].name(levels[loser], rules);
            }
        }
    }
    collisions.extend(told(rules, claims, &wanted, &names));
    names
}

/// Returns the sort key of a claim; the least is the strongest.
fn rank<'a>(claim: &'a NameClaim, level: usize, name: &str) -> impl Ord + use<'a> {
    let is_sign = |c: char| !c.is_alphanumeric();
    (
        std::cmp::Reverse(claim.strength),
        level,
        claim.is_shy,
        [
            claim.spelling != name,
            claim.spelling.starts_with(is_sign) || claim.spelling.ends_with(is_sign),
        ],
        &claim.key,
    )
}

/// Distinguishes claims with one key (the contract repeats itself) by their order.
fn tell_apart(claims: &mut [NameClaim]) {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(claims.len());
    let mut again: Vec<(usize, usize)> = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        let times = seen.entry(&claim.key).or_default();
        if *times > 0 {
            again.push((index, *times));
        }
        *times += 1;
    }
    for (index, times) in again {
        claims[index].key = format!("{} ({times})", claims[index].key);
    }
}

/// Returns the collisions in their final state, sorted by name. A claim that gives way with its short name has none.
fn told(rules: &NameRules, claims: &[NameClaim], wanted: &[String], names: &[String]) -> Vec<Collision> {
    let mut groups: BTreeMap<&str, Collision> = BTreeMap::new();
    let moved: HashSet<&str> = (0..claims.len())
        .filter(|at| wanted[*at] != names[*at] && claims[*at].strength > Strength::Shared && !claims[*at].is_shy)
        .map(|at| wanted[at].as_str())
        .collect();
    for (at, claim) in claims.iter().enumerate() {
        let want = wanted[at].as_str();
        if !moved.contains(want) || claim.strength == Strength::Shared {
            continue;
        }
        let group = groups.entry(want).or_insert_with(|| Collision {
            what: rules.what,
            name: want.to_owned(),
            kept: None,
            moved: Vec::new(),
        });
        let who = Contender {
            key: claim.key.clone(),
            spelling: claim.spelling.clone(),
            origin: claim.origin.clone(),
        };
        if names[at] == want {
            group.kept = Some(who);
        } else {
            group.moved.push((who, names[at].clone()));
        }
    }
    let mut all: Vec<Collision> = groups.into_values().collect();
    for collision in &mut all {
        collision.moved.sort_by(|a, b| a.0.key.cmp(&b.0.key));
    }
    all
}

/// Cuts a text to `most` bytes at a character boundary, without a separator at its end.
fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end_matches(['_', '-'])
}

/// Returns the name; if it is too long, its beginning and a digest of its key.
fn bounded(name: String, rules: &NameRules, key: &str) -> String {
    if name.len() <= rules.most {
        name
    } else {
        cut(&name, rules.most - 17).to_owned() + &separated(&digest(key.as_bytes())[..16], rules)
    }
}

/// Returns the letter case of a text, if it can distinguish it from another.
fn letter_case(text: &str) -> Option<&'static str> {
    let upper = text.chars().any(char::is_uppercase);
    let lower = text.chars().any(char::is_lowercase);
    match (upper, lower) {
        (true, false) => Some("upper"),
        (false, true) => Some("lower"),
        (true, true) => Some(if text.starts_with(char::is_uppercase) {
            "capital"
        } else {
            "camel"
        }),
        (false, false) => None,
    }
}

/// Names pinned by the user: Rust name by the place in the contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides(pub(super) BTreeMap<String, String>);

impl Overrides {
    /// Builds overrides from pairs of place (as a collision prints it) and Rust name.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Findings of `assign` besides the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamingFindings {
    /// Names with several claims.
    pub collisions: Vec<Collision>,
    /// Pinned texts that are not valid identifiers there: place, text, location in the contract.
    pub unusable: Vec<(String, String, ir::Origin)>,
    /// Overrides whose place does not exist.
    pub idle: Vec<String>,
}

/// Resolves claims with the overrides.
pub(super) struct Resolver<'a> {
    pub(super) overrides: &'a Overrides,
    /// Number of threads that make claims.
    pub(super) threads: usize,
    pub(super) used: BTreeSet<String>,
    pub(super) findings: NamingFindings,
}

impl Resolver<'_> {
    /// Applies the overrides to the claims of a scope and settles it. A member and its inline type have one place: the case of the name
    /// says which of them it is for.
    pub(super) fn settle(&mut self, rules: &NameRules, mut claims: Vec<NameClaim>) -> Vec<String> {
        let fits = |name: &&String| match rules.case {
            Case::Pascal => !name.starts_with(char::is_lowercase) || !rules.accepts(name),
            Case::Snake | Case::Kebab => !name.starts_with(char::is_uppercase) || !rules.accepts(name),
        };
        for claim in &mut claims {
            if let Some(name) = self.overrides.0.get(&claim.key).filter(fits) {
                self.used.insert(claim.key.clone());
                self.pin(rules, claim, name);
            }
        }
        settle(rules, &mut claims, &mut self.findings.collisions)
    }

    /// Pins a claim to this identifier, if that is valid; reports it otherwise.
    pub(super) fn pin(&mut self, rules: &NameRules, claim: &mut NameClaim, name: &str) {
        if rules.accepts(name) {
            *claim = NameClaim {
                wishes: vec![Wish::Exact(name.to_owned())],
                strength: Strength::Pinned,
                ..claim.clone()
            };
            name.clone_into(&mut claim.spelling);
        } else {
            self.findings
                .unusable
                .push((claim.key.clone(), name.to_owned(), claim.origin.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NameClaim, Strength, Words, settle};
    use crate::naming::reserved;
    use sdkwright_contract::ir;

    fn claims(spellings: &[&str]) -> Vec<NameClaim> {
        spellings
            .iter()
            .map(|s| NameClaim::spelled(format!("/{s}"), ir::Origin::default(), s, Strength::Given))
            .collect()
    }

    fn names(spellings: &[&str]) -> Vec<String> {
        settle(&reserved::VARIANT, &mut claims(spellings), &mut Vec::new())
    }

    #[test]
    fn without_a_collision_a_name_is_its_words() {
        assert_eq!(names(&["in_progress", "DONE"]), ["InProgress", "Done"]);
    }

    #[test]
    fn colliding_values_spell_out_their_signs_and_case() {
        assert_eq!(names(&["A-b", "a_b"]), ["AB", "AUnderscoreB"]);
        assert_eq!(names(&["asc", "ASC"]), ["AscLower", "Asc"]);
        assert_eq!(names(&["issues", "issues.*"]), ["Issues", "IssuesDotStar"]);
        assert_eq!(
            names(&["_birthDate", "birthDate"]),
            ["UnderscoreBirthDate", "BirthDate"]
        );
    }

    #[test]
    fn where_all_are_shy_none_keeps_the_short_name() {
        let shy = |long: &str| {
            let words = ["get", long].map(Words::new).to_vec();
            NameClaim::words(long.to_owned(), ir::Origin::default(), long, Strength::Derived, words).shy()
        };
        let pair = settle(
            &reserved::METHOD,
            &mut [shy("getUser"), shy("getUsers")],
            &mut Vec::new(),
        );
        assert_eq!(pair, ["get_user", "get_users"]);
        let plain = NameClaim::spelled("get".to_owned(), ir::Origin::default(), "get", Strength::Derived);
        let with_its_owner = settle(&reserved::METHOD, &mut [shy("getUser"), plain], &mut Vec::new());
        assert_eq!(with_its_owner, ["get_user", "get"]);
    }

    #[test]
    fn the_order_of_the_claims_does_not_matter() {
        let spellings = ["foo", "Foo", "FOO", "f-oo", "f_oo", "f oo", "fOO", "x", "F_OO"];
        let forward = names(&spellings);
        let mut reversed = spellings;
        reversed.reverse();
        let mut backward = names(&reversed);
        backward.reverse();
        assert_eq!(forward, backward);
    }

    #[test]
    fn a_name_that_collides_with_nothing_is_not_moved_by_one_that_fell_on_it() {
        // `a_b` would become `AUnderscoreB`, which may be another claim's own name.
        let all = names(&["A-b", "a_b", "AUnderscoreB"]);
        assert_eq!(all[2], "AUnderscoreB");
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 3);
    }

    #[test]
    fn thousands_of_collisions_end_in_different_names() {
        let spellings: Vec<String> = (0..5000u32)
            .map(|n| (0..13).map(|bit| if n >> bit & 1 == 1 { "a." } else { "a-" }).collect())
            .collect();
        let refs: Vec<&str> = spellings.iter().map(String::as_str).collect();
        let all = names(&refs);
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 5000);
    }

    #[test]
    fn the_same_key_twice_still_ends() {
        let all = names(&["same", "same", "same"]);
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 3);
    }

    #[test]
    fn a_collision_says_who_kept_the_name_and_who_moved() {
        let mut found = Vec::new();
        let all = settle(&reserved::VARIANT, &mut claims(&["A-b", "a_b"]), &mut found);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "AB");
        assert_eq!(found[0].kept.as_ref().map(|who| who.key.as_str()), Some("/A-b"));
        assert_eq!(found[0].moved[0].1, all[1]);
    }
}
