//! One member of an object, by name.

use super::json::Json;
use super::lexer::Type;
use crate::error::FrameError;

impl Json<'_> {
    /// The first member of a name: what is behind it is not looked at.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA` where this is no object or has no such member; as [`Json::items`] for what is
    /// in front of it.
    pub fn find(&self, name: &'static str) -> Result<Self, FrameError> {
        let mut lexer = self.enter(Type::Object, "an object")?;
        if lexer.eat(b'}') {
            return Err(FrameError::new("E_FRAME_SCHEMA", self.at(), name));
        }
        loop {
            let key = lexer.key()?;
            let value = lexer.value(1)?;
            if self.within(key).raw() == name.as_bytes() {
                return Ok(self.within(value));
            }
            if lexer.eat(b'}') {
                return Err(FrameError::new("E_FRAME_SCHEMA", self.at(), name));
            }
            lexer.expect(b',', "a comma or the end of an object")?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_without_what_follows() {
        let json = Json::open(br#"{"a":{"b":1},"b":"two","c":tru}"#).unwrap();
        assert!(json.find("b").unwrap().is_text("two"));
        assert_eq!(json.find("d").unwrap_err().code, "E_FRAME_PARSE");
        assert_eq!(Json::open(b"{}").unwrap().find("a").unwrap_err().what, "a");
        assert_eq!(Json::open(b"[]").unwrap().find("a").unwrap_err().code, "E_FRAME_SCHEMA");
    }
}
