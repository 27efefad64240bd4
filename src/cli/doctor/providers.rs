//! Each provider: its address, its key, the list of its models, and with `answer` and `formats` what it does when it is
//! asked. Nothing secret is in what is found.

use super::answer::{self, Said};
use super::check::{Check, Status};
use super::formats;
use crate::cli::setup;
use crate::config::{Address, Config, Escalate, ModelId, ProviderConfig};
use crate::format::{count, duration};
use crate::provider::openai::OpenAi;
use crate::provider::{Credentials, ErrorKind, FallbackScope, Phase, Provider, ProviderError};
use std::time::{Duration, Instant};

/// How long the list of models may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How much may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Nothing is sent.
    Nobody,
    /// What costs nothing.
    Free,
    /// Everything.
    All,
}

/// A provider that is looked at.
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    settings: &'a ProviderConfig,
    credentials: Credentials,
    /// What the settings ask it for, the most important first: its own name of the model, and what the model does.
    models: Vec<(ModelId, Vec<String>)>,
    /// Whether the judge is one of them.
    judges: bool,
    /// Whether anything needs it.
    pub(super) in_use: bool,
}

/// Everyone in the configuration, those that are in use first.
pub(super) fn subjects(config: &Config) -> Vec<Subject<'_>> {
    let judge = config.address(&config.judge.model).provider;
    let mut used = config.answering();
    used.push(&config.provider);
    if config.routing.escalate != Escalate::Never {
        used.push(judge);
    }
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for name in used.iter().copied().chain(config.providers.keys().map(String::as_str)) {
        if subjects.iter().any(|known| known.name == name) {
            continue;
        }
        let settings = &config.providers[name];
        subjects.push(Subject {
            name,
            settings,
            credentials: setup::credentials(config, settings),
            models: wanted(config, name),
            judges: judge == name,
            in_use: used.contains(&name),
        });
    }
    subjects
}

/// What `config` asks `provider` for.
fn wanted(config: &Config, provider: &str) -> Vec<(ModelId, Vec<String>)> {
    let categories = config.registry.categories();
    let first = categories.iter().map(|category| (&category.model, category.id.to_string()));
    let then = categories.iter().flat_map(|category| {
        category.fallbacks.iter().map(move |model| (model, format!("fallback of {}", category.id)))
    });
    let mut wanted: Vec<(ModelId, Vec<String>)> = Vec::new();
    for (model, role) in first.chain(then).chain([(&config.judge.model, "judge".to_owned())]) {
        let Address { provider: at, model } = config.address(model);
        if at != provider {
            continue;
        }
        match wanted.iter_mut().find(|(known, _)| known.as_str() == model) {
            Some((_, roles)) => roles.push(role),
            None => wanted.push((model.into(), vec![role])),
        }
    }
    wanted
}

impl Subject<'_> {
    /// Whether it is asked at all.
    pub(super) fn is_connected(&self) -> bool {
        self.credentials.has_key() || self.settings.works_without_key()
    }

    /// Looks at it, and asks as far as `reach` goes.
    pub(super) async fn checks(&self, config: &Config, reach: Reach) -> Vec<Check> {
        let area = if self.in_use { self.name.to_owned() } else { format!("{} (not used)", self.name) };
        let mut checks = vec![self.address()];
        self.look(config, reach, &mut checks).await;
        checks.into_iter().map(|check| self.weighed(check).within(&format!("provider {area}"))).collect()
    }

    /// What is not needed may be broken.
    fn weighed(&self, check: Check) -> Check {
        let status = if self.in_use { check.status } else { check.status.min(Status::Warn) };
        Check { status, ..check }
    }

    fn address(&self) -> Check {
        let url = self.settings.display_url();
        match self.settings.clear_key_warning(self.name, self.credentials.has_key()) {
            Some(warning) => Check::said(Status::Warn, "address", &warning.replace(": use", "; use")),
            None => Check::ok("address", url),
        }
    }

    /// Goes on as long as going on makes sense.
    async fn look(&self, config: &Config, reach: Reach, checks: &mut Vec<Check>) {
        let (key, usable) = self.key();
        checks.push(key);
        if !usable {
            return;
        }
        let timeouts = config.timeouts(self.name);
        let credentials = setup::credentials(config, self.settings);
        let provider = match OpenAi::new(self.name, self.settings, credentials, timeouts) {
            Ok(provider) => provider,
            Err(error) => return unusable(checks, &error),
        };
        if let Err(error) = provider.prepare().await {
            return unusable(checks, &error);
        }
        if reach == Reach::Nobody {
            return;
        }
        let begun = Instant::now();
        let listed = match list(&provider).await {
            Ok(listed) => {
                let took = begun.elapsed();
                let found = format!("{} listed in {}", count(listed.len() as u64, "model"), duration(took));
                let check = if listed.is_empty() {
                    Check::warn("models", found, "load or allow one there (Ollama: `ollama pull NAME`)")
                } else {
                    Check::ok("models", found)
                };
                checks.push(check.figure("models", listed.len()).time("total_ms", Some(took)));
                Some(listed)
            }
            Err(error) => {
                if is_over(&error) {
                    return unusable(checks, &error);
                }
                checks.push(Check::refused(Status::Warn, "models", &error));
                None
            }
        };
        let wanted = self.models.first().map(|(model, _)| model);
        let first = wanted.or_else(|| listed.as_ref().and_then(|listed| listed.first())).cloned();
        let answered = match &first {
            Some(model) if reach == Reach::All => self.ask(config, &provider, model, checks).await,
            Some(_) => {
                checks.push(Check::ok("answer", "not asked for; only an answer tells whether the key holds"));
                false
            }
            None => false,
        };
        if let (Some(listed), Some(first)) = (listed, first) {
            checks.extend(self.unlisted(&listed, answered && !listed.contains(&first)));
        }
    }

    /// What it does when it is asked; whether it answers.
    async fn ask(&self, config: &Config, provider: &OpenAi, model: &ModelId, checks: &mut Vec<Check>) -> bool {
        let accepts = config.accepts(&config.name_of(self.name, model.as_str()));
        let Said { check, refused } = answer::check(provider, model, accepts).await;
        checks.push(check);
        let judge = if self.judges { config.address(&config.judge.model).model.into() } else { model.clone() };
        // What was refused for all models would be refused once more.
        let worth_it = refused
            .as_ref()
            .is_none_or(|error| error.fallback_scope() == FallbackScope::OtherModels && judge != *model);
        if worth_it {
            checks.push(formats::check(provider, &judge, config, self.judges).await);
        }
        refused.is_none()
    }

    /// Where the key is, and whether it makes sense to go on.
    fn key(&self) -> (Check, bool) {
        let place = self.credentials.place(&self.settings.key);
        match place {
            None => (Check::ok("key", "none needed"), true),
            Some(place) if self.credentials.has_key() => (Check::ok("key", format!("found: {place}")), true),
            Some(place) if self.settings.works_without_key() => {
                (Check::ok("key", format!("none in {place}; it is asked without one")), true)
            }
            Some(place) if !self.in_use => (Check::ok("key", format!("none in {place}, so it is not asked")), false),
            Some(place) => {
                let fix = format!("set {place} to your key, or choose another provider with --provider");
                let fix =
                    if self.settings.key.env.as_ref() == Some(&place) { fix } else { fix.replace("set", "write") };
                (Check::warn("key", format!("none in {place}"), fix), false)
            }
        }
    }

    /// The models that the settings name and the provider does not. `answers_all`: one of them answered, so that its list is
    /// not all it has.
    fn unlisted(&self, listed: &[ModelId], answers_all: bool) -> Option<Check> {
        let missing: Vec<String> = self
            .models
            .iter()
            .filter(|(model, _)| !listed.contains(model))
            .map(|(model, roles)| format!("{model} ({})", roles.join(", ")))
            .collect();
        if missing.is_empty() || listed.is_empty() {
            return None;
        }
        if answers_all {
            return Some(Check::ok("names", "answers to names that are not in its list, as servers of one model do"));
        }
        let found = format!("not in its list: {}", missing.join("; "));
        Some(Check::warn("names", found, "`pointsman models` shows what it has; name those in the configuration"))
    }
}

/// The models that `provider` has.
async fn list(provider: &impl Provider) -> Result<Vec<ModelId>, ProviderError> {
    let listed = tokio::time::timeout(PATIENCE, provider.models()).await.unwrap_or_else(|_| {
        let what = format!("{} did not list its models within {} s; try again", provider.name(), PATIENCE.as_secs());
        Err(ProviderError::new(ErrorKind::Timeout(Phase::FirstByte), what))
    });
    Ok(listed?.into_iter().map(|listed| listed.id.into()).collect())
}

/// Whether whatever is asked next would fail for the same reason.
fn is_over(error: &ProviderError) -> bool {
    matches!(error.kind, ErrorKind::Auth | ErrorKind::Unreachable | ErrorKind::Tls | ErrorKind::Timeout(_))
}

/// It cannot be asked anything: its key is none, or it is not reached.
fn unusable(checks: &mut Vec<Check>, error: &ProviderError) {
    if error.kind == ErrorKind::Auth {
        checks.retain(|check| check.name != "key");
        checks.push(Check::refused(Status::Fail, "key", error));
    } else {
        checks.push(Check::refused(Status::Fail, "reach", error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Overrides, Source};

    fn config(user: &str) -> Config {
        let source = Source { path: "test.toml".into(), text: user.to_owned() };
        Config::load(Some(&source), &Overrides::default()).unwrap()
    }

    #[test]
    fn needed_providers_come_first_with_the_judge_unless_it_is_unused() {
        let needed = |settings: &str| {
            let config = config(settings);
            let used = subjects(&config).iter().filter(|subject| subject.in_use).count();
            subjects(&config).iter().take(used).map(|subject| subject.name.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(needed(""), ["oxlo"]);
        let settings = "categories.coding.model = \"groq/m\"\njudge.model = \"openai/m\"\n";
        assert_eq!(needed(settings), ["groq", "oxlo", "openai"]);
        assert_eq!(needed(&format!("{settings}routing.escalate = \"never\"")), ["groq", "oxlo"]);
    }

    #[test]
    fn a_model_is_wanted_once_with_everything_that_it_does() {
        let config = config("");
        let subjects = subjects(&config);
        let told: Vec<_> = subjects[0].models.iter().map(|(model, roles)| (model.as_str(), roles.join(", "))).collect();
        assert_eq!(told[0], ("qwen-3-32b", "coding".to_owned()));
        assert_eq!(told[2], ("deepseek-v3.2", "general, fallback of reasoning, judge".to_owned()));
        let listed: Vec<ModelId> = ["qwen-3-32b", "deepseek-v3.2"].map(ModelId::from).into();
        let check = subjects[0].unlisted(&listed, false).unwrap();
        let missing = "llama-3.3-70b (reasoning, fallback of coding, fallback of general); kimi-k2.6 (vision); \
                       gemma-3-4b (fallback of vision)";
        assert_eq!(check.found, format!("not in its list: {missing}"));
        assert_eq!(subjects[0].unlisted(&listed, true).unwrap().status, Status::Ok);
    }
}
