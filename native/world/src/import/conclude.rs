//! The end of an import: final steps of the instruments, the data report, the tape's footer.

use crate::import::crossing::BookCounts;
use crate::import::format::Format;
use crate::import::importer::Counts;
use crate::import::intake::{Intake, PerInstrument, RAISED};
use crate::import::report::{
    CrossedPlace, CrossedReport, DataReport, DriftReport, FileReport, ImportReport,
    InstrumentReport, NegativeLatency, PrecisionLoss, SchemaDrift,
};
use std::collections::BTreeMap;
use tickwright_engine::digest::hex;
use tickwright_engine::schema::kind;
use tickwright_engine::venue::{Drift, DriftChange, Feed, SyncCounters, joins_without_snapshot};
use tickwright_engine::{CoreError, Instrument, decimal};

pub(super) fn conclude(
    intake: &mut Intake,
    (format, venue): (Format, String),
    counts: Counts,
    files: Vec<FileReport>,
) -> Result<ImportReport, CoreError> {
    if intake.written.events == 0 {
        return Err(no_events(intake));
    }
    for (instrument, seen) in intake.directory.instruments.iter_mut().zip(&intake.per_instrument) {
        settle_steps(instrument, seen);
    }
    let report = data_report(intake, (format, venue), counts, files);
    let json = serde_json::to_string(&report)
        .map_err(|e| CoreError::new("E_INTERNAL", format!("the data report: {e}")))?;
    let footer = intake.writer.finish(&json, &intake.directory)?;
    Ok(ImportReport {
        events: intake.written.events,
        rows: intake.written.rows,
        by_kind: by_kind(&intake.by_kind),
        instruments: instruments(intake),
        bytes: footer.file_bytes,
        content_hash: hex(footer.content_hash),
        report,
    })
}

fn no_events(intake: &Intake) -> CoreError {
    let refused = intake.refusals.report(&intake.files);
    let mut message = format!(
        "no frame of it became an event: {} refused, {} ignored",
        refused.total, intake.ignored.total
    );
    if let Some((code, first)) = refused.by_code.iter().next() {
        message
            .push_str(&format!("; first {code}: {} (line {})", first.first.what, first.first.line));
    }
    CoreError::new("E_IMPORT_NO_FRAMES", message)
        .at(intake.files.name(0))
        .hint("it may hold streams that are not read, or be of another venue: see --venue")
}

/// Steps that nobody told are the greatest common divisors of what was seen.
fn settle_steps(instrument: &mut Instrument, seen: &PerInstrument) {
    for version in &mut instrument.versions {
        if seen.unknown.tick {
            version.tick = seen.steps.tick();
        }
        if seen.unknown.lot {
            version.lot = seen.steps.lot();
        }
    }
}

fn by_kind(counts: &[u64; 256]) -> BTreeMap<&'static str, u64> {
    let named = (0..=u8::MAX).zip(counts).filter(|(_, count)| **count > 0);
    named.map(|(of, &count)| (kind::name(of), count)).collect()
}

fn instruments(intake: &Intake) -> Vec<InstrumentReport> {
    let all = intake.directory.instruments.iter().enumerate();
    all.map(|(index, i)| {
        let now = i.current();
        InstrumentReport {
            name: i.name(),
            venue: i.venue.clone(),
            symbol: i.symbol.clone(),
            price_scale: i.price_scale,
            quantity_scale: i.quantity_scale,
            tick: decimal::format_trimmed(now.tick, i.price_scale),
            lot: decimal::format_trimmed(now.lot, i.quantity_scale),
            inferred: now.inferred,
            joined: joined(intake, index),
        }
    })
    .collect()
}

/// A snapshot came, and the updates after it link to it; or orders, of a venue that has no snapshot to
/// wait for.
fn joined(intake: &Intake, index: usize) -> bool {
    let seen = &intake.per_instrument[index];
    if seen.orders > 0 && joins_without_snapshot(&intake.directory.instruments[index].venue) {
        return true;
    }
    seen.snapshots > 0 && !intake.feeds.wants_snapshot(index as u32)
}

fn data_report(
    intake: &Intake,
    (format, venue): (Format, String),
    counts: Counts,
    files: Vec<FileReport>,
) -> DataReport {
    let mut sum = SyncCounters::default();
    let mut unjoined = Vec::new();
    for (index, instrument) in intake.directory.instruments.iter().enumerate() {
        let counters = intake.feeds.counters(index as u32);
        sum.add(counters);
        let updates = counters.deferred + counters.stale + intake.per_instrument[index].depths;
        // Those that are kept to the end waited in vain.
        let has_updates = updates > 0 || intake.feeds.holds(index as u32);
        if has_updates && !joined(intake, index) {
            unjoined.push(instrument.name());
        }
    }
    let beyond_scale = intake.refusals.count_of("E_SCALE");
    let values_cut = sum.values_cut + counts.values_cut;
    DataReport {
        format: format.name(),
        venue,
        venue_assumed: intake.venue_assumed,
        files,
        frames: intake.written.frames,
        gaps: sum.gaps,
        duplicates: sum.duplicates,
        out_of_order: sum.out_of_order,
        stale: sum.stale,
        joins: intake.per_instrument.iter().map(|p| p.snapshots).sum(),
        unjoined,
        negative_latency: negative_latency(intake),
        crossed: crossed(intake),
        one_sided: intake.crossing.counts().one_sided,
        empty: intake.crossing.counts().empty,
        refused_frames: intake.refusals.report(&intake.files),
        ignored_frames: intake.ignored.clone(),
        precision_loss: PrecisionLoss {
            count: beyond_scale + counts.lossy_stamps + values_cut,
            beyond_scale,
            values_cut,
            receive_times: counts.lossy_stamps,
        },
        schema_drift: schema_drift(intake),
        oddities: intake.oddities.report(&intake.files),
        corrections: intake.corrections.report(&intake.files),
        clock_shift_ns: intake.clock_shift_ns(),
        receive_time_back: intake.corrections.count_of(RAISED),
        blank_lines: counts.blank_lines,
        book_rows: intake.book_rows,
        header_lines: intake.header_lines,
    }
}

fn negative_latency(intake: &Intake) -> NegativeLatency {
    let named = intake.directory.sources.iter().zip(&intake.latencies);
    let seen = named.filter(|(_, latency)| latency.count() > 0);
    let by_source: Vec<_> = seen.map(|(source, latency)| latency.report(&source.name)).collect();
    let least = by_source.iter().map(|s| s.min_ns).min().unwrap_or(0);
    NegativeLatency {
        shift_needed_ns: least.min(0).saturating_neg().to_string(),
        count: by_source.iter().map(|s| s.negative).sum(),
        events: by_source.iter().map(|s| s.events).sum(),
        by_source,
    }
}

fn crossed(intake: &Intake) -> CrossedReport {
    let BookCounts { crossed, locked, .. } = intake.crossing.counts();
    let first = intake
        .crossing
        .first()
        .map(|(event, place)| CrossedPlace { event, at: intake.files.describe(place) });
    CrossedReport { count: crossed + locked, crossed, locked, first }
}

fn schema_drift(intake: &Intake) -> SchemaDrift {
    let drift: Vec<&Drift> = intake.feeds.iter().flat_map(Feed::drift).collect();
    SchemaDrift {
        count: drift.iter().map(|d| d.count).sum(),
        changes: drift.into_iter().map(drift_report).collect(),
    }
}

fn drift_report(drift: &Drift) -> DriftReport {
    let change = match drift.change {
        DriftChange::Appeared => "appeared",
        DriftChange::Vanished => "vanished",
        DriftChange::Type => "type",
        DriftChange::UnknownEvent => "unknownEvent",
    };
    let (message, field, count) = (drift.message.clone(), drift.field.clone(), drift.count);
    DriftReport { message, field, change, count }
}
