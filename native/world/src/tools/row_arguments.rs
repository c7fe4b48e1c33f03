//! What the command line tells about tables.

use crate::import::RowOptions;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RowArguments {
    symbol: Option<String>,
    columns: Option<String>,
    kind: Option<String>,
    time_unit: Option<String>,
    date: Option<String>,
    zone: Option<String>,
    price_scale: Option<u8>,
    delimiter: Option<String>,
    interval: Option<String>,
    bar_time: Option<String>,
}

impl RowArguments {
    pub(super) fn options(self, venue: Option<String>) -> RowOptions {
        RowOptions {
            format: None,
            venue,
            symbol: self.symbol,
            columns: self.columns,
            kind: self.kind,
            time_unit: self.time_unit,
            date: self.date,
            zone: self.zone,
            price_scale: self.price_scale,
            delimiter: self.delimiter,
            interval: self.interval,
            bar_time: self.bar_time,
        }
    }
}
