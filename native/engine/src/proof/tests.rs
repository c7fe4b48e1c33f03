use super::*;

const fn level(price: i64, quantity: i64) -> Entry {
    Entry { price, quantity }
}

const BID: Entry = level(10, 1);
const ASK: Entry = level(12, 1);

fn proof(rule: QuoteRule) -> Proof {
    let mut proof = Proof::new(proof_level::SEQUENCE_BBO, rule);
    assert_eq!((proof.level(), proof.reason()), (proof_level::UNPROVEN, proof_reason::NO_SNAPSHOT));
    proof.on_snapshot(true);
    assert_eq!((proof.level(), proof.reason()), (proof_level::SEQUENCE, proof_reason::NONE));
    proof
}

fn counts(proof: &Proof) -> (u64, u64, u64) {
    let c = proof.counts();
    (c.compared, c.mismatched, c.not_comparable)
}

#[test]
fn equal_ids_are_compared_where_the_quote_came_first() {
    let mut p = proof(QuoteRule::EqualId);
    p.on_quote(5, BID, ASK);
    p.on_quote(7, level(11, 1), ASK);
    p.on_depth(5, Some(BID), Some(ASK));
    assert_eq!((counts(&p), p.level()), ((1, 0, 0), proof_level::SEQUENCE_BBO));
    p.on_depth(6, Some(BID), Some(ASK));
    p.on_depth(8, Some(BID), Some(ASK));
    p.on_quote(8, BID, ASK);
    assert_eq!(counts(&p), (1, 0, 2));
}

#[test]
fn futures_wait_for_a_later_quote() {
    let mut p = proof(QuoteRule::Deferred);
    p.on_quote(5, level(9, 9), ASK);
    p.on_depth(6, Some(BID), Some(ASK));
    // The quote of this moment was still on its way.
    p.on_quote(6, BID, ASK);
    assert_eq!(counts(&p), (0, 0, 0));
    p.on_quote(9, level(11, 1), ASK);
    assert_eq!(counts(&p), (1, 0, 0));
    // Decided at once where a later one is there already.
    p.on_depth(7, Some(BID), Some(ASK));
    assert_eq!(counts(&p), (2, 0, 0));
    p.on_depth(9, Some(BID), Some(ASK));
    p.on_quote(10, BID, ASK);
    assert_eq!((counts(&p), p.reason()), ((3, 1, 0), proof_reason::QUOTE_MISMATCH));
    let seen = p.last_mismatch.unwrap();
    assert_eq!((seen.depth_id, seen.quote_id), (9, 9));
    assert_eq!((seen.book[0], seen.quote[0]), (BID, level(11, 1)));
}

#[test]
fn a_mismatch_holds_until_the_next_snapshot() {
    let mut p = proof(QuoteRule::EqualId);
    p.on_quote(5, BID, level(12, 2));
    p.on_depth(5, Some(BID), Some(ASK));
    p.on_quote(6, BID, ASK);
    p.on_depth(6, Some(BID), Some(ASK));
    assert_eq!(p.level(), proof_level::UNPROVEN);
    p.on_snapshot(true);
    p.on_quote(8, BID, ASK);
    p.on_depth(8, Some(BID), Some(ASK));
    assert_eq!((p.level(), p.reason()), (proof_level::SEQUENCE_BBO, proof_reason::NONE));
    p.on_reset(proof_reason::GAP);
    assert_eq!((p.level(), p.reason()), (proof_level::UNPROVEN, proof_reason::GAP));
}

#[test]
fn an_empty_side_equals_a_quote_of_nothing() {
    let mut p = proof(QuoteRule::EqualId);
    p.on_quote(5, level(0, 0), ASK);
    p.on_depth(5, None, Some(ASK));
    p.on_quote(6, BID, level(0, 0));
    p.on_depth(6, Some(BID), Some(ASK));
    assert_eq!(counts(&p), (2, 1, 0));
}

#[test]
fn a_venue_without_quotes_stays_at_its_level() {
    let mut p = Proof::new(proof_level::SEQUENCE, QuoteRule::Deferred);
    p.on_snapshot(true);
    p.on_quote(1, BID, ASK);
    p.on_depth(2, Some(BID), Some(ASK));
    p.on_quote(3, BID, ASK);
    assert_eq!((p.level(), counts(&p)), (proof_level::SEQUENCE, (1, 0, 0)));
}

#[test]
fn rings_are_bounded_and_ids_that_step_back_restart_them() {
    let mut p = proof(QuoteRule::Deferred);
    for id in 1..=MAX_WAITING as u64 + 3 {
        p.on_depth(id, Some(BID), Some(ASK));
    }
    assert_eq!(counts(&p), (0, 0, 3));
    // No quote of their moment: none is compared.
    p.on_quote(10_000, BID, ASK);
    assert_eq!(counts(&p), (0, 0, MAX_WAITING as u64 + 3));
    for id in 0..MAX_QUOTES as u64 + 10 {
        p.on_quote(20_000 + id, BID, ASK);
    }
    p.on_depth(20_005, Some(BID), Some(ASK));
    assert_eq!(counts(&p).2, MAX_WAITING as u64 + 4);
    p.on_depth(40_000, Some(BID), Some(ASK));
    p.on_quote(30, BID, ASK);
    assert_eq!(counts(&p).2, MAX_WAITING as u64 + 5);
    p.on_depth(31, Some(BID), Some(ASK));
    p.on_quote(32, BID, ASK);
    assert_eq!(counts(&p).0, 1);
}

#[test]
fn state_goes_on_where_it_was() {
    let mut p = proof(QuoteRule::Deferred);
    p.on_quote(5, level(9, 9), ASK);
    p.on_depth(5, Some(BID), Some(ASK));
    p.on_quote(6, BID, ASK);
    p.on_depth(6, Some(BID), Some(ASK));
    let mut w = StateWriter::new();
    p.save(&mut w);
    let bytes = w.into_bytes();
    let mut q = Proof::new(proof_level::SEQUENCE_BBO, QuoteRule::Deferred);
    q.restore(&mut StateReader::new(&bytes)).unwrap();
    assert_eq!(p, q);
    for length in 0..bytes.len() {
        assert!(q.restore(&mut StateReader::new(&bytes[..length])).is_err());
    }
}
