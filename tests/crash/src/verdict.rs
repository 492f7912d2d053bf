//! The final counts. In: the journal's record of each intent, and the effects at the server. Out: how many ended
//! how, and what must not be. Pure, so that it can be shown to find what it has to find.

use sdkwright_journal::State;
use sdkwright_sandbox_server::Effect;
use std::collections::BTreeMap;

/// All records of one intent.
#[derive(Debug, Clone)]
pub(crate) struct Intent {
    pub(crate) name: String,
    /// State in the journal; `None` without a row.
    pub(crate) state: Option<State>,
    /// Subjects of the action as the server counts them: one for each resource that it may have acted on.
    pub(crate) subjects: Vec<Vec<String>>,
    /// `true` if the partner's order exists, where payments are booked with one.
    pub(crate) order: Option<bool>,
}

/// The counts of a trial.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Actions that the program wanted.
    pub intents: u64,
    /// Actions that the server carried out.
    pub effects: u64,
    /// Intents that happened, and the journal says so.
    pub done: u64,
    /// Intents that did not happen, and the journal says so.
    pub refused: u64,
    /// Actions that happened more than once.
    pub twice: u64,
    /// Intents of which the journal says nothing certain, or what is not true, apart from `unmade`.
    pub lost: u64,
    /// Intents that the journal says happened, and that did not.
    pub unmade: u64,
    /// Violations, one per line.
    pub wrong: Vec<String>,
}

impl Counts {
    pub(crate) fn from_rows(intents: &[Intent], effects: &[Effect]) -> Self {
        let mut by_subject: BTreeMap<&[String], u64> = BTreeMap::new();
        for effect in effects.iter().filter(|effect| !effect.subject.is_empty()) {
            *by_subject.entry(&effect.subject).or_default() += 1;
        }
        let mut counts = Self {
            intents: intents.len() as u64,
            effects: by_subject.values().sum(),
            ..Self::default()
        };
        for (subject, times) in by_subject.iter().filter(|(_, times)| **times > 1) {
            counts.twice += 1;
            counts
                .wrong
                .push(format!("{} happened {times} times", subject.join(" ")));
        }
        for intent in intents {
            let times: u64 = intent
                .subjects
                .iter()
                .filter_map(|one| by_subject.get(one.as_slice()))
                .sum();
            let (counter, is_true) = match intent.state {
                Some(State::Executed) => (&mut counts.done, times > 0),
                Some(State::Refused) => (&mut counts.refused, times == 0),
                Some(State::Open | State::CutOff | State::Reconcile | State::Flow | State::Finished) | None => {
                    (&mut counts.lost, false)
                }
            };
            *counter += 1;
            if intent.order.is_some_and(|order| order != intent.state.is_some()) {
                counts.lost += 1;
                counts
                    .wrong
                    .push(format!("{}: of order and intent only one was written", intent.name));
            }
            if !is_true {
                match intent.state {
                    Some(State::Executed) => counts.unmade += 1,
                    Some(State::Refused) => counts.lost += 1,
                    _ => {}
                }
                let state = intent.state.map_or("nothing", State::as_str);
                counts.wrong.push(format!(
                    "{}: the journal says {state}, the server did it {times} times",
                    intent.name
                ));
            }
        }
        let known = intents.iter().flat_map(|intent| &intent.subjects);
        let of_intents: u64 = known.filter_map(|one| by_subject.get(one.as_slice())).sum();
        if of_intents != counts.effects {
            counts.lost += counts.effects.abs_diff(of_intents);
            counts.wrong.push(format!(
                "{of_intents} of {} effects belong to an intent",
                counts.effects
            ));
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(reference: &str, key: &str) -> Effect {
        Effect {
            operation: "pay".to_owned(),
            key: Some(key.to_owned()),
            subject: vec!["c-1".to_owned(), reference.to_owned()],
            resource: None,
        }
    }

    fn intent(reference: &str, state: Option<State>) -> Intent {
        Intent {
            name: reference.to_owned(),
            state,
            subjects: vec![vec!["c-1".to_owned(), reference.to_owned()]],
            order: None,
        }
    }

    #[test]
    fn what_ended_as_the_journal_says_is_counted_and_nothing_is_wrong() {
        let intents = [intent("a", Some(State::Executed)), intent("b", Some(State::Refused))];
        let counts = Counts::from_rows(&intents, &[effect("a", "k")]);
        assert_eq!((counts.intents, counts.effects), (2, 1));
        assert_eq!((counts.done, counts.refused), (1, 1));
        assert_eq!((counts.twice, counts.lost, counts.wrong.len()), (0, 0, 0));
    }

    #[test]
    fn an_action_under_two_keys_is_found_by_its_reference() {
        let counts = Counts::from_rows(
            &[intent("a", Some(State::Executed))],
            &[effect("a", "k"), effect("a", "other")],
        );
        assert_eq!((counts.effects, counts.twice, counts.wrong.len()), (2, 1, 1));
    }

    #[test]
    fn what_the_journal_does_not_tell_or_tells_wrongly_is_lost() {
        let cases = [
            (None, 0),
            (Some(State::Open), 1),
            (Some(State::CutOff), 1),
            (Some(State::Reconcile), 1),
            (Some(State::Executed), 0),
            (Some(State::Refused), 1),
        ];
        for (state, times) in cases {
            let effects = vec![effect("a", "k"); times];
            let counts = Counts::from_rows(&[intent("a", state)], &effects);
            assert_eq!((counts.lost + counts.unmade, counts.wrong.len()), (1, 1), "{state:?}");
            assert_eq!(counts.unmade > 0, state == Some(State::Executed), "{state:?}");
        }
        let half = Intent {
            order: Some(true),
            ..intent("a", None)
        };
        assert_eq!(Counts::from_rows(&[half], &[]).wrong.len(), 2);
        let counts = Counts::from_rows(&[], &[effect("a", "k")]);
        assert_eq!(
            (counts.lost, counts.wrong.len()),
            (1, 1),
            "an effect that nobody wanted"
        );
    }
}
