//! Our `repr(C)` structs against the code that flatc makes of the same schema: each field alone, then all
//! together, must give the same bytes. A field that is missing here does not compile.

use tickwright_schema::LAYOUT;
use tickwright_schema::flat_layout::tickwright as flat_layout;

/// A value of the type with no zero byte in it, and one that differs from field to field.
trait Sample: Copy {
    const FULL: Self;
    fn nth(n: usize) -> Self;
}

macro_rules! samples {
    ($($type:ty: $full:expr),*) => {
        $(impl Sample for $type {
            const FULL: Self = $full;
            fn nth(n: usize) -> Self {
                (n + 1) as Self
            }
        })*
    };
}

samples!(u8: u8::MAX, u16: 0x0102, u32: 0x0102_0304, u64: 0x0102_0304_0506_0708);
samples!(i64: -0x0102_0304_0506_0708, f64: 1.1);

macro_rules! same_bytes {
    ($test:ident, $name:ident, $($field:ident $set:ident $get:ident $type:ty),+) => {
        #[test]
        fn $test() {
            let zero = tickwright_schema::$name::default();
            let names = [$(stringify!($field)),+];
            $({
                let mut ours = zero;
                ours.$field = <$type>::FULL;
                let mut theirs = flat_layout::$name::default();
                theirs.$set(<$type>::FULL);
                assert_eq!(bytemuck::bytes_of(&ours), theirs.0, stringify!($field));
                assert_eq!(theirs.$get(), ours.$field);
            })+
            let mut n = 0;
            let mut theirs = flat_layout::$name::default();
            let ours = tickwright_schema::$name {
                $($field: {
                    n += 1;
                    theirs.$set(<$type>::nth(n));
                    <$type>::nth(n)
                }),+
            };
            assert_eq!(bytemuck::bytes_of(&ours), theirs.0);
            assert_eq!(tickwright_schema::$name::SIZE, theirs.0.len());
            listed(stringify!($name), theirs.0.len(), &names, &[$(core::mem::offset_of!(
                tickwright_schema::$name,
                $field
            )),+]);
        }
    };
}

/// The list for other tests says the same: same fields in the same order at the same offsets.
fn listed(name: &str, size: usize, fields: &[&str], offsets: &[usize]) {
    let (_, listed_size, listed) = LAYOUT.iter().find(|(known, ..)| *known == name).unwrap();
    assert_eq!(*listed_size, size, "{name}");
    let names: Vec<&str> = listed.iter().map(|(field, _)| *field).collect();
    let ours: Vec<&str> =
        fields.iter().map(|field| if *field == "entry_type" { "type" } else { *field }).collect();
    assert_eq!(names, ours, "{name}");
    let at: Vec<usize> = listed.iter().map(|(_, offset)| *offset).collect();
    assert_eq!(at, offsets, "{name}");
}

#[test]
fn every_struct_is_tried_here() {
    let known: Vec<&str> = LAYOUT.iter().map(|(name, ..)| *name).collect();
    assert_eq!(known, STRUCTS);
}

const STRUCTS: &[&str] = &[
    "EventHeader",
    "Entry",
    "JournalEntry",
    "SegmentHeader",
    "Ctl",
    "InstrumentView",
    "CommandHeader",
];

same_bytes!(
    event_header,
    EventHeader,
    ts_recv set_ts_recv ts_recv i64,
    ts_event set_ts_event ts_event i64,
    w0 set_w0 w0 u64,
    w1 set_w1 w1 u64,
    w2 set_w2 w2 u64,
    aux set_aux aux u64,
    bids set_bids bids u32,
    asks set_asks asks u32,
    instrument set_instrument instrument u32,
    source set_source source u16,
    kind set_kind kind u8,
    flags set_flags flags u8
);

same_bytes!(
    entry,
    Entry,
    price set_price price i64,
    quantity set_quantity quantity i64
);

same_bytes!(
    journal_entry,
    JournalEntry,
    length set_length length u32,
    entry_type set_type_ type_ u8,
    flags set_flags flags u8,
    source set_source source u16,
    seq set_seq seq u64,
    stamp set_stamp stamp i64,
    crc set_crc crc u32,
    leg set_leg leg u32
);

same_bytes!(
    segment_header,
    SegmentHeader,
    magic set_magic magic u64,
    version set_version version u32,
    index set_index index u32,
    epoch set_epoch epoch i64,
    first_seq set_first_seq first_seq u64,
    capacity set_capacity capacity u64,
    previous_hash_low set_previous_hash_low previous_hash_low u64,
    previous_hash_high set_previous_hash_high previous_hash_high u64,
    closed_length set_closed_length closed_length u64,
    hash_low set_hash_low hash_low u64,
    hash_high set_hash_high hash_high u64,
    crc set_crc crc u32,
    reserved set_reserved reserved u32
);

same_bytes!(
    ctl,
    Ctl,
    in_type set_in_type in_type f64,
    in_source set_in_source in_source f64,
    in_offset set_in_offset in_offset f64,
    in_length set_in_length in_length f64,
    stamp set_stamp stamp f64,
    code set_code code f64,
    time set_time time f64,
    event set_event event f64,
    seq set_seq seq f64,
    strategy set_strategy strategy f64,
    trigger set_trigger trigger f64,
    instrument set_instrument instrument f64,
    timer set_timer timer f64,
    value set_value value f64,
    row_length set_row_length row_length f64,
    in_free set_in_free in_free f64,
    events set_events events f64,
    rows set_rows rows f64,
    triggers set_triggers triggers f64,
    frames set_frames frames f64,
    refused_frames set_refused_frames refused_frames f64,
    ignored_frames set_ignored_frames ignored_frames f64,
    need_block set_need_block need_block f64,
    next_due set_next_due next_due f64,
    out_length set_out_length out_length f64,
    command_count set_command_count command_count f64,
    entry_count set_entry_count entry_count f64,
    poisoned set_poisoned poisoned f64
);

same_bytes!(
    instrument_view,
    InstrumentView,
    bid_price set_bid_price bid_price f64,
    bid_quantity set_bid_quantity bid_quantity f64,
    ask_price set_ask_price ask_price f64,
    ask_quantity set_ask_quantity ask_quantity f64,
    bid_levels set_bid_levels bid_levels f64,
    ask_levels set_ask_levels ask_levels f64,
    proof_level set_proof_level proof_level f64,
    proof_reason set_proof_reason proof_reason f64,
    joined set_joined joined f64,
    sequence set_sequence sequence f64,
    ts_event set_ts_event ts_event f64,
    ts_recv set_ts_recv ts_recv f64,
    last_price set_last_price last_price f64,
    last_quantity set_last_quantity last_quantity f64,
    last_side set_last_side last_side f64,
    imbalance set_imbalance imbalance f64
);

same_bytes!(
    command_header,
    CommandHeader,
    kind set_kind kind u32,
    strategy set_strategy strategy u32,
    cause_seq set_cause_seq cause_seq f64,
    a set_a a f64,
    b set_b b f64,
    c set_c c f64,
    d set_d d f64,
    payload set_payload payload u32,
    reserved set_reserved reserved u32
);
