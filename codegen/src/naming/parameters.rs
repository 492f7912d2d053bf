//! Parameters of a path that are a part of its method.
//!
//! In: an operation by its path and the terms of its id. Out: the terms of those parameters, with or without `by`.

use sdkwright_contract::ir;
use sdkwright_contract::words::{Words, same_noun};

use super::place::{FILLERS, PathTerms};
use super::shorten::is_preposition;
use super::steps::Segment;
use super::verbs::singular_of;

/// Returns the parameters in the query of a key of `paths`: `/current?city_id={city_id}`.
pub(super) fn queried(operation: &ir::Operation) -> Option<Words> {
    let (_, query) = operation.origin.pointer.split_once('?')?;
    let names: Vec<&str> = query
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect();
    (!names.is_empty()).then(|| Words::join(names))
}

impl PathTerms<'_> {
    /// Returns the parameter after a noun without a singular: `/preferences/{type}` beside `/preferences`.
    fn part_of_uncountable(&self, nouns: &[Segment], last: Option<usize>) -> Vec<String> {
        let noun = last.and_then(|last| nouns[last].words().last());
        let is_uncountable = noun.is_some_and(|noun| noun.ends_with('s') && singular_of(noun) == *noun);
        match nouns.last() {
            Some(Segment::Parameter(name)) if is_uncountable && self.id.is_none() => name.clone(),
            _ => Vec::new(),
        }
    }

    /// Returns the terms after `by`, with it: those of the path, or the last parameter if it tells the method from another one.
    pub(super) fn with_by(
        &self,
        mut by: Vec<String>,
        object: &[String],
        nouns: &[Segment],
        is_many: bool,
    ) -> Vec<String> {
        if by.is_empty() && !object.is_empty() {
            let last = nouns.iter().rposition(|step| step.literal().is_some());
            by = self.part_of_uncountable(nouns, last);
        }
        if by.is_empty()
            && is_many
            && self.is_array
            && self.says_plural()
            && self.id.iter().flatten().any(|word| *word == "by")
        {
            by = nouns.last().map(|step| step.words().to_vec()).unwrap_or_default();
        }
        if !by.is_empty() {
            by.insert(0, "by".to_owned());
        }
        by
    }

    /// Returns true for a noun that the id has after `by`: `/attempts/endpoint/{id}` of `listAttemptsByEndpoint`.
    pub(super) fn is_said_by(&self, words: &[String]) -> bool {
        let is_by = |run: &[&str]| run[0] == "by" && same_noun(&run[1..].concat(), &words.concat());
        self.id.iter().any(|id| id.windows(words.len() + 1).any(is_by))
    }

    /// Returns true for a step that names the parameter after it: `/users/email/{email}`.
    pub(super) fn is_lookup(around: &[Segment]) -> bool {
        use Segment::{Literal, Parameter};
        let [Literal(_), Literal(words), Parameter(name), ..] = around else {
            return false;
        };
        let is_by = words.first().is_some_and(|word| word == "by");
        is_by || words.len() <= name.len() && name.ends_with(words) && !name.iter().any(|word| word == "id")
    }

    /// Returns the terms of the parameter that a path ends in, if they are nouns of the id. After another parameter it chooses a part:
    /// `/cards/{id}/{field}`.
    pub(super) fn part(&self, nouns: &[Segment], at: usize, name: &[String]) -> Vec<String> {
        if at + 1 < nouns.len() {
            return Vec::new();
        }
        let more = self.nouns_of_parameter(name);
        let own: Vec<String> = name.iter().filter(|word| *word != "id").cloned().collect();
        let is_group = |word: &str| self.group.iter().any(|own| same_noun(own, word));
        let is_new = |last: &String| self.mentions(std::slice::from_ref(last)) && !is_group(last);
        let is_part = at > 0 && nouns[at - 1].literal().is_none();
        let is_said = self.id.is_some() && own.last().is_some_and(is_new);
        if more.is_empty() && is_part && is_said {
            own
        } else {
            more
        }
    }

    /// Returns the nouns at the end of the id that the last parameter alone has: `image` of `/signatures/{id}/{imageType}`, and
    /// `group mapping` of `/groups/{group_mapping_id}`.
    fn nouns_of_parameter(&self, name: &[String]) -> Vec<String> {
        let id = self.id.as_deref().unwrap_or_default();
        let own: Vec<&str> = name
            .iter()
            .map(String::as_str)
            .filter(|word| !matches!(*word, "id" | "uuid"))
            .collect();
        let Some(last) = id.last().filter(|last| own.contains(last)) else {
            return Vec::new();
        };
        let has_it = |words: &[String]| words.iter().any(|own| same_noun(own, last)) || words.concat().contains(last);
        let mut literals = self.steps.iter().filter_map(Segment::literal);
        let is_elsewhere = literals.any(has_it) || self.group.iter().any(|own| same_noun(own, last));
        let is_whole = id.ends_with(&own);
        let member = self
            .steps
            .iter()
            .rposition(|step| step.words() == name && step.literal().is_none());
        let is_member = member.is_some_and(|at| at > 0 && self.is_group(at - 1));
        match () {
            () if is_elsewhere || self.is_generated || id.contains(&"by") => Vec::new(),
            () if name.len() > 1 && self.has_run(name) => Vec::new(),
            // `getOrderOrderNumber` has the name of its parameter, and `getTaxRate` of the group `taxes` that of its resource.
            () if is_whole && (own.len() == name.len() || is_member) => Vec::new(),
            () if is_whole => own.into_iter().map(str::to_owned).collect(),
            () => vec![(*last).to_owned()],
        }
    }

    /// Returns true for an id with a noun that only the parameter after its action has: `flagSpaceItem` of `/spaces/flag/{itemId}`.
    pub(super) fn acts_on_parameter(&self, action: &[String]) -> bool {
        let ([.., Segment::Literal(step), Segment::Parameter(name)], Some([verb, nouns @ ..])) =
            (&self.steps[..], self.id.as_deref())
        else {
            return false;
        };
        let mut literals = self.steps.iter().filter_map(Segment::literal).flatten();
        let is_new = |noun: &&str| {
            name.iter().any(|own| own == noun)
                && *noun != "name"
                && !FILLERS.contains(noun)
                && !self.group.iter().any(|own| same_noun(own, noun))
        };
        let noun = nouns.last().filter(|noun| is_new(noun));
        let is_sentence = self.operation.called.contains(' ');
        !is_sentence
            && step == action
            && action == [*verb]
            && noun.is_some_and(|noun| !literals.any(|own| same_noun(own, noun)))
    }

    /// Returns true for a noun after the group whose parameter chooses several of the group: `/products/category/{category_id}`.
    pub(super) fn chooses(&self, nouns: &[Segment], at: usize) -> bool {
        let is_noun = |word: &String| !is_preposition(word) && singular_of(word) == *word;
        self.id.is_none()
            && at > 0
            && at + 2 == nouns.len()
            && self.is_group(at - 1)
            && nouns[at].words().iter().all(is_noun)
            && nouns[at + 1].literal().is_none()
    }
}
