//! The age of a delivery (`x-webhooks.signing.freshness`).

use super::reader::Reader;
use crate::source::Node;

/// Reads the allowed distance to the past and to the future. `None` is no limit.
pub(super) fn freshness(reader: &mut Reader<'_, '_>, is_stamped: bool) -> Option<(Option<u32>, Option<u32>)> {
    let node = reader.need("freshness")?;
    let seconds = |node: Node<'_>| u32::try_from(node.as_u64()?).ok();
    let limits = if node.text() == Some("none") {
        Some((None, None))
    } else if node.is_map() {
        let limit = |key: &str| node.get(key).map(|node| seconds(node).ok_or(())).transpose().ok();
        limit("past").zip(limit("future"))
    } else {
        seconds(node).map(|each_way| (Some(each_way), Some(each_way)))
    };
    let Some(limits) = limits else {
        let help = "write seconds, `{ past: 300, future: 60 }`, or `none`";
        reader.fault(node, "this is not an age of a delivery", help);
        return None;
    };
    if !is_stamped && limits != (None, None) {
        let help = "write `freshness: none`: without a signed time, a verifier cannot detect an old delivery";
        reader.fault(node, "no time is signed, so the age of a delivery is unknown", help);
    }
    Some(limits)
}
