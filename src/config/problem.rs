//! What is wrong with a configuration, in the user's terms: where, which key, what, and what to write instead.

use crate::text::sanitize::escape_hidden;
use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file and the line and column in it (from 1); `None` when it came from a flag or a variable.
    pub place: Option<Place>,
    /// The dotted key, `categories.coding.model`; empty when the text is no TOML at all.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub fix: String,
}

/// A place in a file. Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line; `None` when the file lacks what is needed.
    pub position: Option<(usize, usize)>,
}

/// All parts may quote the file, which may hold what commands a terminal.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{}:", escape_hidden(&place.path.display().to_string()))?;
            if let Some((line, column)) = place.position {
                write!(f, "{line}:{column}:")?;
            }
            write!(f, " ")?;
        }
        if !self.key.is_empty() {
            write!(f, "'{}': ", escape_hidden(&self.key))?;
        }
        write!(f, "{}\n    {}", escape_hidden(&self.what), escape_hidden(&self.fix))
    }
}

/// Everything that is wrong; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
