//! What is around a message: channel, event, market.

use crate::error::FrameError;
use crate::venue::Outcome;
use crate::venue::wire::{Desk, Json};

/// Public channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Differences,
    Detail,
    Book,
    Trades,
    Orders,
    Funding,
}

/// B1: channels by the beginning of their name; the market follows.
const STREAMS: [(&[u8], Stream); 6] = [
    (b"diff_order_book", Stream::Differences),
    (b"detail_order_book", Stream::Detail),
    (b"order_book", Stream::Book),
    (b"live_trades", Stream::Trades),
    (b"live_orders", Stream::Orders),
    (b"funding_rate", Stream::Funding),
];

/// B2: the market of channels that name none; there was no other one.
const FIRST_MARKET: &[u8] = b"btcusd";

/// A message of a public channel.
pub(super) struct Message<'a> {
    pub stream: Stream,
    pub event: Json<'a>,
    pub market: &'a [u8],
    pub data: Json<'a>,
    /// Byte at which the market stands.
    pub at: usize,
}

/// The message in a frame, or what else the frame is.
pub(super) enum Read<'a> {
    Message(Message<'a>),
    Other(Outcome),
}

/// Stream and market of a channel's name.
fn stream(channel: &[u8]) -> Option<(Stream, &[u8])> {
    let (rest, stream) = STREAMS.iter().find_map(|(name, of)| {
        let rest = channel.strip_prefix(*name)?;
        (rest.is_empty() || rest[0] == b'_').then_some((rest, *of))
    })?;
    Some((stream, rest.strip_prefix(b"_").unwrap_or(FIRST_MARKET)))
}

/// Reads what is around a message.
pub(super) fn read<'a>(frame: &'a [u8], on: &mut Desk<'_>) -> Result<Read<'a>, FrameError> {
    let top = Json::open(frame)?;
    let names =
        ["data", "channel", "event", "generated", "event_id", "pre_event_id", "order_source"];
    let [data, channel, event, ..] = on.members(top, "frame", &names)?;
    let kind = event.text()?;
    // B3: about the connection.
    for (prefix, control) in CONTROLS {
        if kind.starts_with(prefix) {
            return Ok(Read::Other(Outcome::Control(control)));
        }
    }
    let name = channel.text()?;
    if name.starts_with(b"private-") {
        return Ok(Read::Other(Outcome::Ignored("private")));
    }
    let at = channel.need()?.at();
    let Some((stream, market)) = stream(name) else {
        return on.unknown(channel.need()?).map(Read::Other);
    };
    let (event, data) = (event.need()?, data.need()?);
    Ok(Read::Message(Message { stream, event, market, data, at }))
}

const CONTROLS: [(&[u8], &str); 7] = [
    (b"bts:subscription_succeeded", "subscribed"),
    (b"bts:unsubscription_succeeded", "unsubscribed"),
    (b"bts:request_reconnect", "request_reconnect"),
    (b"bts:heartbeat", "heartbeat"),
    (b"bts:", "error"),
    (b"pusher", "connection"),
    (b"error", "error"),
];

/// B13: a message as `order_created {…}`: its event in front, where a recorder left the rest away.
pub(super) fn logged(frame: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = frame.iter().take(16).position(|byte| *byte == b' ')?;
    let (event, rest) = (&frame[..end], &frame[end + 1..]);
    let is_known = matches!(
        event,
        b"order_created" | b"order_changed" | b"order_deleted" | b"trade" | b"order_book"
    );
    (is_known && rest.first() == Some(&b'{')).then_some((event, rest))
}

/// Channel and event of a frame, for recordings without addresses.
fn stream_of(frame: &[u8]) -> Option<Stream> {
    let top = Json::open(frame).ok()?;
    let [data, channel, event] = top.members(&["data", "channel", "event"], |_, _| Ok(())).ok()?;
    data.get().and(event.get())?;
    stream(channel.text().ok()?).map(|(stream, _)| stream)
}

/// Whether a frame is of the levels' channels.
pub(super) fn is_of_levels(frame: &[u8]) -> bool {
    matches!(stream_of(frame), Some(Stream::Differences | Stream::Book | Stream::Detail))
}

/// Whether a frame is of the orders' channel.
pub(super) fn is_of_orders(frame: &[u8]) -> bool {
    let is_logged = |(event, rest): (&[u8], &[u8])| {
        event.starts_with(b"order_") && Json::open(rest).is_ok_and(|json| json.items("").is_err())
    };
    logged(frame).is_some_and(is_logged) || stream_of(frame) == Some(Stream::Orders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_tell_stream_and_market() {
        assert_eq!(stream(b"diff_order_book_ethusd"), Some((Stream::Differences, &b"ethusd"[..])));
        assert_eq!(stream(b"order_book"), Some((Stream::Book, &b"btcusd"[..])));
        assert_eq!(stream(b"live_orders_btceur"), Some((Stream::Orders, &b"btceur"[..])));
        assert_eq!((stream(b"order_books"), stream(b"")), (None, None));
    }

    #[test]
    fn frames_tell_their_venue() {
        let levels = br#"{"data":{},"channel":"diff_order_book_btcusd","event":"data"}"#;
        let orders = br#"{"data":{},"channel":"live_orders_btcusd","event":"order_created"}"#;
        let trades = br#"{"data":{},"channel":"live_trades_btcusd","event":"trade"}"#;
        assert!(is_of_levels(levels) && !is_of_levels(orders) && !is_of_levels(trades));
        assert!(is_of_orders(orders) && !is_of_orders(levels) && !is_of_orders(trades));
        assert!(is_of_orders(br#"order_created {"id":1}"#) && !is_of_orders(br#"trade {"id":1}"#));
        assert!(logged(b"order_created [1]").is_none() && logged(b"").is_none());
    }
}
