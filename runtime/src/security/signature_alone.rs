//! Credentials without the feature `credentials`: a client has none, and can only sign.

use http::HeaderMap;
use std::borrow::Cow;

use super::TimeLeft;
use super::choice::Choice;
use crate::refusal::Refusal;
use crate::scheme::Scheme;

/// The source of a credential's secret. There is none.
#[derive(Debug)]
pub(crate) enum Source {}

/// The credentials of a client. There are none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials;

#[allow(clippy::unused_self, reason = "with the feature, there may be some")]
impl Credentials {
    pub(crate) fn over(&self, others: &Self) -> Self {
        others.clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        true
    }

    pub(crate) fn get(&self, _: &str) -> Option<&Source> {
        None
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Scheme, &Source)> {
        std::iter::empty()
    }

    pub(crate) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::empty()
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        [0; 32]
    }
}

/// The credentials of one attempt: a signature, or nothing.
pub(crate) struct Grant {
    pub(crate) is_signed: bool,
}

#[allow(clippy::unused_async, reason = "with the feature, a token may be fetched")]
pub(crate) async fn grant<C>(choice: Choice<'_>, _: &C, _: TimeLeft) -> Result<Grant, Refusal> {
    Ok(Grant::signed(choice.is_signed))
}

#[allow(clippy::unused_self, reason = "with the feature, there may be some to write")]
impl Grant {
    pub(crate) fn signed(is_signed: bool) -> Self {
        Self { is_signed }
    }

    pub(crate) fn target<'t>(&self, target: &'t str) -> Cow<'t, str> {
        Cow::Borrowed(target)
    }

    pub(crate) fn stamp(&self, _: &mut HeaderMap) {}

    pub(crate) fn has_asked(&self) -> bool {
        false
    }

    pub(crate) fn reject(&self) {}

    pub(crate) fn drop_tokens(&self) -> bool {
        false
    }
}
