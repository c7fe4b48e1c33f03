//! What windows hold.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// A sample that a window can hold and a state can carry.
pub trait Item: Copy + Default + Send {
    fn save(&self, w: &mut StateWriter);

    /// # Errors
    /// `E_STATE`.
    fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError>;
}

impl Item for f64 {
    fn save(&self, w: &mut StateWriter) {
        w.f64(*self);
    }

    fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let at = r.position();
        let value = r.f64()?;
        if !value.is_finite() {
            return Err(CoreError::new("E_STATE", format!("a window holds {value}"))
                .at(format!("byte {at}")));
        }
        Ok(value)
    }
}

impl Item for i128 {
    fn save(&self, w: &mut StateWriter) {
        w.i128(*self);
    }

    fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        r.i128()
    }
}

impl Item for u32 {
    fn save(&self, w: &mut StateWriter) {
        w.u32(*self);
    }

    fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        r.u32()
    }
}

impl<T: Item, const K: usize> Item for [T; K]
where
    [T; K]: Default,
{
    fn save(&self, w: &mut StateWriter) {
        self.iter().for_each(|item| item.save(w));
    }

    fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for item in &mut out {
            *item = T::restore(r)?;
        }
        Ok(out)
    }
}
