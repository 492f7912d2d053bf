//! The allowed distance between a signed instant and the clock of a receiver (`freshness`), in seconds.

use super::reader::Reader;
use crate::source::Node;

/// The allowed distance to the past and to the future; `None`: any.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Freshness {
    pub(super) past: Option<u32>,
    pub(super) future: Option<u32>,
}

impl Freshness {
    const ANY: Self = Self {
        past: None,
        future: None,
    };

    fn each_way(seconds: u32) -> Self {
        Self {
            past: Some(seconds),
            future: Some(seconds),
        }
    }

    /// Reads that of requests, which is the same each way.
    pub(super) fn of_requests(reader: &mut Reader<'_, '_>) -> Option<u32> {
        reader.need("freshness");
        reader.number("freshness")
    }

    /// Reads that of deliveries. `is_stamped`: the message contains the instant.
    pub(super) fn of_deliveries(reader: &mut Reader<'_, '_>, is_stamped: bool) -> Option<Self> {
        let node = reader.need("freshness")?;
        let Some(freshness) = Self::read(node) else {
            let help = "write seconds, `{ past: 300, future: 60 }`, or `none`";
            reader.fault(node, "this is not an age of a delivery", help);
            return None;
        };
        if !is_stamped && freshness != Self::ANY {
            let help = "write `freshness: none`: without a signed time, a verifier cannot detect an old delivery";
            reader.fault(node, "no time is signed, so the age of a delivery is unknown", help);
        }
        Some(freshness)
    }

    fn read(node: Node<'_>) -> Option<Self> {
        let seconds = |node: Node<'_>| u32::try_from(node.as_u64()?).ok();
        if node.text() == Some("none") {
            return Some(Self::ANY);
        }
        if !node.is_map() {
            return seconds(node).map(Self::each_way);
        }
        let mut freshness = Self::ANY;
        if let Some(limit) = node.get("past") {
            freshness.past = Some(seconds(limit)?);
        }
        if let Some(limit) = node.get("future") {
            freshness.future = Some(seconds(limit)?);
        }
        Some(freshness)
    }
}
