//! Reading a table of keys: the built-in one, and the user's over it. Errors name the line and what to write.

use super::{Binding, Chord, Context, Keymap};
use crate::tui::action::Action;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    bind: Vec<toml::Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    context: Context,
    key: String,
    action: String,
}

impl Keymap {
    /// Adds the rows of `text` and wins over what is bound already; `name` is what the file is called in messages.
    pub(super) fn add(&mut self, text: &str, name: &str) -> Result<(), String> {
        let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            format!(
                "{name}:{}: {}; rows look like {{ context = \"global\", key = \"ctrl-k\", action = \"stop\" }}",
                line(at),
                error.message().replace('`', "'")
            )
        })?;
        let mut here: Vec<(Context, Chord)> = Vec::new();
        for row in file.bind {
            let start = row.span().start;
            // Only a mistake has to be found in the file.
            let at = || format!("{name}:{}", line(start));
            let Row { context, key, action } = row.into_inner();
            let chord: Chord = key.parse().map_err(|why| format!("{}: '{key}' is no key: {why}", at()))?;
            if here.contains(&(context, chord)) {
                return Err(format!("{}: '{key}' is bound twice in the same context; remove one of the two", at()));
            }
            here.push((context, chord));
            self.bind(context, chord, &action).map_err(|why| format!("{}: {why}", at()))?;
        }
        Ok(())
    }

    fn bind(&mut self, context: Context, chord: Chord, action: &str) -> Result<(), String> {
        self.bindings.retain(|binding| (binding.context, binding.chord) != (context, chord));
        if action == "none" {
            return Ok(());
        }
        let action = Action::named(action).ok_or_else(|| {
            let names = Action::all().iter().map(|action| action.name());
            let near: Vec<_> = names.filter(|known| alike(known, action)).collect();
            match near.as_slice() {
                [] => format!("there is no action '{action}'; F1 in the program lists their names"),
                near => format!("there is no action '{action}'; did you mean {}?", near.join(" or ")),
            }
        })?;
        self.bindings.push(Binding { context, chord, action });
        Ok(())
    }
}

/// Returns true if two names share a word of four letters or more.
fn alike(one: &str, other: &str) -> bool {
    one.split('-').any(|word| word.len() >= 4 && other.split(['-', '_', ' ']).any(|theirs| theirs == word))
}
