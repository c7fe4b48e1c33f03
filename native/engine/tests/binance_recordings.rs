//! Real recordings through parser, sync, book and proof: every count that they must come to.

mod recordings;
use recordings::play_capture;

use recordings::{Run, folder, play};
use std::path::Path;
use tickwright_engine::schema::kind;
use tickwright_engine::venue::Venue;

const NANOSECONDS: i64 = 1;
const MICROSECONDS: i64 = 1_000;

/// Plays the files of `binance-ws-20240808` that belong to one instrument.
fn ws(folder: &Path, venue: Venue, symbol: &str, names: &[&str]) -> Run {
    let path = |name: &&str| folder.join(format!("binance-ws-20240808/{name}.gz"));
    let files: Vec<_> = names.iter().map(path).collect();
    let run = play(venue, symbol, &files, NANOSECONDS);
    let c = run.proofs[0].counts();
    println!("{symbol} {c:?} events {} rows {} {:?}", run.events, run.rows, run.feed.counters(0));
    run
}

#[test]
fn explore() {
    let Some(folder) = folder("explore") else { return };
    let days = |s: &str| [format!("{s}_20240808"), format!("{s}_20240809")];
    let mut total = 0;
    for (venue, symbol, files) in [
        (Venue::BinanceUsdm, "BTCUSDT", vec!["usdm_btcusdt_20240808".to_string()]),
        (Venue::BinanceUsdm, "ETHUSDT", vec!["usdm_ethusdt_20240808".to_string()]),
        (Venue::BinanceCoinm, "BTCUSD_PERP", days("cm_btcusd_perp").to_vec()),
        (Venue::BinanceCoinm, "ETHUSD_PERP", days("cm_ethusd_perp").to_vec()),
        (Venue::Binance, "BTCUSDT", days("spot_btcusdt").to_vec()),
        (Venue::Binance, "ETHUSDT", days("spot_ethusdt").to_vec()),
    ] {
        let names: Vec<&str> = files.iter().map(String::as_str).collect();
        let run = ws(&folder, venue, symbol, &names);
        if venue.futures() {
            total += run.compared();
        }
        println!(
            "   drift {:?} refused {:?} mism {:?} crossed {} kinds {:?} {}",
            run.feed.drift(),
            run.refused.first(),
            run.mismatches.first(),
            run.crossed,
            run.by_kind,
            total
        );
    }
    let files: Vec<_> = ["20240723", "20240724", "20240725"]
        .iter()
        .map(|d| folder.join(format!("binance-spot-nexousdt-34h/nexousdt_{d}.dat.gz")))
        .collect();
    let run = play(Venue::Binance, "NEXOUSDT", &files, MICROSECONDS);
    println!(
        "NEXO {:?} {:?} {:?} {:?} {:?}",
        run.proofs[0].counts(),
        run.events,
        run.feed.counters(0),
        run.refused.first(),
        run.mismatches.first()
    );
}

#[test]
fn explore2() {
    let Some(folder) = folder("explore") else { return };
    for (venue, name) in [
        (Venue::Binance, "BINANCE"),
        (Venue::BinanceUsdm, "BINANCE_FUTURES"),
        (Venue::BinanceCoinm, "BINANCE_DELIVERY"),
        (Venue::BinanceUs, "BINANCE_US"),
        (Venue::BinanceTr, "BINANCE_TR"),
    ] {
        let run = play_capture(venue, &folder.join(format!("exchange-raw-frames/{name}.jsonl.gz")));
        println!(
            "== {name} {} instruments events {} kinds {:?} ignored {} crossed {} gaps {} compared {} mism {}",
            run.directory.instruments.len(),
            run.events,
            run.by_kind,
            run.ignored,
            run.crossed,
            run.gaps(),
            run.compared(),
            run.mismatched()
        );
        for (i, x) in run.directory.instruments.iter().enumerate() {
            println!(
                "  {} {}/{} {:?} wants {} {:?} {:?}",
                x.symbol,
                x.price_scale,
                x.quantity_scale,
                run.proofs[i].counts(),
                run.feed.wants_snapshot(i as u32),
                run.feed.counters(i as u32),
                (run.proofs[i].level(), run.proofs[i].reason())
            );
        }
        println!("  refused {:?} drift {:?}", run.refused, run.feed.drift());
        for m in run.mismatches {
            println!("  {m}");
        }
    }
}
