//! Which chat the user means: a name, the beginning of one that no other has, or `last`.

use crate::chat::ConversationId;
use crate::cli::Failure;
use crate::store::{ChatRow, Store};
use crate::text::sanitize::one_line;

/// So many chats are named when a beginning fits several.
const NAMED: usize = 5;
/// What says what was touched last.
pub(super) const LAST: &str = "last";

/// The chat that `name` names.
pub(super) async fn one(store: &Store, name: &str) -> Result<ChatRow, Failure> {
    Ok(all(store, std::slice::from_ref(&name.to_owned())).await?.swap_remove(0))
}

/// The chats that `names` name, each once.
pub(super) async fn all(store: &Store, names: &[String]) -> Result<Vec<ChatRow>, Failure> {
    let chats = store.chats().await?;
    let withdrawn = store.withdrawn_chats().await?;
    let mut found: Vec<ChatRow> = Vec::new();
    for name in names {
        let chat = find(&chats, &withdrawn, name)?;
        if !found.iter().any(|known| known.head.id == chat.head.id) {
            found.push(chat.clone());
        }
    }
    Ok(found)
}

/// One of the chats, or of those in which every prompt was taken back.
fn find<'a>(chats: &'a [ChatRow], withdrawn: &'a [ChatRow], name: &str) -> Result<&'a ChatRow, Failure> {
    if name == LAST {
        let none = || Failure::Usage("there are no chats yet".to_owned());
        return chats.first().ok_or_else(none);
    }
    let fits: Vec<&ChatRow> = chats.iter().chain(withdrawn).filter(|chat| begins(chat.head.id, name)).collect();
    match fits.as_slice() {
        [chat] => Ok(chat),
        [] => {
            let name = one_line(name, 40);
            Err(Failure::Usage(format!("there is no chat '{name}'; 'pointsman history list --archived' lists all")))
        }
        several => {
            let named = several.iter().take(NAMED).map(|chat| label(chat)).collect::<Vec<_>>().join("\n  ");
            let more = if several.len() > NAMED { "\n  …" } else { "" };
            let many = several.len();
            Err(Failure::Usage(format!(
                "'{name}' begins the names of {many} chats; write more of it:\n  {named}{more}"
            )))
        }
    }
}

/// Whether the name of `id` begins so. Capitals do not matter, as in names themselves.
fn begins(id: ConversationId, with: &str) -> bool {
    !with.is_empty() && id.to_string().starts_with(&with.to_ascii_lowercase())
}

/// A chat in a line.
pub(super) fn label(chat: &ChatRow) -> String {
    format!("{} {}", chat.head.id, title(&chat.head.title))
}

/// A title as lists show it.
pub(super) fn title(title: &str) -> String {
    let title = one_line(title, 200);
    if title.is_empty() { "untitled".to_owned() } else { title }
}
