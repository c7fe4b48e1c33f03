//! What the order book rows came to, for the data report.

use serde::Serialize;

/// Messages held against the order book rows beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BookRows {
    /// Order book rows that were read.
    pub rows: u64,
    /// Messages of types 1 to 4 whose level is known in this row and in the one before.
    pub compared: u64,
    /// Of these: the level's size did not change by the message's.
    pub mismatched: u64,
    pub not_comparable: u64,
    /// Line of the first mismatch in the order book file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_mismatch: Option<u64>,
    /// Anonymous orders that stand for what a row shows and no message told: at the beginning, and where
    /// a level comes into the window.
    pub edge_orders: u64,
    /// Orders that come back into the window with their level.
    pub edge_returns: u64,
    /// Orders taken out or made smaller because a row does not show them any more.
    pub edge_removals: u64,
    /// Messages about orders that were not seen submitted: they are about the anonymous ones.
    pub unknown_orders: u64,
    /// Messages without an order book row, and rows without a message.
    pub messages_without_row: u64,
    pub rows_without_message: u64,
    pub hidden_executions: u64,
    pub crosses: u64,
    pub halts: u64,
}

impl BookRows {
    pub fn add(&mut self, other: &Self) {
        let Self { first_mismatch, .. } = *self;
        *self = Self {
            rows: self.rows + other.rows,
            compared: self.compared + other.compared,
            mismatched: self.mismatched + other.mismatched,
            not_comparable: self.not_comparable + other.not_comparable,
            first_mismatch: first_mismatch.or(other.first_mismatch),
            edge_orders: self.edge_orders + other.edge_orders,
            edge_returns: self.edge_returns + other.edge_returns,
            edge_removals: self.edge_removals + other.edge_removals,
            unknown_orders: self.unknown_orders + other.unknown_orders,
            messages_without_row: self.messages_without_row + other.messages_without_row,
            rows_without_message: self.rows_without_message + other.rows_without_message,
            hidden_executions: self.hidden_executions + other.hidden_executions,
            crosses: self.crosses + other.crosses,
            halts: self.halts + other.halts,
        };
    }
}
