//! Any text as a configuration: it holds or is refused in words that a terminal can show, and what `config show` prints
//! of one that holds, holds too.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pointsman::config::{Config, Overrides, Source};

fuzz_target!(|bytes: &[u8]| {
    match load(String::from_utf8_lossy(bytes).into_owned()) {
        Ok(config) => {
            let shown = config.to_toml();
            let again = load(shown.clone()).unwrap_or_else(|problems| panic!("{problems}\n{shown}"));
            assert_eq!(again.to_toml(), shown, "it is shown differently when it is read again");
        }
        Err(problems) => {
            let told = problems.to_string();
            let hostile = told.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
            assert_eq!(hostile, None, "a message has a control character: {told:?}");
        }
    }
});

fn load(text: String) -> Result<Config, pointsman::config::Problems> {
    Config::load(Some(&Source { path: "config.toml".into(), text }), &Overrides::default())
}
