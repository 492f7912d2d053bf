//! The retry budget: tokens that all calls of a client and its clones share.
//!
//! If a server is down, retries would multiply the load that keeps it down. A retry costs tokens, answers bring them back, and
//! without tokens every call is sent once.

use std::sync::atomic::{AtomicU32, Ordering};

/// Settings of a retry budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Initial and largest number of tokens.
    pub capacity: u32,
    /// Cost of a retry after a wait, in tokens; 0 disables the budget. An attempt that only replaces the signature costs
    /// nothing.
    pub cost: u32,
    /// Tokens returned by an answer that needs no retry. An answer to a retry returns its cost, too.
    pub refill: u32,
}

impl Default for Budget {
    /// Returns a budget of 500 tokens; 5 for each retry, 1 back for each answer.
    fn default() -> Self {
        Self {
            capacity: 500,
            cost: 5,
            refill: 1,
        }
    }
}

impl Budget {
    /// A budget without limit; the policy of each call still applies.
    pub const UNLIMITED: Self = Self {
        capacity: 0,
        cost: 0,
        refill: 0,
    };

    /// Computes the tokens that an answer returns; `paid` is `true` for a retry that was paid for.
    fn earned(self, paid: bool) -> u32 {
        self.refill.saturating_add(if paid { self.cost } else { 0 })
    }
}

/// The remaining tokens of a budget.
#[derive(Debug)]
pub(crate) struct Tokens(AtomicU32);

impl Tokens {
    pub(crate) fn of(budget: Budget) -> Self {
        Self(AtomicU32::new(budget.capacity))
    }

    pub(crate) fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Pays for one attempt. Returns `false`, and takes nothing, if too few tokens are left.
    pub(crate) fn pay(&self, budget: Budget) -> bool {
        let taken = |left: u32| left.checked_sub(budget.cost);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Adds the tokens that an answer returns to the budget.
    pub(crate) fn earn(&self, budget: Budget, paid: bool) {
        let more = |left: u32| Some(left.saturating_add(budget.earned(paid)).min(budget.capacity));
        // The closure always returns a value.
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
