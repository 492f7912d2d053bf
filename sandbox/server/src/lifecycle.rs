//! In: `x-lifecycle` of a status enum. Out: which state comes next, and by whom. Never: a state that the contract does
//! not name.

use crate::json;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The life of a resource.
#[derive(Debug, Clone)]
pub(crate) struct Lifecycle {
    pub(crate) initial: Option<String>,
    pub(crate) done: Vec<String>,
    pub(crate) terminal: Vec<String>,
    pub(crate) needs_action: Vec<String>,
    /// The states in which others may refer to it; those of `done` where the contract does not say.
    usable: Vec<String>,
    transitions: Vec<Transition>,
}

/// One step between states.
#[derive(Debug, Clone)]
pub(crate) struct Transition {
    from: Vec<String>,
    pub(crate) to: String,
    by: String,
    /// The time after which the owner makes it.
    pub(crate) after: Option<After>,
}

/// A transition from one state.
#[derive(Debug)]
pub(crate) struct SingleTransition {
    pub(crate) from: String,
    pub(crate) to: String,
    /// The owner, or an operation.
    pub(crate) by: String,
}

impl Transition {
    fn leaves(&self, state: &str) -> bool {
        self.from.iter().any(|from| from == state)
    }
}

/// The time of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum After {
    /// So many seconds after the state began.
    Seconds(i64),
    /// At an instant, in the rule language.
    Instant,
}

/// The effect of a call on a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Move {
    /// The call has nothing to do with states.
    None,
    /// The transition with this number.
    By(usize),
    /// The call moves states, but not from this one; from these.
    Refused(Vec<String>),
}

/// The way that a scenario leads a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Course {
    /// The states that it comes to, in this order, before it lives on as any other.
    pub(crate) to: Vec<String>,
    /// The seconds that each step of the owner takes; those of the transition, if left out.
    pub(crate) after: Option<i64>,
}

impl Course {
    /// Goes on behind a state, and tells if there is anything left of it.
    pub(crate) fn reach(&mut self, state: &str) -> bool {
        let was_led = !self.to.is_empty();
        if self.to.first().is_some_and(|next| next == state) {
            self.to.remove(0);
        }
        !(was_led && self.to.is_empty())
    }
}

fn texts(node: Option<&Value>) -> Vec<String> {
    match node {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn after(node: &Value) -> Option<After> {
    match node {
        Value::String(_) => Some(After::Instant),
        node => i64::try_from(node.as_u64()?).ok().map(After::Seconds),
    }
}

impl Lifecycle {
    pub(crate) fn new(node: &Value) -> Self {
        let transitions = json::items(node.get("transitions"));
        Self {
            initial: texts(node.get("initial")).pop(),
            usable: texts(node.get("usable").or_else(|| node.get("done"))),
            done: texts(node.get("done")),
            terminal: texts(node.get("terminal")),
            needs_action: texts(node.get("needsAction")),
            transitions: transitions
                .map(|one| Transition {
                    from: texts(one.get("from")),
                    to: texts(one.get("to")).pop().unwrap_or_default(),
                    by: texts(one.get("by")).pop().unwrap_or_default(),
                    after: one.get("after").and_then(after),
                })
                .collect(),
        }
    }

    /// Every transition, once for each state that it leaves.
    pub(crate) fn arrows(&self) -> impl Iterator<Item = SingleTransition> {
        self.transitions.iter().flat_map(|one| {
            one.from.iter().map(|from| SingleTransition {
                from: from.clone(),
                to: one.to.clone(),
                by: one.by.clone(),
            })
        })
    }

    /// All transitions, in the order of their numbers.
    pub(crate) fn transitions(&self) -> &[Transition] {
        &self.transitions
    }

    /// Returns `true` if the owner makes a transition by time: then states do not move because somebody looks.
    pub(crate) fn is_timed(&self, owner: &str) -> bool {
        let mut all = self.transitions.iter();
        all.any(|one| one.by == owner && one.after.is_some())
    }

    /// The numbers of the transitions from a state by a party or an operation.
    pub(crate) fn leaving<'a>(&'a self, by: &'a str, state: &'a str) -> impl Iterator<Item = usize> + 'a {
        let numbered = self.transitions.iter().enumerate();
        let own = numbered.filter(move |(_, one)| one.by == by && one.leaves(state));
        own.map(|(number, _)| number)
    }

    /// The next state on a shortest way to another one; `None` where no way leads there.
    pub(crate) fn toward(&self, from: &str, to: &str) -> Option<&str> {
        let mut known: Vec<(&str, Option<&str>)> = vec![(from, None)];
        let mut at = 0;
        while let Some(&(state, first)) = known.get(at) {
            for one in self.transitions.iter().filter(|one| one.leaves(state)) {
                let first = first.unwrap_or(&one.to);
                if one.to == to {
                    return Some(first);
                }
                if !known.iter().any(|(state, _)| *state == one.to) {
                    known.push((&one.to, Some(first)));
                }
            }
            at += 1;
        }
        None
    }

    /// Returns the effect of an operation on a state; `holds` says of a transition if its condition does.
    pub(crate) fn by_operation(&self, operation: &str, state: &str, holds: impl Fn(usize) -> bool) -> Move {
        let mut own = self.transitions.iter().filter(|one| one.by == operation).peekable();
        if own.peek().is_none() {
            return Move::None;
        }
        match self.leaving(operation, state).find(|number| holds(*number)) {
            Some(number) => Move::By(number),
            None => Move::Refused(own.flat_map(|one| one.from.clone()).collect()),
        }
    }

    /// The owner's next step towards a done state. Where it is the partner's turn, or all is said, there is none.
    pub(crate) fn by_owner(&self, owner: &str, state: &str) -> Option<String> {
        if self.rests(state) {
            return None;
        }
        let steps = self.owner_steps(owner, state);
        let leads = |to: &&String| self.leads_to_done(owner, to, &mut vec![state.to_owned()]);
        let done = steps.iter().find(|to| self.done.contains(*to));
        done.or_else(|| steps.iter().find(leads)).cloned()
    }

    /// Returns `true` if others may refer to a resource in this state.
    pub(crate) fn is_usable(&self, state: &str) -> bool {
        self.usable.is_empty() || self.usable.iter().any(|known| known == state)
    }

    /// Returns `true` if an operation could still lead out of a state.
    pub(crate) fn is_callers(&self, owner: &str, state: &str) -> bool {
        let mut others = self.transitions.iter().filter(|one| one.by != owner);
        others.any(|one| one.leaves(state))
    }

    /// Returns `true` if no transition happens without a call.
    fn rests(&self, state: &str) -> bool {
        let mut all = self.done.iter().chain(&self.terminal).chain(&self.needs_action);
        all.any(|known| known == state)
    }

    fn owner_steps(&self, owner: &str, state: &str) -> Vec<String> {
        let own = self.leaving(owner, state);
        own.map(|number| self.transitions[number].to.clone()).collect()
    }

    fn leads_to_done(&self, owner: &str, state: &str, seen: &mut Vec<String>) -> bool {
        if self.done.iter().any(|known| known == state) {
            return true;
        }
        if self.rests(state) || seen.iter().any(|known| known == state) {
            return false;
        }
        seen.push(state.to_owned());
        self.owner_steps(owner, state)
            .iter()
            .any(|to| self.leads_to_done(owner, to, seen))
    }

    /// The states worth showing in a list: the first, those that wait for somebody, and the end.
    pub(crate) fn showcase(&self, owner: &str) -> Vec<String> {
        let acted_on = self.transitions.iter().filter(|one| one.by != owner);
        let acted_on = acted_on.flat_map(|one| &one.from);
        let all = self.initial.iter().chain(&self.needs_action).chain(acted_on);
        let mut states: Vec<String> = Vec::new();
        for state in all.chain(self.done.first()) {
            if !states.contains(state) {
                states.push(state.clone());
            }
        }
        states
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn life() -> Lifecycle {
        Lifecycle::new(&json!({
            "initial": "NEW", "done": ["END"], "terminal": ["LOST"], "needsAction": ["NEW", "ASK"],
            "transitions": [
                { "from": "NEW", "to": "SENT", "by": "send" },
                { "from": "SENT", "to": "ASK", "by": "owner" },
                { "from": "SENT", "to": "LOST", "by": "owner" },
                { "from": "SENT", "to": "BUSY", "by": "owner" },
                { "from": "BUSY", "to": "SENT", "by": "owner" },
                { "from": "BUSY", "to": "END", "by": "owner" },
                { "from": "ASK", "to": "BUSY", "by": "answer" },
                { "from": "END", "to": "LOST", "by": "owner" }
            ]
        }))
    }

    #[test]
    fn the_owner_goes_the_way_that_ends_well() {
        assert_eq!(life().by_owner("owner", "NEW"), None);
        assert_eq!(life().by_owner("owner", "SENT").as_deref(), Some("BUSY"));
        assert_eq!(life().by_owner("owner", "BUSY").as_deref(), Some("END"));
        assert_eq!(life().by_owner("owner", "END"), None);
    }

    #[test]
    fn an_operation_moves_only_from_its_states() {
        let moved = |operation: &str, state: &str| life().by_operation(operation, state, |_| true);
        assert_eq!(moved("send", "NEW"), Move::By(0));
        assert_eq!(moved("send", "SENT"), Move::Refused(vec!["NEW".into()]));
        assert_eq!(moved("look", "SENT"), Move::None);
        assert_eq!(
            life().by_operation("send", "NEW", |_| false),
            Move::Refused(vec!["NEW".into()])
        );
    }

    #[test]
    fn a_showcase_has_every_state_that_waits_for_somebody() {
        assert_eq!(life().showcase("owner"), ["NEW", "ASK", "END"]);
    }
}
