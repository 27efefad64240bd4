//! `pointsman models`: who answers what by the configuration, and what the provider offers.

use super::Failure;
use super::output::{json_line, stdout, warn};
use crate::cli::setup::Setup;
use crate::config::{Config, ModelId};
use serde::Serialize;
use std::io::{self, Write};
use std::time::Duration;

/// How long the provider may take to list its models. The table is useful without it.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Serialize)]
struct Row {
    model: ModelId,
    /// What it does here: categories, fallbacks, judging.
    roles: Vec<String>,
    context_window: Option<usize>,
    vision: bool,
    /// Whether the provider has it; `None`: it could not be asked.
    offered: Option<bool>,
}

pub(super) async fn run(setup: &Setup, json: bool) -> Result<(), Failure> {
    let parts = &setup.parts;
    let Some(provider) = parts.providers.named(&parts.config.provider) else {
        let config = &parts.config;
        return Err(Failure::Usage(format!("{} has no key", config.provider)));
    };
    let offered = match tokio::time::timeout(PATIENCE, provider.models()).await {
        // The guide answers under these names; what a real provider has was not asked.
        Ok(Ok(_)) if !provider.can_judge() => {
            warn("what the provider offers is unknown: nobody is connected");
            None
        }
        Ok(Ok(models)) => Some(models),
        Ok(Err(error)) => {
            warn(&format!("what the provider offers is unknown: {error}"));
            None
        }
        Err(_) => {
            warn(&format!("what the provider offers is unknown: {} took too long to list it", provider.name()));
            None
        }
    };
    let rows = rows(&setup.parts.config, offered.as_deref());
    let mut out = stdout();
    if json {
        json_line(&mut out, &rows)?;
    } else {
        print_table(&mut out, provider.name(), &rows)?;
    }
    Ok(())
}

fn rows(config: &Config, offered: Option<&[ModelId]>) -> Vec<Row> {
    let mut models = config.registry.models();
    let more = std::iter::once(&config.judge.model).chain(offered.unwrap_or_default());
    for model in more {
        if !models.contains(model) {
            models.push(model.clone());
        }
    }
    models.into_iter().map(|model| row(config, offered, model)).collect()
}

fn row(config: &Config, offered: Option<&[ModelId]>, model: ModelId) -> Row {
    let mut roles = Vec::new();
    for category in config.registry.categories() {
        if category.model == model {
            roles.push(category.id.to_string());
        }
    }
    for category in config.registry.categories() {
        if category.fallbacks.contains(&model) {
            roles.push(format!("fallback of {}", category.id));
        }
    }
    if config.judge.model == model {
        roles.push("judge".to_owned());
    }
    let info = config.registry.model(&model);
    Row {
        roles,
        context_window: info.and_then(|info| info.context_window),
        vision: info.is_some_and(|info| info.vision),
        offered: offered.map(|offered| offered.contains(&model)),
        model,
    }
}

fn print_table(out: &mut impl Write, provider: &str, rows: &[Row]) -> io::Result<()> {
    let width = rows.iter().map(|row| row.model.as_str().chars().count()).max().unwrap_or(0);
    for row in rows {
        let mut facts = Vec::new();
        if !row.roles.is_empty() {
            facts.push(row.roles.join(", "));
        }
        if let Some(window) = row.context_window {
            facts.push(format!("{window} tokens"));
        }
        if row.vision {
            facts.push("sees images".to_owned());
        }
        if row.offered == Some(false) {
            facts.push(format!("not offered by {provider}"));
        }
        writeln!(out, "{:width$}  {}", row.model.as_str(), facts.join(" · "))?;
    }
    Ok(())
}
