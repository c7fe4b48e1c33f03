//! Which column has which part: by `--columns`, or by the header.

use super::role::{ROLES, Role};
use crate::import::rows::csv::Row;
use crate::import::rows::sample::{Sample, without_mark};
use tickwright_engine::{CoreError, decimal};

/// What rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    Trade,
    Quote,
    Bar,
    Depth,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Lines by which the delimiter is told.
const LINES: usize = 20;

impl TableKind {
    const ALL: [Self; 4] = [Self::Trade, Self::Quote, Self::Bar, Self::Depth];

    /// Also the name of the source's channel.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Quote => "quote",
            Self::Bar => "bar",
            Self::Depth => "depth",
        }
    }

    fn parse(name: &str) -> Result<Self, CoreError> {
        Self::ALL.into_iter().find(|k| k.name() == name).ok_or_else(|| {
            CoreError::new("E_ARGUMENT", format!("{name:?} is not a kind of row"))
                .hint("one of trade, quote, bar, depth")
        })
    }

    /// What a row cannot do without, besides its time.
    fn needs(self) -> &'static [Role] {
        match self {
            Self::Trade => &[Role::Price, Role::Size],
            Self::Quote => &[Role::Bid, Role::Ask],
            Self::Bar => &[Role::Open, Role::High, Role::Low, Role::Close],
            Self::Depth => &[Role::Price, Role::Size, Role::Side],
        }
    }

    fn may_have(self) -> &'static [Role] {
        match self {
            Self::Trade => &[Role::Side, Role::BuyerMaker, Role::Id],
            Self::Quote => &[Role::BidSize, Role::AskSize],
            Self::Bar => &[Role::Volume, Role::QuoteVolume, Role::Count],
            Self::Depth => &[Role::Snapshot],
        }
    }
}

/// Parts by column.
#[derive(Clone, Debug)]
pub struct Columns {
    pub kind: TableKind,
    pub delimiter: u8,
    /// The line that names the columns, where there is one.
    pub header: Option<Vec<u8>>,
    pub count: usize,
    at: [Option<usize>; ROLES],
    /// Names of columns that have no part.
    pub unused: Vec<String>,
}

impl Columns {
    /// # Errors
    /// `E_IMPORT_FORMAT` where a part is missing, `E_ARGUMENT` where the map is wrong.
    pub fn find(sample: &Sample<'_>) -> Result<Self, CoreError> {
        let delimiter = delimiter(sample)?;
        let mut row = Row::default();
        let first = sample.first();
        row.split(first, delimiter).map_err(|e| sample.refused("csv", &e.to_string()))?;
        let names: Result<Vec<&str>, _> = row.fields(first).map(|f| f.name()).collect();
        let names = names.map_err(|e| sample.refused("csv", &e.to_string()))?;
        // A header has no number in it.
        let is_header = names.iter().all(|n| decimal::decimals(n.as_bytes()).is_err());
        let header = if is_header { names.as_slice() } else { &[] };
        let told = sample.options.columns.as_deref().map(|map| told(map, header, names.len()));
        let told = told.transpose()?;
        let kind = match &sample.options.kind {
            Some(kind) => TableKind::parse(kind)?,
            None => kind_of(told.as_deref(), header, sample)?,
        };
        let mut at = [None; ROLES];
        match &told {
            Some(told) => told.iter().for_each(|&(role, column)| at[role as usize] = Some(column)),
            None => {
                let shared = [Role::Time, Role::Date, Role::Received, Role::Symbol];
                for role in kind.needs().iter().chain(kind.may_have()).chain(&shared) {
                    at[*role as usize] = role.find(header);
                }
            }
        }
        let columns = Self {
            kind,
            delimiter,
            header: is_header.then(|| first.to_vec()),
            count: names.len(),
            at,
            unused: Vec::new(),
        };
        let missing = kind.needs().iter().chain(&[Role::Time]).find(|r| columns.at(**r).is_none());
        if let Some(role) = missing {
            let why = format!("no column of a {} is its {}", kind.name(), role.name());
            return Err(sample
                .refused("csv", &why)
                .hint("say which with --columns, see docs/formats/csv.md"));
        }
        Ok(columns.with_unused(header))
    }

    #[must_use]
    #[inline]
    pub fn at(&self, role: Role) -> Option<usize> {
        self.at[role as usize]
    }

    pub fn drop(&mut self, role: Role) {
        self.at[role as usize] = None;
    }

    /// Names the columns that have no part.
    #[must_use]
    pub fn with_unused(mut self, header: &[&str]) -> Self {
        let unused = header.iter().enumerate().filter(|(i, _)| !self.at.contains(&Some(*i)));
        self.unused = unused.map(|(_, name)| (*name).to_owned()).collect();
        self
    }

    /// Splits a row; `false` where it is the header.
    #[must_use]
    pub fn is_header(&self, row: &[u8]) -> bool {
        self.header.as_deref().is_some_and(|header| header == without_mark(row))
    }
}

/// The parts of `--columns time=1,price=last price`: numbers from 1, or names of the header.
fn told(map: &str, header: &[&str], count: usize) -> Result<Vec<(Role, usize)>, CoreError> {
    let wrong = |message: String| {
        CoreError::new("E_ARGUMENT", message).hint("such as --columns time=1,price=2,size=3")
    };
    let mut out = Vec::new();
    for part in map.split(',').filter(|p| !p.trim().is_empty()) {
        let Some((role, column)) = part.split_once('=') else {
            return Err(wrong(format!("--columns: {part:?} is not part=column")));
        };
        let (role, column) = (Role::parse(role.trim())?, column.trim());
        let named = header.iter().position(|name| *name == column);
        let numbered = column.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let place = named.or(numbered.filter(|n| *n < count));
        let place =
            place.ok_or_else(|| wrong(format!("--columns: there is no column {column:?}")))?;
        if out.iter().any(|(other, _)| *other == role) {
            return Err(wrong(format!("--columns: {} is told twice", role.name())));
        }
        out.push((role, place));
    }
    Ok(out)
}

/// Whether the first line names a time and what some kind of row needs.
pub fn has_known_header(sample: &Sample<'_>) -> bool {
    let (mut row, first) = (Row::default(), sample.first());
    let Ok(delimiter) = delimiter(sample) else { return false };
    if row.split(first, delimiter).is_err() {
        return false;
    }
    let names: Vec<&str> = row.fields(first).filter_map(|f| f.name().ok()).collect();
    let has = |role: &Role| role.find(&names).is_some();
    let kinds = TableKind::ALL.map(TableKind::needs);
    names.len() == row.len() && has(&Role::Time) && kinds.iter().any(|needs| needs.iter().all(has))
}

/// The one kind whose needs are met; depth has to be told.
fn kind_of(
    told: Option<&[(Role, usize)]>,
    header: &[&str],
    sample: &Sample<'_>,
) -> Result<TableKind, CoreError> {
    let has = |role: &Role| match told {
        Some(told) => told.iter().any(|(r, _)| r == role),
        None => role.find(header).is_some(),
    };
    let kinds = [TableKind::Trade, TableKind::Quote, TableKind::Bar];
    let fitting: Vec<TableKind> =
        kinds.into_iter().filter(|kind| kind.needs().iter().all(has)).collect();
    match fitting.as_slice() {
        [kind] => Ok(*kind),
        [] => Err(sample
            .refused("csv", "its columns are not those of a trade, a quote or a bar")
            .hint("say which column is what with --columns, see docs/formats/csv.md")),
        several => {
            let names: Vec<&str> = several.iter().map(|k| k.name()).collect();
            let message = format!("a row could be a {}", names.join(" or a "));
            Err(CoreError::new("E_IMPORT_FORMAT", message)
                .at(sample.name)
                .hint("say which with --kind"))
        }
    }
}

/// The one that splits all first lines into equally many columns, the most of them.
fn delimiter(sample: &Sample<'_>) -> Result<u8, CoreError> {
    if let Some(told) = &sample.options.delimiter {
        return match told.as_str() {
            "tab" | "\\t" => Ok(b'\t'),
            text if text.len() == 1 => Ok(text.as_bytes()[0]),
            other => Err(CoreError::new("E_ARGUMENT", format!("{other:?} is not a delimiter"))
                .hint("one character, or tab")),
        };
    }
    let mut row = Row::default();
    let mut count = |delimiter: u8| {
        let mut counts = sample
            .lines
            .iter()
            .take(LINES)
            .map(|line| row.split(line, delimiter).map_or(0, |()| row.len()));
        let first = counts.next().unwrap_or(0);
        if counts.all(|n| n == first) { first } else { 0 }
    };
    let counts = DELIMITERS.map(|d| (count(d), d));
    let most = counts.iter().map(|(n, _)| *n).max().unwrap_or(0);
    let found = counts.iter().find(|(n, _)| *n == most && most > 1).map(|(_, d)| *d);
    // A damaged line among the first ones must not hide the delimiter of the first.
    Ok(found.unwrap_or(b','))
}
