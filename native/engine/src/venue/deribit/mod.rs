//! Deribit, JSON-RPC v2: `docs/venues/deribit.md`.

mod book;
mod instruments;
mod protocol;
mod ticker;
mod trades;

use super::Sequence;
use super::wire::address;
use super::wire::feed::WireFeed;
use super::wire::json::Json;
use super::wire::lexer::Type;
use super::wire::profile::{Profile, Request};
use crate::error::FrameError;
use crate::schema::proof_level;
use protocol::Protocol;

pub static PROFILE: Profile = Profile {
    name: "deribit",
    proof_level: proof_level::SEQUENCE,
    sequence: Sequence::Linked,
    checksum: None,
    addresses: &["deribit.com"],
    request,
    instruments: instruments::instruments,
    recognises,
    feed: WireFeed::<Protocol>::boxed_new,
    learner: WireFeed::<Protocol>::boxed_learner,
};

/// D14: books come in the stream, only the lists of instruments are of use.
fn request(url: &str) -> Request<'_> {
    if address::path(url) == "/api/v2/public/get_instruments" {
        Request::Instruments
    } else {
        Request::Other
    }
}

/// A notification whose data no other JSON-RPC venue spells so.
fn recognises(frame: &[u8]) -> bool {
    let shape = || -> Result<bool, FrameError> {
        let any = |_: &[u8], _: usize| Ok(());
        let [method, params] = Json::open(frame)?.members(&["method", "params"], any)?;
        let [channel, data] = params.need()?.members(&["channel", "data"], any)?;
        let data = match data.need()? {
            list if list.of() == Type::Array => list.items("data")?.next()?,
            one => Some(one),
        };
        let Some(data) = data else { return Ok(false) };
        let names = ["instrument_name", "change_id", "trade_seq", "estimated_delivery_price"];
        let [name, change, trade, delivery] = data.members(&names, any)?;
        let own = [change, trade, delivery].iter().any(|field| field.get().is_some());
        let subscribed = method.is_text("subscription") && channel.text().is_ok();
        Ok(subscribed && own && name.text().is_ok())
    };
    shape().unwrap_or(false)
}
