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

// STRUCTS, and `same_bytes!` for each struct: generated with the layouts.
include!("layout/fields.in");
