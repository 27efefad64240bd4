//! Files of labelled prompts: one JSON object a line, as `eval` measures and `train` learns.

use super::Failure;
use crate::config::{CategoryId, Config};
use crate::disk;
use crate::router::train::{Labelled, LabelledTurn};
use crate::text::sanitize::{one_line, sanitize};
use serde::Deserialize;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Prompts that were written for the purpose count so much beside those of a benchmark.
const OWN: u32 = 3;
/// Some hundred thousand prompts.
const FILE_BYTES_MAX: u64 = 256_000_000;
/// A name of a category or a source is cut here.
const NAME: usize = 200;

/// Which categories a row may have.
#[derive(Clone, Copy)]
pub(super) enum Labels<'a> {
    /// Those of the configuration.
    Configured(&'a Config),
    /// Any: the file says which there are.
    Any,
}

#[derive(Deserialize)]
struct Row {
    prompt: String,
    category: String,
    source: Option<String>,
    previous: Option<Turn>,
    /// How many pictures are attached, where the row says so.
    images: Option<usize>,
}

#[derive(Deserialize)]
struct Turn {
    prompt: String,
    reply: String,
    category: String,
}

/// Reads all rows of `files`, in order. A row without a `source` was written for the purpose: its file is its source, it
/// counts more, and the prompt may be kept as an example.
pub(super) fn read(files: &[PathBuf], labels: Labels<'_>) -> Result<Vec<Labelled>, Failure> {
    let mut rows = Vec::new();
    for file in files {
        let cannot = |error: &dyn Display| Failure::Usage(format!("{} cannot be read: {error}", file.display()));
        let bytes = disk::read(file, FILE_BYTES_MAX).map_err(|error| cannot(&error))?;
        let text = String::from_utf8(bytes)
            .map_err(|error| cannot(&format!("it is no UTF-8 behind byte {}", error.utf8_error().valid_up_to())))?;
        let text = text.trim_start_matches('\u{feff}');
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = |what: String| Failure::Usage(format!("{}, line {}: {what}", file.display(), number + 1));
            let row: Row = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            rows.push(labelled(row, file, labels).map_err(wrong)?);
        }
    }
    if rows.is_empty() {
        let what = "there are no rows; one is written {\"prompt\": \"…\", \"category\": \"…\"}, each on a line";
        return Err(Failure::Usage(what.to_owned()));
    }
    Ok(rows)
}

fn labelled(row: Row, file: &Path, labels: Labels<'_>) -> Result<Labelled, String> {
    let known = |name: String| -> Result<CategoryId, String> {
        let id = CategoryId::from(one_line(&name, NAME));
        match labels {
            Labels::Configured(config) if config.registry.category(&id).is_none() => {
                Err(format!("there is no category '{id}' in the configuration"))
            }
            _ if id.as_str().is_empty() => Err("the category is empty".to_owned()),
            _ => Ok(id),
        }
    };
    let own = row.source.is_none();
    let name = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let previous = row.previous.map(|turn| {
        Ok::<_, String>(LabelledTurn {
            prompt: sanitize(&turn.prompt),
            reply: sanitize(&turn.reply),
            category: known(turn.category)?,
        })
    });
    let prompt = sanitize(&row.prompt);
    if prompt.trim().is_empty() {
        return Err("the prompt is empty".to_owned());
    }
    Ok(Labelled {
        prompt,
        category: known(row.category)?,
        source: one_line(&row.source.unwrap_or_else(name), NAME),
        previous: previous.transpose()?,
        weight: if own { OWN } else { 1 },
        images: row.images,
        may_be_shown: own,
    })
}
