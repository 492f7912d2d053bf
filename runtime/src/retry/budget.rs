//! The budget of repeated attempts: tokens that all calls of a client and its clones share.
//!
//! Where a server is down, each call would be sent several times, and the load that keeps it down would multiply. A repeated
//! attempt costs tokens, answers bring them back, and without tokens every call is sent once.

use std::sync::atomic::{AtomicU32, Ordering};

/// How much may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Tokens at the beginning, and at most.
    pub capacity: u32,
    /// What an attempt costs that is repeated after a wait; 0: as many as each call's own policy allows. A call that is only
    /// signed anew costs nothing.
    pub cost: u32,
    /// What an answer brings back that does not ask for another attempt. One to a repeated attempt brings back its cost, too.
    pub refill: u32,
}

impl Default for Budget {
    /// 500 tokens; 5 for each repeated attempt, 1 back for each answer.
    fn default() -> Self {
        Self {
            capacity: 500,
            cost: 5,
            refill: 1,
        }
    }
}

impl Budget {
    /// No limit beside that of each call.
    pub const UNLIMITED: Self = Self {
        capacity: 0,
        cost: 0,
        refill: 0,
    };

    /// What an answer brings back, to an attempt that was paid for or not.
    fn earned(self, paid: bool) -> u32 {
        self.refill.saturating_add(if paid { self.cost } else { 0 })
    }
}

/// What is left of a budget.
#[derive(Debug)]
pub(crate) struct Tokens(AtomicU32);

impl Tokens {
    pub(crate) fn of(budget: Budget) -> Self {
        Self(AtomicU32::new(budget.capacity))
    }

    pub(crate) fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Pays for one attempt; false, and nothing is taken, if another call was faster.
    pub(crate) fn pay(&self, budget: Budget) -> bool {
        let taken = |left: u32| left.checked_sub(budget.cost);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Takes in what an answer brings back.
    pub(crate) fn earn(&self, budget: Budget, paid: bool) {
        let more = |left: u32| Some(left.saturating_add(budget.earned(paid)).min(budget.capacity));
        // The closure always gives a value.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Budget = Budget {
        capacity: 12,
        cost: 5,
        refill: 2,
    };

    #[test]
    fn tokens_pay_for_attempts_until_too_few_are_left() {
        let tokens = Tokens::of(SMALL);
        assert_eq!(
            [tokens.pay(SMALL), tokens.pay(SMALL), tokens.pay(SMALL)],
            [true, true, false]
        );
        assert_eq!(tokens.left(), 2);
    }

    #[test]
    fn answers_bring_tokens_back_up_to_the_capacity() {
        let tokens = Tokens::of(SMALL);
        assert!(tokens.pay(SMALL) && tokens.pay(SMALL));
        tokens.earn(SMALL, false);
        assert_eq!(tokens.left(), 4);
        tokens.earn(SMALL, true);
        assert_eq!(tokens.left(), 11);
        tokens.earn(SMALL, true);
        assert_eq!(tokens.left(), 12);
    }

    #[test]
    fn without_a_cost_nothing_runs_out() {
        let tokens = Tokens::of(Budget::UNLIMITED);
        assert!((0..1000).all(|_| tokens.pay(Budget::UNLIMITED)));
        tokens.earn(Budget::UNLIMITED, true);
        assert_eq!(tokens.left(), 0);
    }

    #[test]
    fn threads_never_take_more_than_there_is() {
        let budget = Budget {
            capacity: 1000,
            cost: 3,
            refill: 0,
        };
        let tokens = Tokens::of(budget);
        let paid: usize = std::thread::scope(|scope| {
            let pay = || (0..200).filter(|_| tokens.pay(budget)).count();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(pay)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((paid, tokens.left()), (333, 1));
    }
}
