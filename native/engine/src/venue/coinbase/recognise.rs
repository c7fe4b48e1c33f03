//! Frames of a recording without addresses.

use crate::venue::wire::Json;

/// Advanced Trade numbers every message beside its channel.
pub(super) fn advanced(frame: &[u8]) -> bool {
    let Ok(top) = Json::open(frame) else { return false };
    let names = ["channel", "timestamp", "sequence_num", "events"];
    let members = top.members(&names, |_, _| Ok(()));
    members.is_ok_and(|all| all.iter().all(|member| member.get().is_some()))
}

/// The Exchange's orders and levels name type and product; each kind has members of its own.
pub(super) fn exchange(frame: &[u8]) -> bool {
    let Ok(top) = Json::open(frame) else { return false };
    let names = [
        "type",
        "product_id",
        "sequence",
        "order_id",
        "maker_order_id",
        "changes",
        "bids",
        "best_bid",
        "last_trade_id",
    ];
    let Ok(members) = top.members(&names, |_, _| Ok(())) else { return false };
    let [kind, product, sequence, order, maker, changes, bids, best, last] = members;
    if product.get().is_none() {
        return false;
    }
    let is_numbered = sequence.get().is_some();
    match kind.get().map(|kind| kind.raw()) {
        Some(b"received" | b"open" | b"done" | b"change") => is_numbered && order.get().is_some(),
        Some(b"match" | b"last_match") => is_numbered && maker.get().is_some(),
        Some(b"l2update") => changes.get().is_some(),
        Some(b"snapshot") => bids.get().is_some(),
        Some(b"ticker") => is_numbered && best.get().is_some(),
        Some(b"heartbeat") => is_numbered && last.get().is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_tell_their_interface() {
        let full = br#"{"type":"open","sequence":1,"order_id":"x","product_id":"BTC-USD"}"#;
        let level2 = br#"{"type":"l2update","product_id":"BTC-USD","changes":[]}"#;
        let trade = br#"{"channel":"ticker","timestamp":"x","sequence_num":0,"events":[]}"#;
        assert!(exchange(full) && exchange(level2) && !exchange(trade));
        assert!(advanced(trade) && !advanced(full));
        for other in [&b"[]"[..], b"{}", b"x", br#"{"type":"snapshot","symbol":"X","bids":[]}"#] {
            assert!(!exchange(other) && !advanced(other));
        }
    }
}
