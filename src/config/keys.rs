//! The names of settings, as messages give them. A message that names a setting takes the name from here.
//!
//! Owns no meaning. A test holds every name against the settings that [`super::Config::load`] knows.

/// Defines the constants, and for the test the list of all of them with the table that each stands in.
macro_rules! keys {
    ($([$table:literal] $($name:ident = $key:literal)*)*) => {
        $($(pub(crate) const $name: &str = $key;)*)*
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$($(($table, $key)),*),*];
    };
}

keys! {
    // Keys with their table in front.
    [""]
    CHAT_ANSWER_BYTES = "chat.answer_bytes"
    JUDGE_MODEL = "judge.model"
    JUDGE_TIMEOUT = "judge.timeout_seconds"
    NETWORK = "network"
    NETWORK_CA_FILE = "network.ca_file"
    NETWORK_LOCAL = "network.local"
    NETWORK_PROXY = "network.proxy"
    ROUTING_HEAD = "routing.head"
    // Keys of a provider, whose name the message gives or the reader knows.
    ["providers.x"]
    API_KEY_COMMAND = "api_key_command"
    API_KEY_ENV = "api_key_env"
    API_KEY_FILE = "api_key_file"
    BASE_URL = "base_url"
    CA_FILE = "ca_file"
    PATH = "path"
    // Keys of a model.
    ["models.x"]
    CONTEXT_WINDOW = "context_window"
    // Keys of `network`, `network.local` and a provider's own `network`.
    ["network"]
    CONNECT_TIMEOUT = "connect_timeout_seconds"
    FIRST_BYTE_TIMEOUT = "first_byte_timeout_seconds"
    FIRST_TOKEN_TIMEOUT = "first_token_timeout_seconds"
    IDLE_TIMEOUT = "idle_timeout_seconds"
    TURN_TIMEOUT = "turn_timeout_seconds"
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::config::{Config, Overrides, Source};

    #[test]
    fn every_name_in_a_message_is_a_setting() {
        for (table, key) in ALL {
            let name = format!("{table}.{key}");
            // No setting is a list of lists, so a known one is refused for its type and an unknown one for its name.
            let source = Source { path: "c.toml".into(), text: format!("{} = [[]]", name.trim_start_matches('.')) };
            let problem = Config::load(Some(&source), &Overrides::default()).unwrap_err().to_string();
            assert!(problem.contains("the value has the wrong type"), "{name}: {problem}");
        }
    }
}
