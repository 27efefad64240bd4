//! `pointsman train`: fits the local classifier to labelled prompts, and says how good it is on new ones.

use super::rows::{self, Labels};
use super::{Failure, output};
use crate::config::{CategoryId, Config};
use crate::disk;
use crate::format;
use crate::router::needs_picture;
use crate::router::train::{self, Figures, LanguageFigures, Report};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) fn run(config: &Config, files: &[PathBuf], out: &Path) -> Result<(), Failure> {
    let rows = rows::read(files, Labels::Any)?;
    let for_images = |id: &CategoryId| needs_picture(id, config);
    let trained = train::train(&rows, &for_images, &|step| output::note(step))
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let bytes = trained.head.to_bytes().map_err(|error| Failure::Work(error.to_string()))?;
    disk::write(out, &bytes)
        .map_err(|error| Failure::Work(format!("{} could not be written: {error}", out.display())))?;
    print(&mut output::stdout(), &trained.report, out, bytes.len())?;
    Ok(())
}

fn print(out: &mut impl Write, report: &Report, path: &Path, size: usize) -> io::Result<()> {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    for fold in &report.folds {
        writeln!(out, "without {}: {} of {} right", fold.sources.join(", "), percent(fold.accuracy), fold.rows)?;
    }
    let own = &report.calibration;
    let sure = own.threshold * 100.0;
    writeln!(
        out,
        "On sources that were left out; from {sure:.0} % on it is sure (temperature {:.2}):",
        own.temperature
    )?;
    let views = [("text alone", Some(own.text_alone)), ("no picture attached", own.without_picture)];
    for (what, figures) in views.into_iter().filter_map(|(what, figures)| Some((what, figures?))) {
        let Figures { accuracy, coverage, covered_accuracy, error } = figures;
        let [accuracy, coverage, covered] = [accuracy, coverage, covered_accuracy].map(percent);
        writeln!(
            out,
            "{what}: {accuracy} right; sure of {coverage}, {covered} of them right; calibration {error:.3} off"
        )?;
    }
    for LanguageFigures { name, rows, text_alone, without_picture } in &report.languages {
        let prompts = format::count(*rows as u64, "prompt");
        write!(out, "in {name}: {prompts}; {} right by the text alone", percent(text_alone.accuracy))?;
        if let Some(Figures { accuracy, coverage, .. }) = without_picture {
            write!(out, ", {} without a picture, sure of {}", percent(*accuracy), percent(*coverage))?;
        }
        writeln!(out)?;
    }
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
