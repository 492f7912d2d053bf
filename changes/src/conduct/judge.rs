//! Judges a change of an extension: its value in both contracts, the comparison, and the advice.

use sdkwright_contract::ir::{
    Alias, Api, EnumShape, Idempotency, Lifecycle, Member, Operation, Pagination, Parameter, ProblemRow,
    SecurityScheme, SignatureRules, TokenSource, Type, TypeId, WebhookDeliveries, WebhookEvent,
};
use sdkwright_contract::source::Node;

use super::values::{WordValue, list};
use crate::comparison::ConductRisk;
use crate::contract::Contract;

/// One row of the table: a word of the keyword ledger, and the findings if its value differs.
#[derive(Clone, Copy)]
pub(super) struct WordRule {
    /// Path of the word in the ledger; `*` is a name that the contract defines.
    pub(super) word: &'static str,
    /// Its name in sentences.
    subject: &'static str,
    /// Its pointer below the object that has it.
    place: &'static str,
    read: ValueReader,
    /// Reads the value from the tree instead, for words that only the server follows: they are in no API.
    tree: Option<fn(Node<'_>) -> WordValue>,
    pub(super) judge: Judge,
    pub(super) removed: Option<Advice>,
    pub(super) added: Option<Advice>,
    pub(super) changed: Option<Advice>,
}

/// Way to compare the old value with the new one.
#[derive(Clone, Copy)]
pub(super) enum Judge {
    /// Any other value, by whether both contracts have one.
    Text,
    /// The same for the word that is the whole object: one contract may have no such object.
    Whole,
    /// A smaller value counts as removed, a larger one as added, another one of the same size as changed.
    Size,
    /// A range: a value that the revision forbids counts as removed.
    Range,
    /// A list, without its order: what is gone is one finding, and what is new is another.
    Set,
    /// A list, without its order: what is gone and what is new are one finding.
    Difference,
    /// A function.
    Custom(fn(&mut Findings<'_, '_>, &ObjectPair<'_>, &WordRule)),
}

/// Text of a finding. Texts have `{owner}` and `{note}` of the pair, `{word}` and `{subject}` of the rule, and `{old}` and `{new}`.
#[derive(Clone, Copy)]
pub(super) struct Advice {
    pub(super) id: &'static str,
    risk: ConductRisk,
    /// One sentence for an engineer on call.
    pub(super) sentence: &'static str,
    /// One sentence that says what to do.
    pub(super) action: &'static str,
    /// Name, if it is not that of the rule.
    subject: Option<&'static str>,
    /// The whole sentence that names the change, if it is not the usual one.
    text: Option<&'static str>,
}

/// Returns the advice on a change that can cost money or lock partners out.
pub(super) const fn danger(id: &'static str, sentence: &'static str, action: &'static str) -> Advice {
    Advice {
        risk: ConductRisk::Dangerous,
        action,
        ..differs(id, sentence)
    }
}

/// Returns the advice on a change without a cost.
pub(super) const fn differs(id: &'static str, sentence: &'static str) -> Advice {
    Advice {
        id,
        risk: ConductRisk::Differs,
        sentence,
        action: "",
        subject: None,
        text: None,
    }
}

impl Advice {
    pub(super) const fn about(mut self, subject: &'static str) -> Self {
        self.subject = Some(subject);
        self
    }

    pub(super) const fn text(mut self, text: &'static str) -> Self {
        self.text = Some(text);
        self
    }

    /// Returns its texts with names in braces.
    #[cfg(test)]
    pub(super) fn texts(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.sentence), self.subject, self.text].into_iter().flatten()
    }
}

/// Returns a row without advice. The pointer of the word is its path after the last `*`.
pub(super) const fn row(word: &'static str, subject: &'static str, read: ValueReader) -> WordRule {
    WordRule {
        word,
        subject,
        place: word,
        read,
        tree: None,
        judge: Judge::Text,
        removed: None,
        added: None,
        changed: None,
    }
}

impl WordRule {
    /// Sets the pointer below the object, if it is not the path of the word.
    pub(super) const fn at(mut self, place: &'static str) -> Self {
        self.place = place;
        self
    }

    /// Returns true for a word of the whole contract, and not of an operation.
    pub(super) fn is_of_root(&self) -> bool {
        matches!(self.read, ValueReader::Root(_) | ValueReader::Idempotency(_))
    }

    pub(super) const fn tree(mut self, read: fn(Node<'_>) -> WordValue) -> Self {
        self.tree = Some(read);
        self
    }

    pub(super) const fn judge(mut self, judge: Judge) -> Self {
        self.judge = judge;
        self
    }

    pub(super) const fn removed(mut self, advice: Advice) -> Self {
        self.removed = Some(advice);
        self
    }

    pub(super) const fn added(mut self, advice: Advice) -> Self {
        self.added = Some(advice);
        self
    }

    pub(super) const fn changed(mut self, advice: Advice) -> Self {
        self.changed = Some(advice);
        self
    }

    /// Gives the same advice on all changes.
    pub(super) const fn any(self, advice: Advice) -> Self {
        self.removed(advice).added(advice).changed(advice)
    }

    /// Returns the pointer of the word, of an object at a pointer.
    pub(super) fn pointer(&self, object: &str) -> String {
        match self.place.rsplit('*').next().unwrap_or_default() {
            "" => object.to_owned(),
            place => format!("{object}/{}", place.trim_start_matches('/')),
        }
    }
}

/// Defines the kinds of objects that have extensions, and the function that reads a value of each.
macro_rules! kinds {
    ($($(#[$about:meta])* $name:ident($ty:ty),)+) => {
        /// An object that has words.
        #[derive(Clone, Copy)]
        pub(super) enum Extended<'a> {
            $($(#[$about])* $name(&'a $ty),)+
        }

        /// The kind of object, and the function that reads a value of it.
        #[derive(Clone, Copy)]
        pub(super) enum ValueReader {
            $($name(fn(&Api, &$ty) -> WordValue),)+
        }

        impl ValueReader {
            /// Returns the value of the word; `None` for an object of another kind.
            fn value(self, api: &Api, object: Extended<'_>) -> Option<WordValue> {
                match (self, object) {
                    $((Self::$name(read), Extended::$name(object)) => Some(read(api, object)),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// The whole contract, compared first.
    Security(Api),
    /// A scheme that signs, on one side only.
    Scheme(SecurityScheme),
    Signing(SignatureRules),
    Tokens(TokenSource),
    Idempotency(Idempotency),
    Operation(Operation),
    Alias(Alias),
    Paging(Pagination),
    Problem(ProblemRow),
    /// A problem code that came, went, or has another name.
    Code(ProblemRow),
    Lifecycle(Lifecycle),
    /// A lifecycle as the server follows it.
    Steps(EnumShape),
    Type(Type),
    Member(Member),
    Parameter(Parameter),
    Webhooks(WebhookDeliveries),
    Resource(TypeId),
    Event(WebhookEvent),
    /// The whole contract.
    Root(Api),
    /// An operation with the rules that the server follows.
    ServedOperation(Operation),
    /// A type with the rules that the server follows.
    ServedType(Type),
}

/// Reads nothing: the value is in the tree, or a custom function reads it.
pub(super) const fn unread<T>(_: &Api, _: &T) -> WordValue {
    WordValue::Absent
}

/// The same object in both contracts.
#[derive(Clone, Default)]
pub(super) struct ObjectPair<'a> {
    /// JSON Pointers in base and revision.
    pub(super) at: [String; 2],
    /// The object in base and revision.
    pub(super) objects: [Option<Extended<'a>>; 2],
    /// Its name in sentences.
    pub(super) owner: String,
    /// More about it for sentences.
    pub(super) note: String,
    /// Operations that it concerns; empty if it concerns all of them.
    pub(super) operations: Vec<String>,
    /// The type whose operations it concerns.
    pub(super) reach: Option<TypeId>,
}

/// An extension with another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedExtension {
    /// Stable id of the rule that found it.
    pub(super) id: &'static str,
    /// JSON Pointer of the word in the base; `None` if the revision added it.
    pub(super) base: Option<String>,
    /// JSON Pointer of the word in the revision; `None` if the revision removed it.
    pub(super) revision: Option<String>,
    /// Operations that it concerns; empty if it concerns all of them.
    pub(super) operations: Vec<String>,
    /// The type whose operations it concerns instead.
    pub(super) reach: Option<TypeId>,
    /// Old value.
    pub(super) old: Option<String>,
    /// New value.
    pub(super) new: Option<String>,
    /// One sentence that names the change.
    pub(super) text: String,
    /// The risk.
    pub(super) risk: ConductRisk,
    /// One sentence for an engineer on call.
    pub(super) sentence: String,
    /// One sentence that says what to do.
    pub(super) advice: &'static str,
}

/// The findings of one comparison.
pub(super) struct Findings<'a, 't> {
    pub(super) apis: [&'a Api; 2],
    pub(super) contracts: [&'a Contract<'t>; 2],
    pub(super) found: Vec<ChangedExtension>,
}

impl<'t> Findings<'_, 't> {
    /// Compares two objects by a rule, if they are of its kind.
    pub(super) fn compare(&mut self, rule: &WordRule, pair: &ObjectPair<'_>) {
        let is_whole = pair.objects.iter().all(Option::is_some) || matches!(rule.judge, Judge::Whole);
        let Some([old, new]) = self.values(rule, pair).filter(|_| is_whole) else {
            return;
        };
        let by_presence = |is_old: bool, is_new: bool| match (is_old, is_new) {
            (true, false) => rule.removed,
            (false, _) => rule.added,
            (true, true) => rule.changed,
        };
        let advice = match rule.judge {
            Judge::Custom(compare) => return compare(self, pair, rule),
            Judge::Set => {
                self.report(rule, pair, rule.added, [None, list(&new.without(&old))]);
                return self.report(rule, pair, rule.removed, [list(&old.without(&new)), None]);
            }
            Judge::Difference => {
                let values = [list(&old.without(&new)), list(&new.without(&old))];
                let advice = by_presence(values[0].is_some(), values[1].is_some());
                return self.report(rule, pair, advice, values);
            }
            Judge::Text => by_presence(old.shown().is_some(), new.shown().is_some()),
            Judge::Whole => by_presence(pair.objects[0].is_some(), pair.objects[1].is_some()),
            Judge::Size => match (old.size(), new.size()) {
                (Some(old), Some(new)) if new < old => rule.removed,
                (Some(old), Some(new)) if new > old => rule.added,
                (Some(_), Some(_)) => rule.changed,
                _ => None,
            },
            Judge::Range => match (&old, &new) {
                (WordValue::Length(least, most), WordValue::Length(now, most_now))
                    if now > least || most_now < most =>
                {
                    rule.removed
                }
                _ => rule.added,
            },
        };
        if old.same() != new.same() {
            self.report(rule, pair, advice, [old.shown(), new.shown()]);
        }
    }

    /// Returns both values; `None` if the objects are of another kind.
    pub(super) fn values(&self, rule: &WordRule, pair: &ObjectPair<'_>) -> Option<[WordValue; 2]> {
        let value = |side: usize| match pair.objects[side] {
            Some(object) => rule.read.value(self.apis[side], object),
            None => Some(WordValue::Absent),
        };
        let values = [value(0)?, value(1)?];
        Some(match rule.tree {
            Some(read) => self.nodes(rule, pair).map(|node| node.map_or(WordValue::Absent, read)),
            None => values,
        })
    }

    /// Returns both nodes.
    pub(super) fn nodes(&self, rule: &WordRule, pair: &ObjectPair<'_>) -> [Option<Node<'t>>; 2] {
        [0, 1].map(|side| self.contracts[side].at(&rule.pointer(&pair.at[side])))
    }

    /// Adds a finding at a word. Without advice, and without values, there is none.
    pub(super) fn report(
        &mut self,
        rule: &WordRule,
        pair: &ObjectPair<'_>,
        advice: Option<Advice>,
        [old, new]: [Option<String>; 2],
    ) {
        let Some(advice) = advice.filter(|_| old.is_some() || new.is_some()) else {
            return;
        };
        let fill = |template: &str| {
            fill(template, |name| match name {
                "owner" => &pair.owner,
                "note" => &pair.note,
                "word" => rule.word.rsplit('/').next().unwrap_or_default(),
                "subject" => rule.subject,
                "old" => old.as_deref().unwrap_or_default(),
                "new" => new.as_deref().unwrap_or_default(),
                "is" if old.iter().chain(&new).any(|value| value.contains("`, `")) => "are",
                _ => "is",
            })
        };
        let subject = fill(advice.subject.unwrap_or(rule.subject));
        let text = match (advice.text, &old, &new) {
            (Some(text), ..) => fill(text),
            (None, Some(old), Some(new)) => format!("{subject} changed from {old} to {new}"),
            // A mark is there or not: its value says no more.
            (None, None, Some(new)) if new == "`true`" => format!("{subject} was added"),
            (None, Some(old), None) if old == "`true`" => format!("{subject} was removed"),
            (None, old, new) => {
                let (step, value) = if old.is_some() {
                    ("removed", old)
                } else {
                    ("added", new)
                };
                format!("{subject} was {step}: {}", value.as_deref().unwrap_or_default())
            }
        };
        self.found.push(ChangedExtension {
            id: advice.id,
            base: old.is_some().then(|| rule.pointer(&pair.at[0])),
            revision: new.is_some().then(|| rule.pointer(&pair.at[1])),
            operations: pair.operations.clone(),
            reach: pair.reach,
            sentence: fill(advice.sentence),
            text,
            risk: advice.risk,
            advice: advice.action,
            old,
            new,
        });
    }
}

/// Returns a text with the values of the names in its braces.
fn fill<'v>(template: &str, value: impl Fn(&str) -> &'v str) -> String {
    let (mut out, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once('{')
        && let Some((name, after)) = after.split_once('}')
    {
        out.push_str(before);
        out.push_str(value(name));
        rest = after;
    }
    out + rest
}
