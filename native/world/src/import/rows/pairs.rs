//! Files that belong together line by line: the rows of one stand beside those of the other.

use super::Table;
use tickwright_engine::CoreError;

/// A file's part in a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Has the times; is read alone where the other file is missing.
    Leads,
    /// Has rows of so many levels, each beside a row of the leader.
    Follows { levels: usize },
}

/// What a file says of its pair: both files have the same name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    pub name: &'a str,
    pub part: Part,
}

/// Finds the leader of each file that follows one.
///
/// # Errors
/// `E_IMPORT_PAIR` where there is none, or another file follows it already.
pub fn pair(tables: &mut [Option<Table>], name: impl Fn(usize) -> String) -> Result<(), CoreError> {
    for file in 0..tables.len() {
        let Some((of, levels)) = follower(&tables[file]) else { continue };
        let wrong =
            |what: &str, hint| Err(CoreError::new("E_IMPORT_PAIR", what).at(name(file)).hint(hint));
        let Some(leader) = tables.iter().position(|table| leads(table, &of)) else {
            return wrong(
                "rows that stand beside those of another file, which is not given",
                "give both files of the pair, named as they were published",
            );
        };
        if tables.iter().flatten().any(|table| table.leader == Some(leader as u32)) {
            return wrong("a second file of the same pair", "give each file once");
        }
        if let Some(table) = &mut tables[leader] {
            table.reader.paired(levels);
        }
        if let Some(table) = &mut tables[file] {
            table.leader = Some(leader as u32);
        }
    }
    Ok(())
}

fn follower(table: &Option<Table>) -> Option<(String, usize)> {
    match table.as_ref()?.reader.pair()? {
        Pair { name, part: Part::Follows { levels } } => Some((name.to_owned(), levels)),
        Pair { .. } => None,
    }
}

fn leads(table: &Option<Table>, of: &str) -> bool {
    let pair = table.as_ref().and_then(|table| table.reader.pair());
    pair.is_some_and(|pair| pair.part == Part::Leads && pair.name == of)
}
