//! Writing the prompt in the user's own editor.

use crate::disk::Scratch;
use crate::shell::ChildEnv;
use std::io::Write;

/// Opens `text` in `$VISUAL` or `$EDITOR` and gives back what was saved.
///
/// # Errors
/// A line for the user; the text in the input is left as it was.
pub(super) async fn edit(env: ChildEnv, text: String, scratch: Scratch) -> Result<String, String> {
    let edited = tokio::task::spawn_blocking(move || edit_now(&env, &text, &scratch));
    edited.await.unwrap_or_else(|_| Err("the editor could not be watched; the prompt is as it was".to_owned()))
}

fn edit_now(env: &ChildEnv, text: &str, scratch: &Scratch) -> Result<String, String> {
    let editor =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|name| !name.trim().is_empty()));
    let Some(editor) = editor else {
        return Err("no editor is set; put EDITOR=nano (or another) into the environment".to_owned());
    };
    let failed = |error: std::io::Error| format!("'{editor}' could not be used ({error}); the prompt is as it was");
    // Only the user can read it: a prompt may be private. What an editor leaves beside it goes, too.
    let folder = scratch.path().map_err(failed)?;
    let mut file = tempfile::Builder::new().prefix("prompt-").suffix(".md").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    // The variable may hold arguments, as in "code --wait".
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let status = env.program(program).as_std_mut().args(words).arg(file.path()).status().map_err(failed)?;
    if !status.success() {
        return Err(format!("'{editor}' ended with an error; the prompt is as it was"));
    }
    // Many editors replace the file, so it is read by its name.
    let bytes = std::fs::read(file.path()).map_err(failed)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
