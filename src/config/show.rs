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
        api_key_command: key.command.as_deref().map(without_keys),
        api_key_file: key.file.clone(),
        api_key_keyring: key.keyring.clone().map_or(Keyring::Off, Keyring::Service),
        // The two are headers by now.
        organization: None,
        project: None,
        path: Some(provider.path.clone()).filter(|path| path != CHAT_PATH),
        models_path: Some(provider.models_path.clone()).filter(|path| path != MODELS_PATH),
        max_tokens: provider.max_tokens,
        accepts: provider.accepts,
        ca_file: provider.ca_file.clone(),
        network: provider.timeouts,
        query: hidden(&provider.query),
        headers: hidden(&provider.headers),
    }
}

/// From this length on a word of a command could be a key.
const KEY_CHARS_MIN: usize = 16;

/// A command without the keys that are written in it: what it would print by itself, and words that look like one.
fn without_keys(command: &str) -> String {
    let ends = |c: char| c.is_whitespace() || "'\"`;|&()=<>".contains(c);
    let (mut shown, mut prints) = (String::new(), false);
    for piece in command.split_inclusive(ends) {
        let end = piece.chars().next_back().filter(|c| ends(*c));
        let word = end.map_or(piece, |end| piece.strip_suffix(end).unwrap_or(piece));
        let is_option = word.starts_with(['-', '%', '$']) && word.len() < KEY_CHARS_MIN;
        let hidden = !word.is_empty() && !is_option && (prints || looks_like_a_key(word));
        shown.push_str(if hidden { "…" } else { word });
        shown.extend(end);
        match word {
            "echo" | "printf" => prints = true,
            _ if end.is_some_and(|end| ";|&<>".contains(end)) => prints = false,
            _ => {}
        }
    }
    shown
}

/// Letters and digits mixed, in one long piece that is no path.
fn looks_like_a_key(word: &str) -> bool {
    let has = |class: fn(&char) -> bool| word.chars().any(|c| class(&c));
    word.len() >= KEY_CHARS_MIN
        && !word.contains(['/', '\\', '$'])
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_written_in_a_command_is_hidden_and_the_rest_is_shown() {
        for (command, shown) in [
            ("pass show oxlo", "pass show oxlo"),
            ("cat /run/secrets/oxlo_api_key_2026_01", "cat /run/secrets/oxlo_api_key_2026_01"),
            ("security find-generic-password -s oxlo -w", "security find-generic-password -s oxlo -w"),
            ("op read op://vault/oxlo/credential", "op read op://vault/oxlo/credential"),
            ("pass show oxlo | head -n 1", "pass show oxlo | head -n 1"),
            ("echo sk-short", "echo …"),
            ("echo 'my own secret words'", "echo '… … … …'"),
            ("printf '%s' hunter-and-two", "printf '%s' …"),
            ("echo -n a-key; pass show b", "echo -n …; pass show b"),
            ("KEY=sk-0123456789abcdef; true", "KEY=…; true"),
            ("fetch --token=sk-0123456789abcdef \"$URL\"", "fetch --token=… \"$URL\""),
        ] {
            assert_eq!(without_keys(command), shown);
        }
    }
}
