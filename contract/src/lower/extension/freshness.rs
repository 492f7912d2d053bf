//! The allowed distance between a signed instant and the clock of a receiver (`freshness`), in seconds.

use super::reader::Reader;
use crate::ir::Freshness;

/// Reads the distance: a number for both ways, or one for each. `is_stamped`: the instant is signed, so there can be one.
pub(super) fn read_freshness(reader: &mut Reader<'_, '_>, is_stamped: bool) -> Option<Freshness> {
    let node = reader.need("freshness")?;
    let freshness = if node.text() == Some("none") {
        Freshness::ANY
    } else if let Some(mut ways) = reader.below("freshness") {
        let [past, future] = ["past", "future"].map(|way| ways.number(way));
        if past.is_none() && ways.get("past").is_some() || future.is_none() && ways.get("future").is_some() {
            return None;
        }
        Freshness { past, future }
    } else {
        Freshness::each_way(reader.number("freshness")?)
    };
    if !is_stamped && freshness != Freshness::ANY {
        let help = "write `freshness: none`: without a signed time, a verifier cannot detect an old delivery";
        reader.fault(node, "no time is signed, so the age of a delivery is unknown", help);
    }
    Some(freshness)
}
