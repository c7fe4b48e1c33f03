use super::*;
use crate::venue::binance::slot::Sources;

/// As recorded: of these none may need the general reader.
const SPOT: [&str; 5] = [
    r#"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"],["61730.17000000","0.00000000"]],"a":[]}}"#,
    r#"{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}"#,
    r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"#,
    r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1633998523963,"s":"BTCUSDT","a":15683430,"p":"0.35280000","q":"58.00000000","f":19862790,"l":19862790,"T":1633998523963,"m":false,"M":true}}"#,
    r#"{"e":"depthUpdate","E":1723161255208123,"s":"BTCUSDT","U":1,"u":2,"b":[],"a":[["1","0"]]}"#,
];
const FUTURES: [&str; 8] = [
    r#"{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,"b":[["58710.20","0.014"]],"a":[["61800.30","2.510"]]}}"#,
    r#"{"stream":"btcusd_perp@depth@0ms","data":{"e":"depthUpdate","E":1723161257440,"T":1723161257432,"s":"BTCUSD_PERP","ps":"BTCUSD","U":1007198631260,"u":1007198631565,"pu":1007198631198,"b":[["61773.6","1001"]],"a":[]}}"#,
    r#"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}}"#,
    r#"{"stream":"btcusd_perp@bookTicker","data":{"u":1007198632021,"e":"bookTicker","s":"BTCUSD_PERP","ps":"BTCUSD","b":"61804.7","B":"35","a":"61804.8","A":"1645","T":1723161257465,"E":1723161257476}}"#,
    r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256322,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}"#,
    r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1626992741575,"a":16599292,"s":"BTCUSDT","p":"1.01100","q":"10","f":23961322,"l":23961322,"T":1626992741421,"m":false}}"#,
    r#"{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","ps":"BTCUSDT","st":1,"U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}"#,
    r#"{"e":"trade","E":1723161256322,"T":1723161256322,"s":"BTCUSDT","t":5,"p":"0","q":"0","X":"NA","m":false}"#,
];

fn reads(frame: &str, futures: bool) -> bool {
    let names = ["BTCUSDT", "BTCUSD_PERP"];
    let slot = |i| Slot::bare(i, futures, (8, 8), Sources::default());
    let slots = [slot(0), slot(1)];
    let symbols = Symbols::new(names.into_iter());
    let (mut entries, mut parsed) = (Vec::new(), Parsed::default());
    let (frame, entries) = (frame.as_bytes(), &mut entries);
    read::<false>(frame, futures, &symbols, &slots, entries, &mut parsed)
}

#[test]
fn what_the_venues_print_is_read_here() {
    for (frames, futures) in [(&SPOT[..], false), (&FUTURES[..], true)] {
        for frame in frames {
            assert!(reads(frame, futures), "{frame}");
            assert!(!reads(&frame[..frame.len() - 1], futures));
            assert!(!reads(&format!("{frame} "), futures));
            assert!(!reads(&frame.replace("BTCUSD", "ETHUSD"), futures));
        }
    }
}
