//! In: events that happened, their receiver, and the words for how they come to it. Out: those that are not delivered yet, after
//! the process was killed, too. Never: an attempt to deliver one, or a word that is silently ignored.

use crate::store::{Rows, Unwritten};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A change of a resource, of which events can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResourceChange {
    /// The number of the resource.
    pub(crate) number: u64,
    /// `true` if it came into being.
    pub(crate) is_new: bool,
    /// The state before; `None` for a new one and for one that kept its state.
    pub(crate) from: Option<String>,
    /// The state that it came into; `None` for one that kept its state.
    pub(crate) to: Option<String>,
}

/// The place of an event in the history, and the resource that it tells of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct EventOrigin {
    pub(crate) place: u64,
    pub(crate) resource: Option<u64>,
}

/// An event that is to be delivered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mail {
    /// Its number in the outbox; `None` for one that is not kept, such as an example.
    pub(crate) number: Option<u64>,
    pub(crate) event: String,
    pub(crate) body: Value,
    pub(crate) origin: EventOrigin,
}

/// Events that happened and are not settled: neither accepted by the receiver nor given up.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: BTreeMap<u64, Mail>,
    /// Numbers of those that nobody carries yet.
    fresh: Vec<u64>,
    pub(crate) unwritten: Unwritten,
    last: u64,
}

impl Outbox {
    /// Begins with the events of a store, which are to be carried again.
    pub(crate) fn restored(rows: &mut Rows) -> Option<Self> {
        let mut outbox = Self::default();
        for (number, value) in rows.remove("mail").unwrap_or_default() {
            let number: u64 = number.parse().ok()?;
            let mail = Mail {
                number: Some(number),
                event: value.get("event")?.as_str()?.to_owned(),
                body: value.get("body")?.clone(),
                origin: EventOrigin {
                    place: number,
                    resource: None,
                },
            };
            outbox.waiting.insert(number, mail);
        }
        outbox.unwritten = Unwritten::with_store();
        outbox.fresh = outbox.waiting.keys().copied().collect();
        outbox.last = outbox.fresh.last().copied().unwrap_or_default();
        Some(outbox)
    }

    /// The number of the newest event.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    pub(crate) fn add(&mut self, event: String, body: Value, origin: EventOrigin) {
        self.last += 1;
        let row = json!({ "event": event, "body": body });
        self.unwritten.put("mail", &self.last, Some(row));
        let mail = Mail {
            number: Some(self.last),
            event,
            body,
            origin,
        };
        self.waiting.insert(self.last, mail);
        self.fresh.push(self.last);
    }

    /// Forgets an event that was accepted or given up.
    pub(crate) fn settle(&mut self, number: u64) {
        if self.waiting.remove(&number).is_some() {
            self.unwritten.put("mail", &number, None::<Value>);
        }
    }

    /// Takes the events that nobody carries yet.
    pub(crate) fn take(&mut self) -> Vec<Mail> {
        let fresh = std::mem::take(&mut self.fresh).into_iter();
        fresh.filter_map(|number| self.waiting.get(&number).cloned()).collect()
    }

    /// Takes events back that could not be kept, and may be carried only when they are.
    pub(crate) fn take_back(&mut self, mails: &[Mail]) {
        self.fresh.extend(mails.iter().filter_map(|mail| mail.number));
        self.fresh.sort_unstable();
    }
}

/// The way in which events come to their receiver.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DeliveryPolicy {
    /// Each event comes a second time, signed anew.
    pub(crate) twice: bool,
    /// Each event waits until the next one was delivered.
    pub(crate) swapped: bool,
    /// Before each event comes one that somebody else signed.
    pub(crate) forged: bool,
    pub(crate) delay: Duration,
}

impl FromStr for DeliveryPolicy {
    type Err = String;

    /// Reads words separated by commas; none stands for the ordinary manner.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut manner = Self::default();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word.split_once(':') {
                None if word == "twice" => manner.twice = true,
                None if word == "swapped" => manner.swapped = true,
                None if word == "forged" => manner.forged = true,
                Some(("delay", millis)) => {
                    let millis: u32 = millis.parse().map_err(|_| {
                        format!("`{word}`: write the delay as a number of milliseconds, such as `delay:500`")
                    })?;
                    manner.delay = Duration::from_millis(millis.into());
                }
                _ => {
                    return Err(format!(
                        "`{word}` is not a manner of delivery; write twice, swapped, forged or delay:MS"
                    ));
                }
            }
        }
        Ok(manner)
    }
}

impl fmt::Display for DeliveryPolicy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            (self.twice, "twice".to_owned()),
            (self.swapped, "swapped".to_owned()),
            (self.forged, "forged".to_owned()),
            (!self.delay.is_zero(), format!("delay:{}", self.delay.as_millis())),
        ];
        let words = words.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word);
        out.write_str(&words.collect::<Vec<_>>().join(","))
    }
}

/// The number of attempts for an event, and the wait behind the first one, which doubles with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// The most attempts; behind the last one the event has failed.
    pub most: u8,
    /// The wait behind the first attempt.
    pub wait: Duration,
    /// `true` if an event waits as long as nothing listens at its address. That is not counted as an attempt.
    pub awaits_receiver: bool,
}

/// Longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

impl Default for Attempts {
    fn default() -> Self {
        Self {
            most: 5,
            wait: Duration::from_millis(100),
            awaits_receiver: false,
        }
    }
}

impl FromStr for Attempts {
    type Err = String;

    /// Reads `5` or `5:100`: the most attempts, and the milliseconds behind the first.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}`: write a number of attempts from 1 to 100, optionally with milliseconds: `5:100`");
        let (most, wait) = text
            .split_once(':')
            .map_or((text, None), |(most, wait)| (most, Some(wait)));
        let most = most.parse().ok().filter(|most| (1..=100).contains(most));
        let mut read = Self {
            most: most.ok_or_else(wrong)?,
            ..Self::default()
        };
        if let Some(wait) = wait {
            let millis: u32 = wait.parse().map_err(|_| wrong())?;
            read.wait = Duration::from_millis(millis.into());
        }
        Ok(read)
    }
}

impl Attempts {
    /// The wait behind an attempt, counted from 1; `None` behind the last one.
    pub(crate) fn behind(self, attempt: u8) -> Option<Duration> {
        let doubled = 2_u32.saturating_pow(u32::from(attempt.saturating_sub(1)));
        (attempt < self.most).then(|| self.wait.saturating_mul(doubled).min(LONGEST_WAIT))
    }
}

/// The receiver of events, and how they come to it.
#[derive(Debug, Default)]
pub(crate) struct Post {
    pub(crate) attempts: Attempts,
    now: Mutex<(Option<String>, DeliveryPolicy)>,
}

impl Post {
    pub(crate) fn new(url: Option<String>, manner: DeliveryPolicy, attempts: Attempts) -> Self {
        Self {
            attempts,
            now: Mutex::new((url, manner)),
        }
    }

    fn locked(&self) -> MutexGuard<'_, (Option<String>, DeliveryPolicy)> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn has_receiver(&self) -> bool {
        self.locked().0.is_some()
    }

    pub(crate) fn url(&self) -> Option<String> {
        self.locked().0.clone()
    }

    pub(crate) fn manner(&self) -> DeliveryPolicy {
        self.locked().1
    }

    pub(crate) fn send_to(&self, url: Option<String>) {
        self.locked().0 = url;
    }

    pub(crate) fn send_as(&self, manner: DeliveryPolicy) {
        self.locked().1 = manner;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manner_is_read_as_it_is_written() {
        for text in ["", "twice", "swapped,forged", "twice,swapped,forged,delay:500"] {
            assert_eq!(text.parse::<DeliveryPolicy>().unwrap().to_string(), text);
        }
        assert!("thrice".parse::<DeliveryPolicy>().unwrap_err().contains("`thrice`"));
        assert!("delay:soon".parse::<DeliveryPolicy>().is_err());
    }

    #[test]
    fn waits_double_and_end_with_the_last_attempt() {
        let attempts: Attempts = "4:100".parse().unwrap();
        let waits = [1, 2, 3, 4].map(|attempt| attempts.behind(attempt).map(|wait| wait.as_millis()));
        assert_eq!(waits, [Some(100), Some(200), Some(400), None]);
        assert_eq!("100".parse::<Attempts>().unwrap().behind(99), Some(LONGEST_WAIT));
        for text in ["", "0", "101", "5:", "5:x"] {
            assert!(text.parse::<Attempts>().is_err(), "{text}");
        }
    }
}
