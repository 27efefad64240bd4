//! `pointsman models`: who answers what by the configuration, and what the providers in use offer.

use super::Failure;
use super::output::{json_line, stdout, warn};
use crate::cli::setup::Setup;
use crate::clock;
use crate::config::{Config, Listed, ModelId, ProviderConfig};
use crate::engine::Services;
use crate::format;
use crate::provider::no_models;
use futures_util::future::join_all;
use indexmap::IndexMap;
use serde::Serialize;
use std::io::{self, Write};
use std::time::Duration;

/// How long a provider may take to list its models. The table is useful without it.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Serialize)]
struct Row {
    model: ModelId,
    provider: String,
    /// What it does here: categories, fallbacks, judging.
    roles: Vec<String>,
    context_window: Option<usize>,
    /// Whether it sees images; `None`: unknown.
    vision: Option<bool>,
    /// Whether the provider has it; `None`: unknown.
    offered: Option<bool>,
}

/// What each provider offers, as far as that is known.
type Offered = IndexMap<String, Vec<Listed>>;

/// Lists the models of all providers in use, or of `only` one.
pub(super) async fn run(setup: &Setup, only: Option<&str>, json: bool) -> Result<(), Failure> {
    let offered = ask(&setup.services, only).await;
    let known =
        offered.iter().fold((*setup.services.config).clone(), |config, (name, listed)| config.knowing(name, listed));
    let rows = rows(&known, &offered, only);
    let mut out = stdout();
    if json {
        json_line(&mut out, &rows)?;
    } else {
        print_table(&mut out, &rows)?;
    }
    Ok(())
}

/// Asks everyone in use at the same time. Who cannot be asked has what it told last.
async fn ask(services: &Services, only: Option<&str>) -> Offered {
    if !services.providers.can_judge() {
        // The guide answers under the names of the configuration; what a real provider has was not asked.
        warn("what the providers offer is unknown: nobody is connected");
        return Offered::new();
    }
    let asked = services.config.in_use().into_iter().filter(|name| only.is_none_or(|only| only == *name));
    let told = join_all(asked.map(|name| async move { (name.to_owned(), list(services, name).await) })).await;
    let mut offered = Offered::new();
    let mut missing = Vec::new();
    for (name, told) in told {
        match told {
            Ok(listed) => {
                if listed.is_empty() {
                    warn(&no_models(&name));
                }
                offered.insert(name, listed);
            }
            Err(why) => missing.push((name, why)),
        }
    }
    let kept = if missing.is_empty() { Vec::new() } else { services.offers().await };
    for (name, why) in missing {
        let address = services.config.providers.get(&name).map(ProviderConfig::display_url);
        let last = kept.iter().find(|offer| offer.provider == name && Some(&offer.address) == address.as_ref());
        match last {
            Some(last) => {
                let age = clock::now().duration_since(last.listed_at).unsigned_abs();
                warn(&format!("{why}; the models of {name} are those of {} ago", format::age(age)));
                offered.insert(name, last.models.clone());
            }
            None => warn(&format!("what {name} offers is unknown: {why}")),
        }
    }
    offered
}

async fn list(services: &Services, name: &str) -> Result<Vec<Listed>, String> {
    let Some(provider) = services.providers.named(name) else { return Err(format!("{name} has no key")) };
    match tokio::time::timeout(PATIENCE, provider.models()).await {
        Ok(told) => told.map_err(|error| error.to_string()),
        Err(_) => Err(format!("{name} took too long to list its models")),
    }
}

/// The models, those of one provider together.
fn rows(config: &Config, offered: &Offered, only: Option<&str>) -> Vec<Row> {
    let mut models = config.registry.models();
    if !models.contains(&config.judge.model) {
        models.push(config.judge.model.clone());
    }
    let mut rows: Vec<Row> = models.into_iter().map(|model| row(config, offered, model)).collect();
    rows.retain(|row| only.is_none_or(|only| only == row.provider));
    let mut order = config.in_use();
    order.extend(config.providers.keys().map(String::as_str));
    rows.sort_by_key(|row| order.iter().position(|name| *name == row.provider));
    rows
}

fn row(config: &Config, offered: &Offered, model: ModelId) -> Row {
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
    let address = config.address(&model);
    Row {
        provider: address.provider.to_owned(),
        roles,
        context_window: info.and_then(|info| info.context_window).map(|window| *window),
        vision: info.and_then(|info| info.vision),
        offered: offered.get(address.provider).map(|listed| listed.iter().any(|listed| listed.is(address.model))),
        model,
    }
}

/// A table; where there are several providers, one below the name of each.
fn print_table(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let width = rows.iter().map(|row| row.model.as_str().chars().count()).max().unwrap_or(0);
    let several = rows.windows(2).any(|rows| rows[0].provider != rows[1].provider);
    let mut group = None;
    for row in rows {
        if several && group.replace(&row.provider) != Some(&row.provider) {
            writeln!(out, "{}:", row.provider)?;
        }
        let mut facts = Vec::new();
        if !row.roles.is_empty() {
            facts.push(row.roles.join(", "));
        }
        if let Some(window) = row.context_window {
            facts.push(format!("{window} tokens"));
        }
        if row.vision == Some(true) {
            facts.push("sees images".to_owned());
        }
        if row.offered == Some(false) {
            facts.push(format!("not offered by {}", row.provider));
        }
        let indent = if several { "  " } else { "" };
        writeln!(out, "{indent}{:width$}  {}", row.model.as_str(), facts.join(" · "))?;
    }
    Ok(())
}
