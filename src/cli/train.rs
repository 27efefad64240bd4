//! `pointsman train`: fits the local classifier to labelled prompts, and says how good it is on new ones.

use super::rows::{self, Labels};
use super::{Failure, output};
use crate::router::train::{self, Report};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) fn run(files: &[PathBuf], out: &Path) -> Result<(), Failure> {
    let rows = rows::read(files, Labels::Any)?;
    let trained = train::train(&rows, &|step| output::note(step)).map_err(|error| Failure::Usage(error.to_string()))?;
    let bytes = trained.head.to_bytes().map_err(|error| Failure::Work(error.to_string()))?;
    write(out, &bytes).map_err(|error| Failure::Work(format!("{} could not be written: {error}", out.display())))?;
    print(&mut output::stdout(), &trained.report, out, bytes.len())?;
    Ok(())
}

/// Written beside its place first: a head that is in use is never half a file.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn print(out: &mut impl Write, report: &Report, path: &Path, size: usize) -> io::Result<()> {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    for fold in &report.folds {
        writeln!(out, "without {}: {} of {} right", fold.sources.join(", "), percent(fold.accuracy), fold.rows)?;
    }
    let own = &report.calibration;
    writeln!(out, "On sources that were left out: {} right, calibration {:.3} off.", percent(own.accuracy), own.error)?;
    writeln!(
        out,
        "From {:.0} % on it is sure (temperature {:.2}): {} of all prompts, {} of them right.",
        own.threshold * 100.0,
        own.temperature,
        percent(own.coverage),
        percent(own.covered_accuracy)
    )?;
    if let Some(follow_ups) = &report.follow_ups {
        writeln!(
            out,
            "Of conversations that were left out {} right; sure from {:.0} % on: {} of them, {} of those right.",
            percent(follow_ups.accuracy),
            follow_ups.threshold * 100.0,
            percent(follow_ups.coverage),
            percent(follow_ups.covered_accuracy)
        )?;
        let untouched = percent(follow_ups.untouched);
        writeln!(out, "Of prompts about something new {untouched} are decided as if they stood alone.")?;
    }
    writeln!(out, "{} bytes written to {}.", size, path.display())
}
