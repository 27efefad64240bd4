//! From a file that has the right shape to a [`Config`] that makes sense: every name leads somewhere.
//!
//! Owns what needs more than one setting to be checked. What a single value may be is in [`super::checked`].

mod check;
mod endpoint;

use super::checked::{is_printable, unless_blank};
use super::file::{self, File};
use super::keys::BASE_URL;
use super::problem::{Problem, Problems};
use super::provider::ProviderConfig;
use super::registry::{Category, CategoryId, ModelId, Registry, plain_label};
use super::settings::Config;
use super::source::{Overrides, Source};
use crate::text::sanitize::sanitize;
use check::Check;
use indexmap::IndexMap;

/// The most examples of a category, and the most characters of one: far above what a person writes, and low enough
/// that a file pasted in the wrong place is noticed here and not as a slow start.
const EXAMPLES_MAX: usize = 200;
const EXAMPLE_CHARS_MAX: usize = 2_000;

/// Turns `file` into a [`Config`]. `refused`: the values that [`super::layers`] replaced by their defaults.
///
/// # Errors
/// Everything that makes no sense, not only the first.
pub(super) fn validate(
    file: File,
    refused: Vec<Problem>,
    user: Option<&Source>,
    overrides: &Overrides,
) -> Result<Config, Problems> {
    let mut check = Check::new(user, refused);
    let providers = check.providers(file.providers, &file.provider, overrides);
    let provider = check.provider(file.provider, &providers, overrides);
    let categories = check.categories(file.categories);
    check.default_category(&file.routing.default, &categories);
    check.printable(&["models"], file.models.keys().map(ModelId::as_str));
    check.result()?;
    Ok(Config {
        provider,
        providers,
        registry: Registry::new(categories, file.models),
        chat: file.chat,
        routing: file.routing,
        judge: file.judge,
        network: file.network,
        retry: file.retry,
        ui: file.ui,
    })
}

impl Check<'_> {
    fn providers(
        &mut self,
        given: IndexMap<String, file::Provider>,
        active: &str,
        overrides: &Overrides,
    ) -> IndexMap<String, ProviderConfig> {
        let active = overrides.provider.as_deref().unwrap_or(active);
        let mut providers = IndexMap::new();
        self.printable(&["providers"], given.keys().map(String::as_str));
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
            self.printable(&["categories", &name, "model"], category.model.as_deref().into_iter());
            self.printable(&["categories", &name, "fallbacks"], category.fallbacks.iter().map(String::as_str));
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
                system_prompt: category.system_prompt.as_deref().map(sanitize).map(unless_blank),
                max_tokens: category.max_tokens,
            });
        }
        categories
    }

    fn examples(&mut self, category: &str, examples: &[String]) {
        let key = ["categories", category, "examples"];
        if examples.len() > EXAMPLES_MAX {
            let what = format!("{} examples are more than the {EXAMPLES_MAX} that fit", examples.len());
            self.report(&key, what, "keep the ones that differ most from each other");
        }
        for (index, example) in examples.iter().enumerate() {
            let (number, length) = (index + 1, example.chars().count());
            if example.trim().is_empty() {
                self.report(&key, format!("example {number} is empty"), "write a prompt that belongs here, or drop it");
            } else if length > EXAMPLE_CHARS_MAX {
                let what = format!("example {number} has {length} characters, which is more than {EXAMPLE_CHARS_MAX}");
                self.report(&key, what, "keep the sentence or two that show where it belongs");
            }
        }
    }

    fn default_category(&mut self, default: &CategoryId, categories: &[Category]) {
        if !categories.iter().any(|category| category.id == *default) {
            let known = list(categories.iter().map(|category| category.id.as_str()));
            self.report(
                &["routing", "default"],
                format!("there is no category '{default}'"),
                format!("write one of {known}: it takes every prompt that cannot be classified"),
            );
        }
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}
