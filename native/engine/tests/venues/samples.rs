//! `venue-message-samples`: one message of each kind, some of them trimmed or made up; each on a feed of
//! its own.

use crate::capture::folder;
use crate::golden::learn;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use tickwright_engine::EventBuf;
use tickwright_engine::event::kind;
use tickwright_engine::venue::{Feed, Outcome, Venue};

/// What becomes of each websocket sample, in the order of the file: its name and one line.
pub fn outcomes(venue: Venue, file: &str, test: &str) -> Option<Vec<(String, String)>> {
    outcomes_framed(venue, file, test, |_, text| text.to_owned())
}

/// The same of samples that are parts of frames: `frame` makes one of a sample's name and text.
pub fn outcomes_framed(
    venue: Venue,
    file: &str,
    test: &str,
    frame: impl Fn(&str, &str) -> String,
) -> Option<Vec<(String, String)>> {
    let path = folder(test)?.join(format!("venue-message-samples/{file}.jsonl.gz"));
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let samples = text.lines().filter_map(|line| {
        let sample: Value = serde_json::from_str(line).unwrap();
        let name = sample["name"].as_str()?.strip_suffix(".json")?.to_owned();
        let frame = frame(&name, sample["text"].as_str()?).into_bytes();
        name.starts_with("ws_").then_some((name, frame))
    });
    Some(samples.map(|(name, frame)| (name, outcome(venue, frame))).collect())
}

fn outcome(venue: Venue, frame: Vec<u8>) -> String {
    let mut directory = learn(venue, std::slice::from_ref(&frame));
    let mut feed = Feed::new(venue, &mut directory);
    let mut out = EventBuf::new();
    let taken = feed.frame(&frame, 0, &mut out);
    let drift = if feed.drift().is_empty() { "" } else { ", drift" };
    let line = match taken {
        Ok(Outcome::Events) => {
            let kinds = out.headers().iter().map(|h| kind::name(h.kind));
            kinds.collect::<Vec<_>>().join(" ")
        }
        Ok(Outcome::Ignored(kind)) => format!("ignored: {kind}"),
        Ok(Outcome::Control(kind)) => format!("control: {kind}"),
        Ok(other) => format!("{other:?}").to_lowercase(),
        Err(error) => format!("refused: {} {}", error.code, error.what),
    };
    line + drift
}

/// Samples whose outcome is not the one stated, and the reverse.
pub fn assert_table(seen: &[(String, String)], expected: &[(&str, &str)]) {
    let seen: Vec<(&str, &str)> = seen.iter().map(|(n, o)| (n.as_str(), o.as_str())).collect();
    for line in seen.iter().filter(|line| !expected.contains(line)) {
        println!("not stated: {line:?},");
    }
    assert_eq!(seen, expected);
}
