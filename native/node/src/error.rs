//! Errors cross as fields: the JavaScript side parses the reason and throws its own class.

use tickwright_engine::CoreError;

/// A core error as a JavaScript error whose message is `{code, message, at, hint}`.
pub fn to_js(error: &CoreError) -> napi::Error {
    napi::Error::from_reason(tickwright_world::session::fault(error).to_string())
}
