//! Rules without the feature `validation`: there are none.

use super::violation::{Location, Violation};
use crate::parameter::Param;

/// The rules of one operation: no value of this type exists.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Checked {}

impl Checked {
    pub(crate) fn parameter(self, _: Location, _: &str, _: &Param, _: &mut Vec<Violation>) {
        match self {}
    }

    pub(crate) fn body(self, _: &str, _: &[u8], _: &str, _: &mut Vec<Violation>) {
        match self {}
    }
}
