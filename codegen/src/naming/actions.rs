//! Actions and parameters of a path that are a part of its method.
//!
//! In: an operation by its path and the terms of its id, and its group. Out: the terms of the action that its path ends in, verbs and
//! sentences; the terms of those parameters, with or without `by`. No other operation matters.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::words::{Words, same_noun};

use super::place::{FILLERS, PathTerms};
use super::shorten::is_preposition;
use super::steps::{Segment, is_place, is_run};
use super::summary::tells_first;
use super::verbs::{
    ACTIONS, BULK, CHANGED, CHANGES, KEYS, PURE, QUANTIFIERS, QUESTIONS, READS, REMOVALS, STANDARD, TOKENS, is_verb,
    singular_of,
};

impl PathTerms<'_> {
    /// Returns true for the standard method of the group itself (`delete` of `DELETE /users/{id}`), for each `update` that is a
    /// `PATCH`, and for an action that is a `POST`, or a `GET` that reads.
    pub(super) fn is_standard(&self, short: &[String]) -> bool {
        let [verb, nouns @ ..] = short else { return false };
        if self.action().is_some() {
            let is_read = READS.contains(&verb.as_str());
            let is_usual = matches!(
                (self.operation.method, is_read),
                (Method::Get, true) | (Method::Post, false)
            );
            return is_usual && !STANDARD.contains(&verb.as_str());
        }
        let (verbs, is_one): (&[&str], bool) = match self.operation.method {
            Method::Patch => return verb == "update",
            Method::Get => (&["get", "list"], verb == "get"),
            Method::Post => (&["create"], false),
            Method::Put => (&["replace"], true),
            Method::Delete => (&["delete"], true),
            _ => return false,
        };
        let last = self.steps.len().checked_sub(1 + usize::from(is_one));
        let is_end = self.steps.last().is_some_and(|step| step.literal().is_none() == is_one);
        // `/t/{id}` gives way to `/topics/{id}`.
        let is_long = |last: usize| self.steps[last].words().concat().len() > 1;
        let is_group = nouns.is_empty() && is_end && last.is_some_and(|last| self.is_group(last) && is_long(last));
        verbs.contains(&verb.as_str()) && is_group
    }

    /// Returns the action alone, if the id describes the group by more terms: `cancel_a_pending_transfer`.
    pub(super) fn sibling(&self) -> Option<Vec<String>> {
        let ([first, rest @ ..], [action]) = (self.id.as_deref()?, self.steps.last()?.literal()?) else {
            return None;
        };
        let noun = rest.len().checked_sub(self.group.len())?;
        let is_plain = !rest[..noun].iter().any(|word| is_preposition(word) || is_verb(word));
        let is_group = !self.group.is_empty() && is_run(&rest[noun..], &self.group);
        let is_told = self.told.as_deref().is_none_or(|told| told == *first);
        let is_action = is_verb(first) || self.operation.method == Method::Post && is_told;
        let is_it = first == action && is_action && is_plain && is_group && self.steps.len() > 1;
        (is_it && self.after()?.len() == 1).then(|| vec![action.clone()])
    }

    /// Returns true for a group of actions, or of this one: `Server Actions`, `ItemRefresh`.
    pub(super) fn group_is_action(&self, action: Option<&[String]>) -> bool {
        let last = self.group.last().copied().unwrap_or_default();
        action.is_some_and(|action| last == "actions" || action == [last])
    }

    /// Returns true for a verb of a `DELETE`: one that undoes something, or that of the summary.
    fn undoes(&self, verb: &str) -> bool {
        REMOVALS.contains(&verb) || verb.starts_with("un") || self.told.as_deref() == Some(verb)
    }

    /// Returns true for a verb of a `POST` that removes: `Remove a status from your bookmarks` of `/statuses/{id}/unbookmark`.
    fn takes_back(&self, verb: &str) -> bool {
        let is_un = verb.starts_with("un") && !["uni", "under"].iter().any(|begin| verb.starts_with(begin));
        is_un && self.told.as_deref() == Some("remove") && self.operation.method == Method::Post
    }

    /// Returns true for a verb of a `POST` that no summary contradicts.
    fn posts(&self, verb: &str) -> bool {
        let is_told = self.told.as_deref().map_or(PURE.contains(&verb), |told| told == verb);
        self.operation.method == Method::Post && (is_told || ACTIONS.contains(&verb))
    }

    /// Returns true for a verb of the path that the documentation has as a noun after another one: `Creates a new export` of
    /// `POST /exports/export`.
    fn tells_noun(&self, words: &[String], is_after_one: bool) -> bool {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return false;
        };
        // `POST /employees/{id}/change-request`
        if words.len() > 1 && first == "change" && CHANGED.contains(&&**last) {
            return true;
        }
        let is_other = |told: &str| told != first && STANDARD.contains(&told) && !STANDARD.contains(&&**first);
        let is_object = || self.title().iter().skip(1).any(|word| same_noun(word, first));
        let tells_other =
            words.len() == 1 && self.id.is_none() && !is_after_one && self.told.as_deref().is_some_and(is_other);
        let is_put = self.id.as_ref().and_then(|id| id.first()) == Some(&"put");
        let is_list = first == "show" && self.told.as_deref() == Some("list");
        is_list || (is_put || first == "show") && self.has_article(first) || tells_other && is_object()
    }

    /// Returns true for a callback of another call, or a verb of several terms: `POST /payments/on-confirm`,
    /// `POST /users/{id}/punch-in-as-manager`.
    fn is_callback(&self, words: &[String], end: usize) -> bool {
        let is_preposition = |word: Option<&String>| word.is_some_and(|word| is_preposition(word));
        let is_after_one = end > 0 && self.steps[end - 1].literal().is_none();
        // `Punch a user in as manager`, but not `Bill of lading`
        let title = self.title();
        let is_phrasal = || {
            let is_apart = tells_first(self.operation, &words[0]) && title.get(1) != words.get(1);
            is_apart && is_preposition(words.get(1)) && words[1] != "of"
        };
        let is_end = is_preposition(words.last()) && !self.is_group(end);
        words.len() > 1 && (words[0] == "on" || is_end) || words.len() > 2 && is_after_one && is_phrasal()
    }

    /// Returns the action that the path ends in.
    pub(super) fn action(&self) -> Option<&[String]> {
        let end = self.steps.iter().rposition(|step| step.literal().is_some())?;
        let (before, words) = (&self.steps[..end], self.steps[end].literal()?);
        let first = words.first()?.as_str();
        let is_marked = self.operation.path.trim_end_matches('/').rsplit('/').nth(1) == Some("actions")
            && self.steps.len() == end + 1;
        let asks = words.last().is_some_and(|word| QUESTIONS.contains(&word.as_str()));
        let is_after_one = matches!(before.last(), Some(Segment::Parameter(_)));
        let is_callback = self.is_callback(words, end);
        let said = self.id.as_deref().unwrap_or_default();
        let own: Vec<&str> = words.iter().map(String::as_str).collect();
        let is_sentence = end + 1 == self.steps.len() && self.tells_group(&own);
        if self.tells_noun(words, is_after_one) {
            return None;
        }
        if (asks || is_callback || is_marked || is_sentence)
            && self.operation.method == Method::Post
            && self.verb().is_none()
        {
            return Some(words);
        }
        let is_bulk = BULK.contains(&first)
            && words
                .get(1)
                .is_some_and(|word| PURE.contains(&word.as_str()) || self.told.as_deref() == Some(word));
        let token = self.operation.method.token().to_ascii_lowercase();
        // `UpdateGroups_PostUpdateGroup` of `/UpdateGroups`
        let begins = words.len() > 1 && self.is_group(end) && said.first() == Some(&&*token);
        let is_resource = begins && is_run(&said[1..], &own) || self.is_method_of_group(&own, &token);
        // The documentation has the verb, too, or the path asks: `/bookmark/toggle`, `/is-prime`.
        let is_told = self.tells(words, is_after_one);
        let asks = self.id.is_none() && words.len() > 1 && matches!(first, "can" | "has" | "is");
        let is_known = is_verb(first) || is_bulk || is_told || asks || is_after_one && self.takes_back(first);
        if !is_known || is_resource || words.get(1).is_some_and(|word| word == "ons") {
            return None;
        }
        let mut said = self.id.iter().flatten();
        // Without another verb, that of the id is the action.
        // A framework appends the verb of the request method: `tasks_fail_create`.
        let own = self.id.as_deref().unwrap_or_default();
        let is_appended = match (own, self.operation.method) {
            ([begin, .., end], Method::Post) if *end == "create" => *begin != "create",
            // `replaceBulkCancel` of `PUT /bulk/{id}/cancel`
            (["create" | "replace" | "update", .., end], _) => {
                *end == first && words.len() == 1 && PURE.contains(end) && *end != "invite" && !self.group.contains(end)
            }
            _ => false,
        };
        let is_only = self.id.is_some() && !said.any(|word| STANDARD.contains(word) || *word == token);
        // `POST /contacts/{id}/addToGroup/{group}`, `POST /posts/share/{id}`
        let is_verb_of_one = words.len() == 1 && end > 0 && self.posts(first);
        let is_before_one = end + 2 == self.steps.len() && (words.len() > 1 && PURE.contains(&first) || is_verb_of_one);
        // `GET /projects/search/{query}`
        let is_search = words == ["search"] && self.id.is_none() && !before.is_empty() && !self.is_group(end);
        let is_member = self
            .steps
            .last()
            .is_some_and(|step| step.words().last().is_some_and(|word| word == "id"));
        let is_last = end + 1 == self.steps.len()
            || is_search && end + 2 == self.steps.len() && !is_member
            || (is_before_one || is_told) && self.id.is_none() && self.operation.method != Method::Get;
        let is_read = match self.operation.method {
            Method::Get => {
                // `/write-permissions`
                let is_adjective = words.len() > 1 && matches!(first, "read" | "write");
                READS.contains(&first) || self.reads(first) && !is_adjective || is_told || asks
            }
            Method::Delete => {
                let verb = words[usize::from(is_bulk)].as_str();
                self.id.is_some() || self.undoes(verb)
            }
            _ => true,
        };
        let has_own_verb = self
            .verb()
            .is_some_and(|verb| verb != "get" || self.operation.method == Method::Get)
            && !is_appended
            && !(is_place(self.operation) && (self.operation.method != Method::Delete || self.undoes(first)));
        // A resource of its own is a plural: `POST /auth/login`, `POST /accounts/transfers`.
        let is_within = !before.is_empty() || !self.is_group(end);
        let is_change = self.operation.method != Method::Get || self.id.is_none() && is_read;
        let is_alone = words.len() == 1 && is_within && is_change && !has_own_verb;
        let is_plain = (ACTIONS.contains(&first) || is_alone) && !is_after_one;
        let begins = self.id.iter().flatten().next() == Some(&first);
        // A verb before a plural is a part of a noun: `POST /upload_sessions`.
        let is_plural = words.last().is_some_and(|word| singular_of(word) != *word);
        // `UpdateChannelReadMarker` of `/channels/{id}/readMarker`, `createVerifyProfile` of `/verify_profiles`
        let is_object = match own {
            ["create", rest @ ..] => is_plural && same_noun(&rest.concat(), &words.concat()),
            [verb, ..] => {
                *verb != "get" && *verb != first && is_verb(verb) && !TOKENS.contains(verb) && self.has_run(words)
            }
            [] => false,
        };
        let is_compound = is_plural && !PURE.contains(&first) && !is_bulk && !is_told;
        let is_noun = words.len() > 1 && (is_object || is_compound);
        // A step of several terms that begins with such a verb says all of its method: `/join_channel`.
        let is_many = words.get(1).is_some_and(|word| QUANTIFIERS.contains(&word.as_str()));
        let is_root = self.group == ["root"] && !is_plural;
        // `/change-password`, but not `/change-requests`
        let is_changed = first == "change" && !is_plural && self.operation.method != Method::Delete;
        let is_plain_sentence = PURE.contains(&first) || is_many || is_bulk || asks || is_root || is_changed;
        let is_sentence = words.len() > 1 && is_plain_sentence || words.len() > 2 && !is_plural;
        let is_placed = is_last && is_read && (is_plain || is_sentence || is_told || is_after_one && !has_own_verb);
        // `GET /plugins/importErrors`
        let is_noun_of_get =
            self.operation.method == Method::Get && is_plural && words.len() > 1 && CHANGES.contains(&first);
        let begins = begins && !is_noun_of_get;
        // `purchaseOrdersAll` of `/purchase-orders`
        let is_action = !is_noun && is_placed || is_only && (is_read || begins) && !(is_noun && self.is_group(end));
        is_action.then_some(words)
    }

    /// Returns true for an id that is its group and the request method: `Review_Post` of `/recipes/{id}/review`.
    fn is_method_of_group(&self, step: &[&str], token: &str) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        let group = id.strip_suffix(&[token]).unwrap_or_default();
        !group.is_empty() && is_run(step, &self.group) && is_run(group, &self.group)
    }

    /// Returns an action of several terms without the group after its verb: `get by name` of `/campaigns/get_campaign_by_name`.
    pub(super) fn without_own(&self, action: &[String]) -> Vec<String> {
        let verb = 1 + usize::from(action.first().is_some_and(|first| BULK.contains(&first.as_str())));
        let own: Vec<&str> = action.iter().map(String::as_str).collect();
        let rest = own.get(verb..).and_then(|rest| rest.split_at_checked(self.group.len()));
        match rest {
            Some((group, [first, ..]))
                if !group.is_empty() && is_run(group, &self.group) && (*first == "by" || !is_preposition(first)) =>
            {
                [&action[..verb], &action[verb + group.len()..]].concat()
            }
            _ => action.to_vec(),
        }
    }

    /// Returns the object of a change of a whole collection: `DELETE /blocks` of `blocks` is `delete_all`, if id or summary have that term,
    /// or `delete_many`, and not `delete`, which has an id.
    pub(super) fn quantified(&self, verb: &str, last: Option<usize>) -> Option<Vec<String>> {
        let words = self.steps.get(last?)?.words();
        // `UpdateEmployeeGroup` of `/employeegroups`
        let own = self
            .id
            .as_ref()
            .and_then(|id| id.last())
            .filter(|_| !self.is_generated && self.ends_in_one());
        let is_said = own
            .zip(self.group.last())
            .is_some_and(|(own, group)| same_noun(own, group));
        let is_one = is_said || self.says_one(words, self.is_generated);
        let is_many = words.last().is_some_and(|word| singular_of(word) != *word) && !is_one;
        // `deleteItems` of `/items/{collection}`, documented as `Delete several items`
        let is_collection = |name: &[String]| {
            let is_key = |word: &String| KEYS.contains(&word.as_str()) || words.iter().any(|own| same_noun(own, word));
            let is_said = |own: &&str| singular_of(own) != **own && self.title().iter().any(|word| word == own);
            !name.iter().any(is_key) && self.id.as_ref().and_then(|id| id.last()).is_some_and(is_said)
        };
        let is_after = match self.steps.last() {
            Some(Segment::Parameter(name)) => is_collection(name),
            last => last.is_some(),
        };
        let is_bulk = is_many && is_after && matches!(verb, "delete" | "remove" | "replace" | "update");
        let is_whole = same_noun(&words.concat(), &self.group.concat());
        let mut said = self
            .id
            .iter()
            .flatten()
            .map(|word| (*word).to_owned())
            .chain(self.title());
        let many = if said.any(|word| word == "all") { "all" } else { "many" };
        is_bulk.then(|| {
            if is_whole {
                vec![many.to_owned()]
            } else {
                words.to_vec()
            }
        })
    }
}

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
