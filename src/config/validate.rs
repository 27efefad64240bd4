//! From a file that has the right shape to a [`Config`] that makes sense: every name leads somewhere, every figure fits.

use super::file::{self, File};
use super::keys::BASE_URL;
use super::problem::{Problem, Problems};
use super::providers::{CUT, is_address, is_cut_by_password};
use super::{
    Category, CategoryId, ChatConfig, Config, JudgeConfig, ModelId, ModelInfo, NetworkConfig, Overrides,
    ProviderConfig, Registry, RetryConfig, RoutingConfig, Source, Text, Timeouts, UiConfig, keys, layers,
};
use crate::text::sanitize::sanitize;
use indexmap::IndexMap;
use std::time::Duration;

/// Turns `file` into a [`Config`].
///
/// # Errors
/// Everything that makes no sense, not only the first.
pub(super) fn validate(file: File, user: Option<&Source>, overrides: &Overrides) -> Result<Config, Problems> {
    let mut check = Check { user, problems: Vec::new() };
    let providers = check.providers(file.providers, &file.provider, overrides);
    let provider = check.provider(file.provider, &providers, overrides);
    let categories = check.categories(file.categories);
    let routing = RoutingConfig {
        default: check.default_category(&file.routing.default, &categories),
        threshold: check.threshold(file.routing.threshold),
        escalate: file.routing.escalate,
        head: Some(file.routing.head).filter(|path| !path.is_empty()).map(Into::into),
    };
    let judge = check.judge(file.judge);
    let network = NetworkConfig {
        timeouts: check.timeouts(&["network"], file.network.timeouts().map(Some)).map(Option::unwrap_or_default),
        local: check.timeouts(&["network", "local"], file.network.local.timeouts()),
        ca_file: file.network.ca_file.filter(|path| !path.is_empty()).map(Into::into),
        proxy: check.proxy(file.network.proxy),
    };
    let retry = check.retry(&file.retry);
    check.windows(&file.chat, &file.models);
    let models: IndexMap<ModelId, ModelInfo> = file
        .models
        .into_iter()
        .map(|(id, model)| {
            let info = ModelInfo { context_window: model.context_window, vision: model.vision };
            (ModelId::from(id), info)
        })
        .collect();
    if !check.problems.is_empty() {
        return Err(Problems(check.problems));
    }
    Ok(Config {
        provider,
        providers,
        registry: Registry::new(categories, models),
        chat: ChatConfig {
            system_prompt: sanitize(&file.chat.system_prompt),
            context_window: file.chat.context_window,
            answer_reserve: file.chat.answer_reserve,
        },
        routing,
        judge,
        network,
        retry,
        ui: UiConfig { mouse: file.ui.mouse, reasoning: file.ui.reasoning },
    })
}

/// The most examples of a category, and the most characters of one: far above what a person writes, and low enough
/// that a file pasted in the wrong place is noticed here and not as a slow start.
const EXAMPLES: usize = 200;
const EXAMPLE: usize = 2_000;

/// A label as the judge may write it: only its letters and digits count, in lower case.
pub(crate) fn plain_label(label: &str) -> String {
    label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name can be shown as it is.
pub(super) fn is_printable(name: &str) -> bool {
    !name.contains(['\n', '\t']) && sanitize(name) == name
}

pub(super) struct Check<'a> {
    user: Option<&'a Source>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    pub(super) fn report(&mut self, key: &[&str], what: impl Into<String>, fix: impl Into<String>) {
        self.problems.push(Problem {
            place: layers::place(self.user, key),
            key: key.join("."),
            what: what.into(),
            fix: fix.into(),
        });
    }

    /// The same about a variable or a flag, which stands in no file.
    pub(super) fn report_variable(&mut self, name: &str, what: impl Into<String>, fix: impl Into<String>) {
        let problem = Problem { place: None, key: name.to_owned(), what: what.into(), fix: fix.into() };
        self.problems.push(problem);
    }

    fn providers(
        &mut self,
        given: IndexMap<String, file::Provider>,
        active: &str,
        overrides: &Overrides,
    ) -> IndexMap<String, ProviderConfig> {
        let active = overrides.provider.as_deref().unwrap_or(active);
        let mut providers = IndexMap::new();
        self.printable(&["providers"], given.keys());
        for (name, provider) in given {
            let named = overrides.base_url.as_ref().filter(|_| name == active);
            if let Some(provider) = self.endpoint(&name, provider, named) {
                providers.insert(name, provider);
            }
        }
        providers
    }

    fn provider(
        &mut self,
        written: String,
        providers: &IndexMap<String, ProviderConfig>,
        overrides: &Overrides,
    ) -> String {
        let known = || format!("write one of {}", list(providers.keys().map(String::as_str)));
        match &overrides.provider {
            Some(flag) if !providers.contains_key(flag) => {
                self.report_variable("--provider", format!("there is no provider '{flag}'"), known());
            }
            None if !providers.contains_key(&written) => {
                let fix = format!("{}, or add [providers.{written}] with its {BASE_URL}", known());
                self.report(&["provider"], format!("there is no provider '{written}'"), fix);
            }
            _ => {}
        }
        overrides.provider.clone().unwrap_or(written)
    }

    fn categories(&mut self, given: IndexMap<String, file::Category>) -> Vec<Category> {
        let mut categories: Vec<Category> = Vec::new();
        for (name, category) in given.into_iter().filter(|(_, category)| category.enabled) {
            let here = ["categories", name.as_str()];
            let label = plain_label(&name);
            if label.is_empty() || name.contains(char::is_whitespace) || !is_printable(&name) {
                self.report(
                    &here,
                    format!("'{}' cannot be a category's name", name.escape_debug()),
                    "write a single word, like [categories.translation]: the judge answers with it",
                );
            } else if let Some(twin) = categories.iter().find(|other| plain_label(other.id.as_str()) == label) {
                let what = format!("'{name}' and '{}' are the same word to the judge", twin.id);
                self.report(&here, what, "give one of them another name");
            }
            self.examples(&name, &category.examples);
            self.printable(&["categories", &name, "model"], category.model.iter());
            self.printable(&["categories", &name, "fallbacks"], category.fallbacks.iter());
            let Some(model) = category.model.filter(|model| !model.trim().is_empty()) else {
                self.report(
                    &["categories", &name, "model"],
                    format!("the category '{name}' has no model"),
                    "write model = \"…\" with the name of the model that answers it",
                );
                continue;
            };
            categories.push(Category {
                id: CategoryId::from(name),
                model: ModelId::from(model),
                fallbacks: category.fallbacks.into_iter().map(ModelId::from).collect(),
                description: sanitize(&category.description),
                examples: category.examples.iter().map(|example| sanitize(example)).collect(),
                system_prompt: category.system_prompt.as_deref().map(sanitize),
            });
        }
        categories
    }

    fn examples(&mut self, category: &str, examples: &[String]) {
        let key = ["categories", category, "examples"];
        if examples.len() > EXAMPLES {
            let what = format!("{} examples are more than the {EXAMPLES} that fit", examples.len());
            self.report(&key, what, "keep the ones that differ most from each other");
        }
        for (index, example) in examples.iter().enumerate() {
            let (number, length) = (index + 1, example.chars().count());
            if example.trim().is_empty() {
                self.report(&key, format!("example {number} is empty"), "write a prompt that belongs here, or drop it");
            } else if length > EXAMPLE {
                let what = format!("example {number} has {length} characters, which is more than {EXAMPLE}");
                self.report(&key, what, "keep the sentence or two that show where it belongs");
            }
        }
    }

    /// Names are shown, and what is shown must not be able to command the terminal.
    fn printable<'a>(&mut self, key: &[&str], names: impl Iterator<Item = &'a String>) {
        for name in names.filter(|name| !is_printable(name)) {
            let what = format!("'{}' holds control or invisible characters", name.escape_debug());
            self.report(key, what, "write the name as the provider lists it");
        }
    }

    fn threshold(&mut self, threshold: Option<f64>) -> Option<f64> {
        if threshold.is_some_and(|threshold| !(0.0..=1.0).contains(&threshold)) {
            let fix = "write a probability from 0 to 1, like 0.95: the classifier decides from there on";
            self.report(&["routing", "threshold"], "this is no probability", fix);
        }
        threshold
    }

    fn default_category(&mut self, default: &str, categories: &[Category]) -> CategoryId {
        let id = CategoryId::from(default);
        if !categories.iter().any(|category| category.id == id) {
            let known = list(categories.iter().map(|category| category.id.as_str()));
            self.report(
                &["routing", "default"],
                format!("there is no category '{default}'"),
                format!("write one of {known}: it takes every prompt that cannot be classified"),
            );
        }
        id
    }

    fn judge(&mut self, judge: file::Judge) -> JudgeConfig {
        if judge.model.trim().is_empty() {
            self.report(
                &["judge", "model"],
                "there is no judge",
                "write the name of a fast model: it is asked which category a prompt belongs to",
            );
        }
        for (key, tokens, enough) in
            [("max_tokens", judge.max_tokens, 10), ("max_tokens_structured", judge.max_tokens_structured, 200)]
        {
            if tokens == 0 {
                let fix = format!("write {enough} or so");
                self.report(&["judge", key], "a judge that may not answer cannot judge", fix);
            }
        }
        self.printable(&["judge", "model"], std::iter::once(&judge.model));
        JudgeConfig {
            model: ModelId::from(judge.model),
            timeout: self.seconds(&["judge", "timeout_seconds"], judge.timeout_seconds),
            max_tokens: judge.max_tokens,
            max_tokens_structured: judge.max_tokens_structured,
            system_prompt: sanitize(&judge.system_prompt),
            system_prompt_structured: sanitize(&judge.system_prompt_structured),
            breaker_failures: judge.breaker_failures,
            breaker_rest: self.seconds(&["judge", "breaker_seconds"], judge.breaker_seconds),
        }
    }

    fn retry(&mut self, retry: &file::Retry) -> RetryConfig {
        RetryConfig {
            retries: retry.retries,
            backoff: self.seconds(&["retry", "backoff_seconds"], retry.backoff_seconds),
            longest_wait: self.seconds(&["retry", "longest_wait_seconds"], retry.longest_wait_seconds),
            per_minute: retry.per_minute,
            breaker_failures: retry.breaker_failures,
            breaker_window: self.seconds(&["retry", "breaker_window_seconds"], retry.breaker_window_seconds),
            breaker_rest: self.seconds(&["retry", "breaker_seconds"], retry.breaker_seconds),
        }
    }

    fn windows(&mut self, chat: &file::Chat, models: &IndexMap<String, file::Model>) {
        let fix = "write the model's whole window in tokens, like 32768";
        if chat.context_window == 0 {
            self.report(&["chat", "context_window"], "a window of 0 tokens holds nothing", fix);
        }
        self.printable(&["models"], models.keys());
        for (name, _) in models.iter().filter(|(_, model)| model.context_window == Some(0)) {
            self.report(&["models", name, "context_window"], "a window of 0 tokens holds nothing", fix);
        }
    }

    /// The proxy for every request.
    fn proxy(&mut self, given: Option<String>) -> Option<Text> {
        let text = Text::read(given.filter(|proxy| !proxy.is_empty())?);
        let key = ["network", "proxy"];
        match &text {
            Text::Variable(_) => Some(self.text(&key, text.shown())),
            Text::Written(url) => {
                if is_cut_by_password(url) {
                    self.report(&key, CUT.0, CUT.1);
                } else if !is_address(url, &["http", "https", "socks5", "socks5h"]) {
                    let fix = "write it in full, like \"http://proxy.example:3128\"; socks5:// is known, too";
                    self.report(&key, "this is no address of a proxy", fix);
                }
                Some(text)
            }
        }
    }

    pub(super) fn timeouts(&mut self, table: &[&str], given: Timeouts<Option<f64>>) -> Timeouts<Option<Duration>> {
        let mut checked = |key, given: Option<f64>| given.map(|given| self.seconds(&[table, &[key]].concat(), given));
        Timeouts {
            connect: checked(keys::CONNECT_TIMEOUT, given.connect),
            first_byte: checked(keys::FIRST_BYTE_TIMEOUT, given.first_byte),
            first_token: checked(keys::FIRST_TOKEN_TIMEOUT, given.first_token),
            idle: checked(keys::IDLE_TIMEOUT, given.idle),
            turn: checked(keys::TURN_TIMEOUT, given.turn),
        }
    }

    fn seconds(&mut self, key: &[&str], seconds: f64) -> Duration {
        // A day is longer than any wait a person means, and far from the range where Duration would overflow.
        if seconds > 0.0 && seconds <= 86_400.0 {
            return Duration::from_secs_f64(seconds);
        }
        self.report(key, format!("{seconds} is no time to wait"), "write seconds above 0, like 5.0, and at most 86400");
        Duration::ZERO
    }
}

pub(super) fn is_variable_name(text: &str) -> bool {
    // In capitals, as such variables are written: keys are not, and some keys hold nothing but letters and digits.
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}
