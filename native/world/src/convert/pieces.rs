//! Bytes for several files, until the caller takes them.

use std::collections::BTreeMap;

/// Bytes to append to a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    pub file: String,
    pub bytes: Vec<u8>,
}

/// Files by name; each gets its header line once, when its first row comes.
#[derive(Debug, Default)]
pub struct Pieces {
    files: BTreeMap<String, File>,
}

#[derive(Debug, Default)]
struct File {
    bytes: Vec<u8>,
    rows: u64,
}

impl Pieces {
    /// Where the next row of a file goes; `header` writes the line that a file begins with.
    pub fn row(&mut self, file: &str, header: impl FnOnce(&mut Vec<u8>)) -> &mut Vec<u8> {
        if !self.files.contains_key(file) {
            let mut begun = File::default();
            header(&mut begun.bytes);
            self.files.insert(file.to_owned(), begun);
        }
        let file = self.files.entry(file.to_owned()).or_default();
        file.rows += 1;
        &mut file.bytes
    }

    /// What has come together since the last call, by file.
    pub fn take(&mut self) -> Vec<Piece> {
        let ready = self.files.iter_mut().filter(|(_, file)| !file.bytes.is_empty());
        ready
            .map(|(name, file)| Piece {
                file: name.clone(),
                bytes: std::mem::take(&mut file.bytes),
            })
            .collect()
    }

    /// Rows of each file.
    pub fn rows(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file.rows))
    }
}
