//! A seeded market in a venue's own format, through its parser, and back: the book level by level after
//! each update, every trade.

use crate::bench::Bench;
use crate::market::{Happening, SeededMarket, Shape, levels_of};
use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};

/// Prints happenings as a venue would.
pub trait Encoder {
    /// Levels a side that the venue speaks of.
    fn depth(&self) -> usize;
    fn snapshot(&mut self, market: &SeededMarket) -> String;
    fn happening(&mut self, market: &SeededMarket, happening: &Happening) -> String;
}

/// What a run came to: updates, trades, checksums that agreed.
pub type Counts = (u64, u64, u64);

/// Runs `steps` happenings over instrument 0 of a bench.
pub fn run(bench: &mut Bench, encoder: &mut impl Encoder, seed: u64, steps: usize) -> Counts {
    run_shape(bench, encoder, SeededMarket::new(seed, Shape::default()), steps)
}

/// The same of a market of another shape.
pub fn run_shape(
    bench: &mut Bench,
    encoder: &mut impl Encoder,
    mut market: SeededMarket,
    steps: usize,
) -> Counts {
    let (mut updates, mut trades) = (0, 0);
    bench.take(encoder.snapshot(&market)).unwrap();
    assert_eq!(levels_of(&bench.markets[0].book), market.book(encoder.depth()));
    for step in 0..steps {
        let happening = market.step();
        let frame = encoder.happening(&market, &happening);
        let seen = bench.events(&frame);
        match happening {
            Happening::Update { .. } => {
                updates += 1;
                assert_eq!(
                    levels_of(&bench.markets[0].book),
                    market.book(encoder.depth()),
                    "step {step}: {frame}"
                );
            }
            Happening::Trade { aggressor, price, quantity, .. } => {
                trades += 1;
                let [trade] = &seen[..] else { panic!("{} events of {frame}", seen.len()) };
                let side = if aggressor == Side::Bid { &trade.bids } else { &trade.asks };
                let [entry] = &side[..] else { panic!("no entry on the side of {frame}") };
                assert_eq!(
                    (trade.header.kind, entry.price, entry.quantity),
                    (kind::TRADE, price, quantity)
                );
                assert_eq!(trade.header.flags & event_flag::NO_SIDE, 0);
            }
        }
        assert_eq!(bench.markets[0].counts.crossed, 0, "step {step}");
    }
    let counts = bench.markets[0].proof().counts();
    assert_eq!((counts.checksums_mismatched, bench.markets[0].counts.gaps), (0, 0));
    assert_eq!(bench.drift(), Vec::<String>::new());
    (updates, trades, counts.checksums)
}
