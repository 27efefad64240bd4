//! The effective settings as text for `config show`.
//!
//! Owns what of them is shown: keys are not in them, and what may be secret is hidden.

use super::file::{Category, File, Keyring, Provider};
use super::layers;
use super::provider::{CHAT_PATH, MODELS_PATH, ProviderConfig};
use super::registry::{self, Registry};
use super::settings::Config;
use super::text::Text;
use indexmap::IndexMap;

/// The effective settings in the shape of the file.
pub(super) fn render(config: &Config) -> String {
    let Config { registry, .. } = config;
    let info = |id| registry.model(&id).cloned().map(|info| (id, info));
    let file = File {
        provider: config.provider.clone(),
        providers: config.providers.iter().map(|(name, endpoint)| (name.clone(), provider(endpoint))).collect(),
        categories: registry
            .categories()
            .iter()
            .map(|it| (it.id.to_string(), category(it)))
            .chain(disabled(registry))
            .collect(),
        models: registry.models().into_iter().filter_map(info).collect(),
        chat: config.chat.clone(),
        routing: config.routing.clone(),
        judge: config.judge.clone(),
        network: config.network.clone(),
        retry: config.retry.clone(),
        ui: config.ui.clone(),
    };
    toml::to_string(&file).unwrap_or_else(|error| format!("# cannot be shown: {error}\n"))
}

fn category(category: &registry::Category) -> Category {
    Category {
        model: Some(category.model.to_string()),
        fallbacks: category.fallbacks.iter().map(ToString::to_string).collect(),
        description: category.description.clone(),
        examples: category.examples.clone(),
        system_prompt: category.system_prompt.clone(),
        max_tokens: category.max_tokens,
        enabled: true,
    }
}

/// The default categories that the user disabled. Without them the text, used as a file, would bring them back.
fn disabled(registry: &Registry) -> impl Iterator<Item = (String, Category)> {
    let defaults = layers::merge(None).map(|(file, _)| file.categories).unwrap_or_default();
    let disabled = defaults.into_iter().filter(|(name, _)| registry.category(&name.as_str().into()).is_none());
    disabled.map(|(name, category)| (name, Category { enabled: false, ..category }))
}

/// Of what is sent along only names are shown: values may be secret.
fn provider(provider: &ProviderConfig) -> Provider {
    let hidden =
        |values: &IndexMap<String, Text>| values.iter().map(|(name, text)| (name.clone(), text.shown())).collect();
    let ProviderConfig { key, .. } = provider;
    Provider {
        base_url: Some(provider.display_url()),
        api_key_env: key.env.clone(),
        api_key_command: key.command.clone(),
        api_key_file: key.file.clone(),
        api_key_keyring: key.keyring.clone().map_or(Keyring::Off, Keyring::Service),
        // The two are headers by now.
        organization: None,
        project: None,
        path: Some(provider.path.clone()).filter(|path| path != CHAT_PATH),
        models_path: Some(provider.models_path.clone()).filter(|path| path != MODELS_PATH),
        max_tokens: provider.max_tokens,
        ca_file: provider.ca_file.clone(),
        network: provider.timeouts,
        query: hidden(&provider.query),
        headers: hidden(&provider.headers),
    }
}
