//! Files for the prompt in the input: read on request, shown as chips, taken away, opened; and the path behind an `@`.

use crate::archive::file_name;
use crate::attach::{Completion, PictureLimits, Secrets, may_be_dropped};
use crate::chat::{Blob, BlobHash};
use crate::engine::{Command, StoreQuery};
use crate::tui::effect::{AttachRequest, AttachSource, Effect};
use crate::tui::event::{NotAttached, Now, ReadFile};
use crate::tui::panels::{attach, secret};
use crate::tui::state::{AwaitedFile, FileUse, Focus, State, path_at};

/// Has the file at `path` read, as the user typed it: perhaps in quotes, or with spaces behind backslashes.
pub(crate) fn attach_path(state: &mut State, path: &str, secrets: Secrets) -> Effect {
    let path = &unquoted(path);
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    request(state, name, AttachSource::Path { path: path.to_owned(), secrets })
}

fn unquoted(path: &str) -> String {
    let path = path.trim();
    let inner = ['"', '\''].into_iter().find_map(|quote| path.strip_prefix(quote)?.strip_suffix(quote));
    inner.map_or_else(|| path.replace("\\ ", " "), str::to_owned)
}

/// Has the picture in the clipboard read.
pub(super) fn attach_clipboard(state: &mut State) -> Effect {
    request(state, "the picture in the clipboard", AttachSource::Clipboard)
}

/// Has a pasted text looked at, which may be the paths of files; `None`: it cannot be.
pub(super) fn attach_pasted(state: &mut State, text: &str) -> Option<Effect> {
    may_be_dropped(text).then(|| request(state, "what was pasted", AttachSource::Pasted(text.to_owned())))
}

fn request(state: &mut State, name: &str, source: AttachSource) -> Effect {
    let serial = state.draft.attached.read(name);
    let config = &state.start.config;
    let limits = PictureLimits { side: config.image_side_max(), bytes: config.chat.image_bytes };
    Effect::Attach(AttachRequest { serial, source, limits })
}

/// Files were read, or could not be: the first reason is shown, the others attach all the same.
pub(super) fn read(state: &mut State, serial: u64, files: Vec<ReadFile>, now: Now) -> Vec<Effect> {
    let wanted = state.draft.attached.was_read(serial);
    let mut effects = Vec::new();
    let mut notice = None;
    for file in files {
        match file {
            // What the user took away meanwhile stays away.
            Ok(_) if !wanted => {}
            Ok(file) => {
                notice = notice.or_else(|| Some(format!("{}: {}", file.attachment.name, file.remark.as_ref()?)));
                state.draft.attached.add(file.attachment);
                effects.push(Effect::Engine(Command::Hold(file.blob)));
            }
            Err(NotAttached::NoFiles(text)) => {
                state.window.focus = Focus::Composer;
                state.composer.insert(&text);
            }
            Err(NotAttached::Secret { path, name }) => secret::ask(state, path, &name),
            Err(NotAttached::Refused(why)) => notice = notice.or(Some(why)),
        }
    }
    if let Some(notice) = notice {
        state.tell(notice, now);
    }
    effects
}

/// Takes the last file away; `false` where there is none.
pub(super) fn remove_last(state: &mut State, now: Now) -> bool {
    let removed = state.draft.attached.remove_last();
    if let Some(name) = &removed {
        state.tell(format!("Removed {name}"), now);
    }
    removed.is_some()
}

/// Asks for what the path at the caret can become, whenever it has changed. One that was typed to its end is attached when
/// the next word begins.
pub(super) fn follow(state: &mut State) -> Option<Effect> {
    let path = if state.window.focus == Focus::Composer && state.panel.is_none() {
        path_at(state.composer.before_caret()).map(|(_, path)| path.to_owned())
    } else {
        None
    };
    let goes_on = path.is_none() && state.composer.is_behind_blank();
    let typed = state.draft.completion.typed_out().filter(|_| goes_on).map(str::to_owned);
    let asked = state.draft.completion.follow(path.as_deref()).map(Effect::Complete);
    typed.map(|path| attach_path(state, &path, Secrets::Ask)).or(asked)
}

/// The disk has these for a path.
pub(super) fn completed(state: &mut State, typed: &str, offers: Vec<Completion>) {
    attach::completed(state, typed, &offers);
    state.draft.completion.found(typed, offers);
}

/// Takes the selected path: a folder leads on, a file is attached and named in the text.
pub(super) fn accept(state: &mut State) -> Vec<Effect> {
    let Some(path) = state.draft.completion.choice().map(|choice| choice.path.clone()) else { return Vec::new() };
    let Some((at, _)) = path_at(state.composer.before_caret()) else { return Vec::new() };
    if path.ends_with('/') {
        state.composer.replace_before_caret(at, &format!("@{path}"));
        return Vec::new();
    }
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    state.composer.replace_before_caret(at, &name);
    vec![attach_path(state, &path, Secrets::Ask)]
}

/// Has a file opened with the desktop's program, or saved, once its content is there.
pub(crate) fn load(state: &mut State, name: String, hash: BlobHash, then: FileUse) -> Effect {
    state.awaited.push(AwaitedFile { name, hash: hash.clone(), then });
    Effect::Engine(Command::Query(StoreQuery::Blob(hash)))
}

/// The content of a file is there, or is not. Equal questions get one reply, so it is for all that wait for it.
pub(super) fn loaded(state: &mut State, hash: &BlobHash, blob: Option<&Blob>, now: Now) -> Vec<Effect> {
    let awaited = std::mem::take(&mut state.awaited).into_iter();
    let (there, others): (Vec<_>, Vec<_>) = awaited.partition(|file| file.hash == *hash);
    state.awaited = others;
    let mut effects = Vec::new();
    for AwaitedFile { name, then, .. } in there {
        match (blob.cloned(), then) {
            (Some(blob), FileUse::Open) => effects.push(Effect::OpenFile { name, blob }),
            (Some(blob), FileUse::Save) => {
                effects.push(Effect::SaveFile { name: file_name(&name, &blob.media_type), blob });
            }
            (None, _) => state.tell(format!("The content of {name} was not saved"), now),
        }
    }
    effects
}
