//! In: `x-lifecycle` of a status enum. Out: which state comes next, and by whom. Never: a state that the contract does
//! not name.

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

#[derive(Debug, Clone)]
struct Transition {
    from: Vec<String>,
    to: String,
    by: String,
}

/// The effect of a call on a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Move {
    /// The call has nothing to do with states.
    None,
    To(String),
    /// The call moves states, but not from this one; from these.
    Refused(Vec<String>),
}

fn texts(node: Option<&Value>) -> Vec<String> {
    match node {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

impl Lifecycle {
    pub(crate) fn read(node: &Value) -> Self {
        let transitions = node.get("transitions").and_then(Value::as_array).into_iter().flatten();
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
                })
                .collect(),
        }
    }

    /// Every transition: from, to and by.
    pub(crate) fn arrows(&self) -> impl Iterator<Item = (String, String, String)> {
        self.transitions.iter().flat_map(|one| {
            let from = one.from.iter();
            from.map(|from| (from.clone(), one.to.clone(), one.by.clone()))
        })
    }

    /// Returns the effect of an operation on a state.
    pub(crate) fn by_operation(&self, operation: &str, state: &str) -> Move {
        let own: Vec<&Transition> = self
            .transitions
            .iter()
            .filter(|transition| transition.by == operation)
            .collect();
        if own.is_empty() {
            return Move::None;
        }
        match own
            .iter()
            .find(|transition| transition.from.iter().any(|from| from == state))
        {
            Some(transition) => Move::To(transition.to.clone()),
            None => Move::Refused(own.iter().flat_map(|transition| transition.from.clone()).collect()),
        }
    }

    /// The owner's next step towards a done state. Where it is the partner's turn, or all is said, there is none.
    pub(crate) fn by_owner(&self, owner: &str, state: &str) -> Option<String> {
        if self.rests(state) {
            return None;
        }
        let steps = self.owner_steps(owner, state);
        let done = steps.iter().find(|to| self.done.contains(*to));
        done.or_else(|| {
            steps
                .iter()
                .find(|to| self.leads_to_done(owner, to, &mut vec![state.to_owned()]))
        })
        .cloned()
    }

    /// Returns `true` if others may refer to a resource in this state.
    pub(crate) fn is_usable(&self, state: &str) -> bool {
        self.usable.is_empty() || self.usable.iter().any(|known| known == state)
    }

    /// Returns `true` if an operation could still lead out of a state.
    pub(crate) fn is_callers(&self, owner: &str, state: &str) -> bool {
        let mut others = self.transitions.iter().filter(|one| one.by != owner);
        others.any(|one| one.from.iter().any(|from| from == state))
    }

    /// Returns `true` if no transition happens without a call.
    fn rests(&self, state: &str) -> bool {
        [&self.done, &self.terminal, &self.needs_action]
            .iter()
            .any(|states| states.iter().any(|known| known == state))
    }

    fn owner_steps(&self, owner: &str, state: &str) -> Vec<String> {
        let own = self
            .transitions
            .iter()
            .filter(|one| one.by == owner && one.from.iter().any(|from| from == state));
        own.map(|one| one.to.clone()).collect()
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
        let acted_on = self
            .transitions
            .iter()
            .filter(|one| one.by != owner)
            .flat_map(|one| one.from.clone());
        let all = self
            .initial
            .iter()
            .cloned()
            .chain(self.needs_action.iter().cloned())
            .chain(acted_on);
        let mut states: Vec<String> = Vec::new();
        for state in all.chain(self.done.first().cloned()) {
            if !states.contains(&state) {
                states.push(state);
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
        Lifecycle::read(&json!({
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
        assert_eq!(life().by_operation("send", "NEW"), Move::To("SENT".into()));
        assert_eq!(life().by_operation("send", "SENT"), Move::Refused(vec!["NEW".into()]));
        assert_eq!(life().by_operation("look", "SENT"), Move::None);
    }

    #[test]
    fn a_showcase_has_every_state_that_waits_for_somebody() {
        assert_eq!(life().showcase("owner"), ["NEW", "ASK", "END"]);
    }
}
