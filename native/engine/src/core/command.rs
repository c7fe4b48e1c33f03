//! Commands that the engine wrote into CMD: read, checked, carried out.

use super::handover::NO_INSTRUMENT;
use super::memory::Memory;
use super::outputs::note_payload;
use super::run::Core;
use super::timers::{Due, DueKind};
use crate::error::CoreError;
use crate::schema::{CommandHeader, command, entry_type};

/// Largest whole number that a double holds exactly.
pub const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Longest label of a note, bytes.
const MAX_LABEL: usize = 256;

impl Core {
    /// Carries out the commands of the step that just ended.
    ///
    /// # Errors
    /// `E_COMMAND` for a record that is cut, of an unknown kind or with a bad argument: our own fault,
    /// so the session ends.
    pub(super) fn take_commands(&mut self, mem: &mut Memory<'_>) -> Result<(), CoreError> {
        let count = mem.ctl.command_count;
        mem.ctl.command_count = 0.0;
        if count == 0.0 {
            return Ok(());
        }
        let cmd = mem.cmd;
        let mut at = 0;
        for leg in 0..count as u32 {
            let (header, payload) = read(cmd, at).map_err(|e| e.at(format!("command {leg}")))?;
            at += CommandHeader::SIZE + payload.len().next_multiple_of(8);
            self.command(mem, leg, &header, payload).map_err(|e| e.at(format!("command {leg}")))?;
        }
        Ok(())
    }

    fn command(
        &mut self,
        mem: &mut Memory<'_>,
        leg: u32,
        header: &CommandHeader,
        payload: &[u8],
    ) -> Result<(), CoreError> {
        let Some(strategy) = self.strategies.get(header.strategy as usize) else {
            return Err(bad(format!("strategy {} does not exist", header.strategy)));
        };
        match header.kind as u8 {
            command::NOTE => self.note(mem, leg, header, payload),
            command::TIMER => {
                let timers = strategy.timers;
                self.set_timer(header, timers)
            }
            command::TIMER_CLEAR => {
                self.timers.clear(header.strategy, header.a as u32);
                Ok(())
            }
            kind => Err(CoreError::new(
                "E_COMMAND_UNSUPPORTED",
                format!("command {} is not served by this core", command::name(kind)),
            )),
        }
    }

    fn set_timer(&mut self, header: &CommandHeader, timers: u32) -> Result<(), CoreError> {
        let (id, delay, period) = (header.a, header.b, header.c);
        let whole = |v: f64| (0.0..=MAX_EXACT).contains(&v) && v.fract() == 0.0;
        if !(whole(id) && whole(delay) && whole(period)) || id >= f64::from(timers) {
            return Err(bad(format!("timer {id} of {timers}, delay {delay}, period {period}")));
        }
        self.timers.set(Due {
            at: self.time.saturating_add(delay as i64),
            strategy: header.strategy,
            kind: DueKind::Timer,
            id: id as u32,
            instrument: NO_INSTRUMENT,
            period: period as i64,
        });
        Ok(())
    }

    fn note(
        &mut self,
        mem: &mut Memory<'_>,
        leg: u32,
        header: &CommandHeader,
        label: &[u8],
    ) -> Result<(), CoreError> {
        let values = [header.a, header.b, header.c];
        let count = header.d;
        if !(0.0..=3.0).contains(&count) || label.len() > MAX_LABEL {
            return Err(bad(format!("note with {count} values, label of {} bytes", label.len())));
        }
        let mut payload = std::mem::take(&mut self.scratch);
        note_payload(header.strategy, &values[..count as usize], label, &mut payload);
        let name = &self.strategies[header.strategy as usize].name;
        // The strategy's place in the list is left out of the digest, its name stands for it.
        self.stages.decision(self.time, name, &payload[4..]);
        let done = self.output(mem, entry_type::NOTE, leg, &payload);
        self.scratch = payload;
        done
    }
}

fn read(cmd: &[u8], at: usize) -> Result<(CommandHeader, &[u8]), CoreError> {
    let end = at + CommandHeader::SIZE;
    let Some(bytes) = cmd.get(at..end) else {
        return Err(bad(format!("record at byte {at} ends beyond the region")));
    };
    let header: CommandHeader = bytemuck::pod_read_unaligned(bytes);
    match cmd.get(end..end + header.payload as usize) {
        Some(payload) => Ok((header, payload)),
        None => Err(bad(format!("payload of {} bytes ends beyond the region", header.payload))),
    }
}

fn bad(seen: String) -> CoreError {
    CoreError::new("E_COMMAND", seen).hint("the engine and the core disagree: report this")
}
