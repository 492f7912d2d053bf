//! What a client and its clones remember of their requests: the ids of requests, the keys whose outcome is unknown, and the members that
//! creations sent. It keeps only digests: no text goes out.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::arrived::SentMember;
use crate::clock::{self, Moment};
use crate::exchange::{Fixed, KeyMark};
use crate::outcome::Outcome;

/// Largest number of remembered ids; the oldest go first.
const MOST_IDS: usize = 65_536;

/// The request ids of one client and its clones: random bytes come in, ids go out, and whether the id of a response is that of another
/// call.
///
/// An id is a UUID of version 4 with two marks: one of its sender (base URL and client id), one of its action (key, target and
/// body). So every process of a sender recognizes the ids of all others, without shared memory, and those of the same action from
/// before a crash. A mark is a digest without a secret: it prevents accidents, not attacks.
///
/// Ids of the caller have no marks. The client remembers digests of those that it sent.
#[derive(Debug)]
pub(super) struct RequestIds {
    sender: u64,
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
        let digest = Self::digest(id);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.known.insert(digest) {
            last.order.push_back(digest);
        }
        if last.order.len() > MOST_IDS {
            let oldest = last.order.pop_front();
            oldest.map(|oldest| last.known.remove(&oldest));
        }
    }

    fn digest(id: &str) -> u64 {
        // With this bit, a letter is the same in either case.
        let word = |part: &[u8]| part.iter().fold(0, |word, byte| word << 8 | u64::from(byte | 0x20));
        id.trim()
            .as_bytes()
            .chunks(8)
            .fold(0, |hash, part| mix(hash ^ word(part)))
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
        if last.known.contains(&Self::digest(id)) {
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
    let mut digits = id.trim().bytes().filter(|letter| *letter != b'-');
    let mut read = [0; 16];
    for byte in &mut read {
        let mut digit = || char::from(digits.next()?).to_digit(16);
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

/// Largest number of remembered keys. Beyond it, any key may be one of them.
const MOST_KEYS: usize = 100_000;

/// The keys that a client without a journal and its clones sent, if their calls ended early or with an unknown outcome. Each has the
/// instant of its first attempt.
#[derive(Debug, Default)]
pub(super) struct UnknownKeys {
    digests: RandomState,
    keys: Mutex<SentKeys>,
}

#[derive(Debug, Default)]
struct SentKeys {
    sent: HashMap<u64, SendTimes>,
    is_full: bool,
}

/// A key that was sent, with an unknown outcome.
#[derive(Debug)]
struct SendTimes {
    first: Moment,
    /// Number of calls that sent it and have not ended, or ended with an unknown outcome.
    calls: usize,
}

/// The knowledge about a key before its next call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum KeyKnowledge {
    /// An action that this client did not send, or whose outcome is known.
    Nothing,
    /// First sent at this instant, and may have acted.
    Since(Moment),
    /// Possibly sent, and may have acted: too many keys have an unknown outcome.
    Perhaps,
}

impl UnknownKeys {
    /// Looks up the key at the start of a call.
    pub(super) fn begins(&self, key: &str) -> (KeyKnowledge, KeyMark) {
        let digest = self.digests.hash_one(key);
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match keys.sent.get(&digest) {
            Some(sent) => KeyKnowledge::Since(sent.first),
            None if keys.is_full => KeyKnowledge::Perhaps,
            None => KeyKnowledge::Nothing,
        };
        (before, KeyMark { digest, left: false })
    }

    /// Records that a request of the call is sent now.
    pub(super) fn leaves(&self, mark: &mut KeyMark, now: Moment) {
        if std::mem::replace(&mut mark.left, true) {
            return;
        }
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sent) = keys.sent.get_mut(&mark.digest) {
            sent.calls = sent.calls.saturating_add(1);
        } else if keys.sent.len() < MOST_KEYS {
            keys.sent.insert(mark.digest, SendTimes { first: now, calls: 1 });
        } else {
            keys.is_full = true;
        }
    }

    /// Ends the entry of the call once its outcome is known. An outcome "not executed" holds for this call alone: another one
    /// may be in flight.
    pub(super) fn ended(&self, mark: &mut KeyMark, outcome: Outcome) {
        if outcome == Outcome::Unknown || !std::mem::replace(&mut mark.left, false) {
            return;
        }
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut sent) = keys.sent.entry(mark.digest) {
            let calls = sent.get().calls.saturating_sub(1);
            sent.get_mut().calls = calls;
            if outcome == Outcome::Executed || calls == 0 {
                sent.remove();
            }
        }
    }
}

/// Largest number of remembered creations; the oldest go first.
const MOST_CREATIONS: usize = 10_000;

/// The members that the creations of one client and its clones sent, by the id of the created resource.
#[derive(Debug, Default)]
pub(super) struct Creations {
    digests: RandomState,
    last: Mutex<LastCreations>,
}

#[derive(Debug, Default)]
struct LastCreations {
    members: HashMap<u64, Vec<SentMember>>,
    order: VecDeque<u64>,
}

impl Creations {
    /// Remembers a creation.
    pub(super) fn remember(&self, id: &str, members: Vec<SentMember>) {
        let id = self.digests.hash_one(id);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.members.insert(id, members).is_none() {
            last.order.push_back(id);
        }
        if last.order.len() > MOST_CREATIONS {
            let oldest = last.order.pop_front();
            oldest.map(|oldest| last.members.remove(&oldest));
        }
    }

    /// Returns the members of the creation of this resource; none if it is not known.
    pub(super) fn members_of(&self, id: &str) -> Vec<SentMember> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.members
            .get(&self.digests.hash_one(id))
            .cloned()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use IdOwner::{AnotherCall, Nobody, ThisCall};

    use super::*;
    use crate::arrived::Echo;
    use crate::description::Comparison;

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

    fn sent(keys: &UnknownKeys, key: &str, at: i64) -> KeyMark {
        let (_, mut mark) = keys.begins(key);
        keys.leaves(&mut mark, Moment::from(at));
        mark
    }

    fn before(keys: &UnknownKeys, key: &str) -> KeyKnowledge {
        keys.begins(key).0
    }

    #[test]
    fn a_key_is_in_doubt_from_when_it_leaves_until_it_is_known_what_it_did() {
        let keys = UnknownKeys::default();
        let (first, mut mark) = keys.begins("k");
        assert_eq!(
            (first, before(&keys, "k")),
            (KeyKnowledge::Nothing, KeyKnowledge::Nothing)
        );
        for at in [7, 8] {
            keys.leaves(&mut mark, Moment::from(at));
        }
        keys.ended(&mut mark, Outcome::Unknown);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Since(Moment::from(7)));
        assert_eq!(before(&keys, "other"), KeyKnowledge::Nothing);
        keys.ended(&mut mark, Outcome::NotExecuted);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Nothing);
    }

    #[test]
    fn a_call_under_way_keeps_the_doubt_that_another_one_lost() {
        let keys = UnknownKeys::default();
        let _dropped = sent(&keys, "k", 1);
        let mut refused = sent(&keys, "k", 2);
        keys.ended(&mut refused, Outcome::NotExecuted);
        keys.ended(&mut refused, Outcome::NotExecuted);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Since(Moment::from(1)));
        let mut done = sent(&keys, "k", 3);
        keys.ended(&mut done, Outcome::Executed);
        assert_eq!(before(&keys, "k"), KeyKnowledge::Nothing);
    }

    #[test]
    fn with_more_keys_than_are_remembered_every_key_is_in_doubt() {
        let keys = UnknownKeys::default();
        for key in 0..MOST_KEYS {
            sent(&keys, &key.to_string(), 1);
        }
        assert_eq!(before(&keys, "new"), KeyKnowledge::Nothing);
        sent(&keys, "one more", 1);
        assert_eq!(before(&keys, "new"), KeyKnowledge::Perhaps);
        assert_eq!(before(&keys, "0"), KeyKnowledge::Since(Moment::from(1)));
    }

    #[test]
    fn the_last_creations_are_remembered() {
        let creations = Creations::default();
        let member = SentMember::new(&Echo::new("/amount", "250.00", Comparison::Decimal));
        for number in 0..=MOST_CREATIONS {
            creations.remember(&number.to_string(), vec![member.clone()]);
        }
        assert_eq!(
            (creations.members_of("0"), creations.members_of("1")),
            (vec![], vec![member])
        );
        assert_eq!(creations.last.lock().unwrap().order.len(), MOST_CREATIONS);
    }
}
