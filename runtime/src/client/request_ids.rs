//! Request ids: random bytes come in, ids go out, and whether the id of a response is that of another call.
//!
//! An id is a UUID of version 4 with two marks: one of its sender (base URL and client id), one of its action (key, target and
//! body). So every process of a sender recognizes the ids of all others, without shared memory, and those of the same action from
//! before a crash. A mark is a digest without a secret: it prevents accidents, not attacks.
//!
//! Ids of the caller have no marks. The client remembers digests of those that it sent.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::clock;
use crate::exchange::Fixed;

/// Largest number of remembered ids; the oldest go first.
const MOST_IDS: usize = 65_536;

/// The request ids of one client and its clones.
#[derive(Debug)]
pub(super) struct RequestIds {
    sender: u64,
    digests: RandomState,
    last: Mutex<Last>,
    /// How certainly the server repeats request ids, for each class of statuses.
    echoing: [AtomicU8; 10],
}

#[derive(Debug, Default)]
struct Last {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

/// The sender and the action of the first half of an id.
struct Marks {
    sender: [u8; 4],
    action: Option<[u8; 4]>,
}

impl RequestIds {
    pub(super) fn new(base_url: &str, client_id: Option<&str>) -> Self {
        Self {
            sender: digest([base_url, client_id.unwrap_or_default()].map(str::as_bytes)),
            digests: RandomState::new(),
            last: Mutex::default(),
            echoing: Default::default(),
        }
    }

    /// Creates the id of an attempt.
    pub(super) fn create(&self, mut random: [u8; 16], action: Option<u64>) -> String {
        let marks = self.marks(&random, action);
        // Bytes 6 and 8 contain version and variant.
        [random[7], random[9], random[10], random[11]] = marks.sender;
        if let Some(action) = marks.action {
            random[12..].copy_from_slice(&action);
        }
        clock::uuid(random)
    }

    fn marks(&self, id: &[u8; 16], action: Option<u64>) -> Marks {
        let random = mix(self.sender ^ id[..6].iter().fold(0, |all, byte| (all << 8) | u64::from(*byte)));
        Marks {
            sender: first(random),
            action: action.map(|action| first(mix(random ^ action))),
        }
    }

    /// Remembers an id of a request that leaves now.
    pub(super) fn add(&self, id: &str) {
        let digest = self.digest(id);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.known.insert(digest) {
            last.order.push_back(digest);
        }
        if last.order.len() > MOST_IDS {
            let oldest = last.order.pop_front();
            oldest.map(|oldest| last.known.remove(&oldest));
        }
    }

    fn digest(&self, id: &str) -> u64 {
        let mut hasher = self.digests.build_hasher();
        for part in id.trim().as_bytes().chunks(16) {
            let mut lower = [0; 16];
            let lower = &mut lower[..part.len()];
            lower.copy_from_slice(part);
            lower.make_ascii_lowercase();
            hasher.write(lower);
        }
        hasher.finish()
    }

    /// Returns whose id a response has. `own` are the ids of this call, those that the server gave included.
    pub(super) fn owner(&self, id: &str, own: &[String], action: impl FnOnce() -> Option<u64>) -> IdOwner {
        if own.iter().any(|own| is_same(own, id)) {
            return IdOwner::ThisCall;
        }
        if let Some(read) = parse(id) {
            let marks = self.marks(&read, action());
            if [read[7], read[9], read[10], read[11]] == marks.sender {
                return match marks.action {
                    Some(action) if read[12..] == action => IdOwner::ThisCall,
                    _ => IdOwner::AnotherCall,
                };
            }
        }
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.known.contains(&self.digest(id)) {
            return IdOwner::AnotherCall;
        }
        IdOwner::Nobody
    }

    /// Learns from the id of a response whether the server repeats the ids of requests. Returns `true` if an id that nobody sent
    /// must belong to another call.
    ///
    /// Each class of statuses learns alone, because a gateway gives its own ids to the errors that it reports. Eight repeated ids
    /// are enough. Each other id halves the certainty, so that the client refuses at most two in a row: a server or a proxy that changes
    /// delays calls, and never blocks them.
    pub(super) fn learn(&self, status: u16, is_repeated: bool) -> bool {
        let Some(certainty) = self.echoing.get(usize::from(status / 100)) else {
            return false;
        };
        let before = certainty.load(Ordering::Relaxed);
        let after = if is_repeated {
            (before + 1).min(MOST_CERTAIN)
        } else {
            before / 2
        };
        if after != before {
            // Two responses at once may count as one: that only delays what is learned.
            certainty.store(after, Ordering::Relaxed);
        }
        !is_repeated && before >= CERTAIN
    }
}

/// Number of responses with the id of their request, without another id between them, after which the server counts as one that
/// repeats ids.
const CERTAIN: u8 = 8;

const MOST_CERTAIN: u8 = 2 * CERTAIN;

/// The sender of a request id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdOwner {
    /// This call, an earlier call of the same action, or the server in response to it.
    ThisCall,
    AnotherCall,
    /// No request of this sender, as far as this process knows.
    Nobody,
}

/// Computes the digest of an action under a key: of key, target and body.
pub(super) fn action_digest(fixed: &Fixed) -> Option<u64> {
    let key = fixed.key.as_ref()?;
    Some(digest([
        key.as_str().as_bytes(),
        fixed.target.as_bytes(),
        &fixed.payload.sha256,
    ]))
}

/// Returns `true` for one id in two spellings: servers often change case and surrounding blanks.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// Reads a UUID, with or without hyphens.
fn parse(id: &str) -> Option<[u8; 16]> {
    let mut digits = id.trim().chars().filter(|letter| *letter != '-');
    let mut read = [0; 16];
    for byte in &mut read {
        let mut digit = || digits.next()?.to_digit(16);
        *byte = u8::try_from((digit()? << 4) | digit()?).ok()?;
    }
    digits.next().is_none().then_some(read)
}

/// Computes FNV-1a over texts. Unlike those of the standard library, it is the same in all releases.
fn digest<const N: usize>(parts: [&[u8]; N]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    let part = |hash: u64, part: &[u8]| part.iter().chain(&[0]).fold(hash, step);
    parts.into_iter().fold(0xcbf2_9ce4_8422_2325, part)
}

/// Spreads a number over all its bits (SplitMix64).
fn mix(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Returns the first half of a number.
fn first(number: u64) -> [u8; 4] {
    let [a, b, c, d, ..] = number.to_be_bytes();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdOwner::{AnotherCall, Nobody, ThisCall};

    const ONE: Option<u64> = Some(1);
    const TWO: Option<u64> = Some(2);
    /// Bytes as a random source gives them.
    const RANDOM: [u8; 16] = *b"0123456789abcdef";

    fn ids(client_id: &str) -> RequestIds {
        RequestIds::new("https://example.com", Some(client_id))
    }

    fn owner(ids: &RequestIds, id: &str, action: Option<u64>) -> IdOwner {
        ids.owner(id, &[], || action)
    }

    #[test]
    fn another_process_of_the_sender_recognizes_an_id_and_its_action() {
        let (here, there) = (ids("c-1"), ids("c-1"));
        let id = there.create(RANDOM, ONE);
        for spelled in [id.clone(), id.to_uppercase(), id.replace('-', ""), format!(" {id} ")] {
            assert_eq!(owner(&here, &spelled, ONE), ThisCall, "{spelled}");
            assert_eq!(owner(&here, &spelled, TWO), AnotherCall, "{spelled}");
            assert_eq!(owner(&here, &spelled, None), AnotherCall, "{spelled}");
            assert_eq!(owner(&ids("c-2"), &spelled, TWO), Nobody, "{spelled}");
        }
        let read = there.create(RANDOM, None);
        assert_eq!(
            (owner(&here, &read, ONE), owner(&here, &read, None)),
            (AnotherCall, AnotherCall)
        );
        for strange in ["", "req-7", &clock::uuid(RANDOM), &id[1..], &format!("{id}0")] {
            assert_eq!(owner(&here, strange, ONE), Nobody, "{strange}");
        }
    }

    #[test]
    fn ids_are_uuids_that_differ_in_their_random_bytes() {
        let here = ids("c-1");
        let made: HashSet<String> = (0..=255)
            .map(|first| {
                let mut random = RANDOM;
                random[0] = first;
                here.create(random, ONE)
            })
            .collect();
        assert_eq!(made.len(), 256);
        for id in made {
            let bytes = id.as_bytes();
            assert_eq!(
                (id.len(), bytes[14], b"89ab".contains(&bytes[19])),
                (36, b'4', true),
                "{id}"
            );
        }
    }

    #[test]
    fn the_id_of_the_caller_is_known_until_many_others_were_sent() {
        let sent = ids("c-1");
        sent.add("Mine");
        sent.add("theirs");
        let own = ["Mine".to_owned()];
        let owner = |id| sent.owner(id, &own, || None);
        assert_eq!(
            (owner(" THEIRS "), owner("mine"), owner("of the server")),
            (AnotherCall, ThisCall, Nobody)
        );
        for number in 0..MOST_IDS {
            sent.add(&number.to_string());
        }
        assert_eq!((owner("theirs"), owner("0")), (Nobody, AnotherCall));
        let last = sent.last.lock().unwrap();
        assert_eq!((last.known.len(), last.order.len()), (MOST_IDS, MOST_IDS));
    }

    /// Returns which of these responses the client refuses: `=` repeats the id, `x` has another one.
    fn refused(ids: &RequestIds, status: u16, responses: &str) -> Vec<usize> {
        let refuses = |(at, letter)| ids.learn(status, letter == '=').then_some(at);
        responses.chars().enumerate().filter_map(refuses).collect()
    }

    #[test]
    fn a_server_that_repeats_ids_is_learned_and_forgotten_after_two_others() {
        for (responses, wanted) in [
            ("=======x", vec![]),
            ("========x", vec![8]),
            ("========xxxx", vec![8]),
            ("================xxxxxxxx", vec![16, 17]),
            ("================x=x=x=x=x", vec![16, 18]),
            ("=x=x=x=x=x=x=x=x=x=x=x=x=x=x=x=x=x", vec![]),
            ("===x===x===x===x===x===x===x===x", vec![]),
            ("xxxx========x", vec![12]),
        ] {
            assert_eq!(refused(&ids("c-1"), 200, responses), wanted, "{responses}");
        }
    }

    #[test]
    fn the_ids_of_a_gateway_on_its_errors_prove_nothing_about_other_statuses() {
        let ids = ids("c-1");
        for _ in 0..20 {
            assert_eq!(refused(&ids, 201, "="), [0; 0]);
            assert_eq!(refused(&ids, 503, "x"), [0; 0]);
        }
        assert_eq!((refused(&ids, 200, "x"), refused(&ids, 404, "x")), (vec![0], vec![]));
        assert_eq!(
            refused(&ids, 0, "=========x").len() + refused(&ids, 1000, "=========x").len(),
            1
        );
    }
}
