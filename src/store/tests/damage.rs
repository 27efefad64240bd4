//! Damaged databases: what can be read of them is kept, and what cannot is named.

use super::*;
use crate::store::locks::Hold;
use crate::store::{Examined, Recovery, Salvaged, examine, mark_to_be_read};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::FileExt;

/// So many chats, with so many turns each, are long enough for many pages.
const CHATS: u64 = 8;
const TURNS: u64 = 12;

fn prompt(id: u64) -> String {
    format!("prompt number {id} {}", "of some length ".repeat(10))
}

/// A database with chats, which is closed.
async fn lived_in() -> Place {
    let place = Place::new();
    let store = place.open();
    for chat in 1..=CHATS {
        for turn in 0..TURNS {
            let id = chat * 100 + turn;
            store.settle(head(chat), answered(id, &prompt(id), &format!("answer {id} {}", "word ".repeat(40))));
            store.record(NewDecision { turn: Some(TurnId(id)), ..new(0, &prompt(id), "coding", Decider::Judge) });
        }
    }
    store.teach(lesson(0, "p", "coding")).await.unwrap();
    place
}

/// The pages of a table or index, by the kind that `SQLite` calls them.
fn pages(place: &Place, name: &str, kind: &str) -> Vec<u64> {
    let connection = Connection::open(place.path()).unwrap();
    let mut statement =
        connection.prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path").unwrap();
    let pages = statement.query_map([name, kind], |row| value::count(row, "pageno")).unwrap();
    pages.map(Result::unwrap).collect()
}

fn overwrite(place: &Place, page: u64) {
    let file = fs::File::options().write(true).open(place.path()).unwrap();
    file.write_all_at(&[0x55; 4_096], (page - 1) * 4_096).unwrap();
}

/// Opens it and reads all of it, as after an operation that met damage.
fn read_all(place: &Place) -> (Store, Opened) {
    mark_to_be_read(&place.path());
    Store::open(&place.path(), at(0)).unwrap()
}

async fn prompts(store: &Store) -> BTreeSet<u64> {
    let mut prompts = BTreeSet::new();
    for chat in store.export_ids().await.unwrap() {
        let kept = store.kept_chat(chat).await.unwrap().unwrap();
        prompts.extend(kept.turns.iter().map(|kept| kept.turn.id().0));
    }
    prompts
}

#[tokio::test]
async fn a_damaged_index_costs_nothing_wherever_it_is_damaged() {
    for index in ["decisions_by_time", "turns_by_conversation", "blocks_by_place", "sqlite_autoindex_verdicts_1"] {
        let place = lived_in().await;
        let page = pages(&place, index, "leaf")[0];
        overwrite(&place, page);
        let (store, opened) = read_all(&place);
        let salvaged = opened.salvaged.clone().unwrap();
        let all = CHATS * TURNS;
        assert_eq!(salvaged, Salvaged { prompts: all, torn: vec![], lost: vec![], ..salvaged.clone() }, "{index}");
        assert!(
            opened.notice().unwrap().contains("; 96 prompts could be kept, and nothing else is known to be lost; ")
        );
        assert!(opened.set_aside.unwrap().exists());
        assert_eq!(prompts(&store).await.len() as u64, all);
        let chat = store.chat(ConversationId(3)).await.unwrap().unwrap();
        assert!(chat.conversation.all().iter().all(|turn| turn.answer().starts_with("answer 3")));
        assert_eq!(store.search("answer 311".to_owned(), 9).await.unwrap().len(), 1);
        assert_eq!(store.chats().await.unwrap().len() as u64, CHATS);
        drop(store);
        let again = read_all(&place).1;
        assert_eq!((again.notice(), again.set_aside), (None, None), "it is whole");
    }
}

#[tokio::test]
async fn entries_that_an_index_lacks_are_put_into_it_where_the_file_is() {
    let place = lived_in().await;
    let leaf = pages(&place, "turns_by_conversation", "leaf")[0];
    let file = fs::File::options().read(true).write(true).open(place.path()).unwrap();
    // The number of cells of the page: one less than there are.
    let mut cells = [0; 2];
    file.read_exact_at(&mut cells, (leaf - 1) * 4_096 + 3).unwrap();
    let fewer = (u16::from_be_bytes(cells) - 1).to_be_bytes();
    file.write_all_at(&fewer, (leaf - 1) * 4_096 + 3).unwrap();
    let (store, opened) = read_all(&place);
    assert_eq!((opened.set_aside, opened.salvaged), (None, None));
    assert_eq!(prompts(&store).await.len() as u64, CHATS * TURNS);
}

#[tokio::test]
async fn of_a_damaged_table_all_other_rows_are_kept_and_the_chats_that_lack_some_are_named() {
    let place = lived_in().await;
    let leaves = pages(&place, "turns", "leaf");
    assert!(leaves.len() > 4, "{leaves:?}");
    // Two, and whole ones between them.
    for page in [leaves[1], leaves[leaves.len() - 2]] {
        overwrite(&place, page);
    }
    let (store, opened) = read_all(&place);
    let kept = prompts(&store).await;
    let lost: BTreeSet<u64> = (1..=CHATS)
        .flat_map(|chat| (0..TURNS).map(move |turn| chat * 100 + turn))
        .filter(|id| !kept.contains(id))
        .collect();
    let salvaged = opened.salvaged.clone().unwrap();
    assert_eq!((salvaged.prompts, kept.len()), (kept.len() as u64, 96 - lost.len()));
    assert!((2..50).contains(&lost.len()), "{lost:?}");
    let torn: BTreeSet<String> = lost.iter().map(|id| format!("chat {}", id / 100)).collect();
    assert_eq!(salvaged.torn.iter().cloned().collect::<BTreeSet<_>>(), torn);
    let notice = opened.notice().unwrap();
    assert!(notice.contains("something is lost of “chat "), "{notice}");
    // The lists count what is there.
    let listed: u64 = store.chats().await.unwrap().iter().map(|row| row.turns).sum();
    assert_eq!(listed, kept.len() as u64);
    store.settle(head(1), answered(999, "a new prompt", "an answer")).await.unwrap();
}

#[tokio::test]
async fn whichever_page_is_damaged_the_history_opens_and_says_what_is_lost() {
    let whole = lived_in().await;
    let bytes = fs::read(whole.path()).unwrap();
    let all = prompts(&whole.open()).await;
    for page in 1..=(bytes.len() / 4_096) as u64 {
        let place = Place::new();
        fs::create_dir_all(place.folder()).unwrap();
        fs::write(place.path(), &bytes).unwrap();
        overwrite(&place, page);
        let (store, opened) = read_all(&place);
        let kept = prompts(&store).await;
        let is_told = opened.notice().is_some_and(|notice| notice.contains("lost of") || notice.contains("a new one"));
        assert!(kept == all || is_told, "page {page}: {} kept, {opened:?}", kept.len());
        assert!(kept.len() < all.len() || opened.salvaged.is_none_or(|salvaged| salvaged.prompts == 96), "page {page}");
    }
}

#[tokio::test]
async fn a_file_that_was_cut_gives_what_stands_before_the_cut() {
    let place = lived_in().await;
    let file = fs::File::options().write(true).open(place.path()).unwrap();
    file.set_len(file.metadata().unwrap().len() * 3 / 4 / 4_096 * 4_096).unwrap();
    let (store, opened) = Store::open(&place.path(), at(0)).unwrap();
    let salvaged = opened.salvaged.unwrap();
    assert!(salvaged.prompts > 20 && !salvaged.torn.is_empty(), "{salvaged:?}");
    assert_eq!(prompts(&store).await.len() as u64, salvaged.prompts);
}

#[tokio::test]
async fn a_database_of_an_earlier_schema_is_mended_and_brought_up_to_date() {
    let place = Place::new();
    drop(super::migration::old_database(&place.path(), 4));
    let page = pages(&place, "decisions_by_time", "leaf")[0];
    let before = {
        let copy = Place::new();
        fs::create_dir_all(copy.folder()).unwrap();
        fs::copy(place.path(), copy.path()).unwrap();
        prompts(&copy.open()).await
    };
    overwrite(&place, page);
    let (store, opened) = read_all(&place);
    assert!(opened.salvaged.is_some());
    assert_eq!(prompts(&store).await, before);
}

#[tokio::test]
async fn what_a_program_was_ended_in_the_middle_of_is_finished_by_the_next() {
    let place = lived_in().await;
    fs::rename(place.path(), files::with_suffix(&place.path(), ".built")).unwrap();
    fs::write(files::with_suffix(&place.path(), ".building"), "half of it").unwrap();
    assert_eq!(prompts(&place.open()).await.len() as u64, CHATS * TURNS);
}

#[tokio::test]
async fn what_another_program_is_mending_is_left_to_it() {
    let place = lived_in().await;
    let building = files::with_suffix(&place.path(), ".building");
    let others = locks::hold(&place.path(), 1).unwrap();
    let held = locks::hold(&place.path(), 2).unwrap();
    assert!(matches!((&others, &held), (Hold::Mine { .. }, Hold::Others)));
    let opened = || open::open_holding(&place.path(), false, at(0), &held);
    let refused = || opened().err().unwrap().told("", &place.path()).to_string();
    // A program that was stopped keeps its lock: what is whole is opened all the same.
    assert!(opened().is_ok());
    fs::write(&building, "half of it").unwrap();
    assert!(refused().contains("pointsman.db: another pointsman is mending it; "), "{}", refused());
    fs::remove_file(&building).unwrap();
    overwrite(&place, pages(&place, "decisions_by_time", "leaf")[0]);
    mark_to_be_read(&place.path());
    let damaged = fs::read(place.path()).unwrap();
    assert!(refused().contains("pointsman.db: another pointsman is mending it; "), "{}", refused());
    assert_eq!(fs::read(place.path()).unwrap(), damaged);
    drop(others);
    assert_eq!(Store::open(&place.path(), at(0)).unwrap().1.salvaged.unwrap().prompts, CHATS * TURNS);
}

#[tokio::test]
async fn what_was_to_replace_a_history_and_the_copy_of_a_killed_recovery_go_when_it_opens_whole() {
    let place = lived_in().await;
    let names = || place.names().into_iter().filter(|name| name.contains("built") || name.contains("ing"));
    for name in
        ["pointsman.db.built", "pointsman.db.building", "pointsman.db.building-journal", "pointsman.db.built-wal"]
    {
        fs::write(place.folder().join(name), "texts of an earlier time").unwrap();
    }
    let recovery = Recovery::of(&place.path(), &place.folder(), at(0)).unwrap();
    fs::create_dir(place.folder().join(".recovering-abcdefgh")).unwrap();
    fs::write(place.folder().join(".recovering-abcdefgh/copy.db"), "texts of an earlier time").unwrap();
    assert_eq!(names().count(), 6);
    drop(place.open());
    assert_eq!(names().count(), 1, "that of a program which lives: {:?}", place.names());
    assert_eq!(prompts(&recovery.store).await.len() as u64, CHATS * TURNS);
    drop(recovery);
    fs::remove_file(place.path()).unwrap();
    assert_eq!(prompts(&place.open()).await.len(), 0, "what the user deleted does not come back");
}

#[tokio::test]
async fn whatever_of_the_chats_is_lost_it_is_not_said_that_nothing_is() {
    for table in ["conversations", "turns", "steps", "blocks", "attachments", "places"] {
        let place = lived_in().await;
        overwrite(&place, pages(&place, table, "leaf")[0]);
        let (_, opened) = read_all(&place);
        assert_eq!(opened.salvaged.as_ref().unwrap().lost, ["parts of chats"], "{table}");
        let notice = opened.notice().unwrap();
        assert!(notice.contains("something is lost of ") && notice.contains("the parts of chats"), "{notice}");
    }
}

/// Gives a text of a row the bytes `number\xff`.
async fn garble(store: &Store, sql: &'static str) {
    store.run("", move |connection| connection.execute_batch(sql)).await.unwrap();
}

#[tokio::test]
async fn a_text_that_is_no_utf_8_costs_one_character() {
    let place = lived_in().await;
    let store = place.open();
    for sql in [
        "UPDATE turns SET prompt = CAST(x'6e756d626572ff21' AS TEXT) WHERE id = 301",
        "UPDATE blocks SET body = CAST(x'6e756d626572ff21' AS TEXT) WHERE turn = 302",
        "UPDATE conversations SET title = CAST(x'6e756d626572ff21' AS TEXT) WHERE id = 4",
        "UPDATE decisions SET reason = CAST(x'6e756d626572ff21' AS TEXT) WHERE turn = 303",
        "UPDATE lessons SET prompt = CAST(x'6e756d626572ff21' AS TEXT)",
        "UPDATE conversations SET updated_at = 9223372036854775807 WHERE id = 5",
    ] {
        garble(&store, sql).await;
    }
    assert_eq!(prompts(&store).await.len() as u64, CHATS * TURNS);
    let chat = store.chat(ConversationId(3)).await.unwrap().unwrap();
    assert_eq!(&**chat.conversation.all()[1].prompt(), "number\u{fffd}!");
    assert_eq!(chat.conversation.all()[2].answer(), "number\u{fffd}!");
    assert_eq!(store.chat(ConversationId(4)).await.unwrap().unwrap().head.title, "number\u{fffd}!");
    assert_eq!(&*store.loose().await.unwrap().lessons[0].lesson.prompt, "number\u{fffd}!");
    assert_eq!(store.search("number".to_owned(), 200).await.unwrap().len() as u64, CHATS * TURNS);
    assert_eq!(store.decisions(Filter { limit: 200, ..all() }).await.unwrap().len() as u64, CHATS * TURNS);
    drop(store);
    let Examined { garbled, others_garbled, .. } = examine(&place.path()).unwrap().unwrap();
    assert_eq!((garbled, others_garbled), (vec!["chat 3".to_owned(), "number\u{fffd}!".to_owned()], true));
}

#[tokio::test]
async fn a_database_that_was_set_aside_gives_what_reads_of_it() {
    let aside = lived_in().await;
    overwrite(&aside, pages(&aside, "turns_by_conversation", "leaf")[0]);
    let before = fs::read(aside.path()).unwrap();
    let other = Place::new();
    let recovery = Recovery::of(&aside.path(), &other.folder(), at(0)).unwrap();
    assert_eq!(prompts(&recovery.store).await.len() as u64, CHATS * TURNS);
    assert_eq!((recovery.salvaged.prompts, recovery.salvaged.torn.len()), (CHATS * TURNS, 0));
    drop(recovery);
    assert_eq!(other.names(), [""; 0], "the copy is gone");
    assert_eq!(fs::read(aside.path()).unwrap(), before);
    fs::write(aside.path(), "no database ".repeat(99)).unwrap();
    assert!(Recovery::of(&aside.path(), &other.folder(), at(0)).is_err());
}

#[tokio::test]
async fn what_stands_in_the_log_of_a_killed_program_is_recovered_too() {
    let place = lived_in().await;
    let store = place.open();
    store.settle(head(1), answered(950, "in the log only", "yes")).await.unwrap();
    let copy = Place::new();
    fs::create_dir_all(copy.folder()).unwrap();
    for end in ["", "-wal"] {
        fs::copy(files::with_suffix(&place.path(), end), files::with_suffix(&copy.path(), end)).unwrap();
    }
    let recovery = Recovery::of(&copy.path(), &place.folder(), at(0)).unwrap();
    assert!(prompts(&recovery.store).await.contains(&950));
}

#[tokio::test]
async fn what_only_lies_beside_a_history_is_not_taken_for_a_damaged_one() {
    let place = Place::new();
    fs::create_dir_all(place.folder()).unwrap();
    // A log begins like this, and a text has nothing in common with a history.
    for bytes in [[&0x377f_0682_u32.to_be_bytes()[..], &[7; 8_000]].concat(), b"notes ".repeat(1_000)] {
        fs::write(place.path(), &bytes).unwrap();
        let error = Recovery::of(&place.path(), &Place::new().folder(), at(0)).err().unwrap().to_string();
        assert!(error.contains("it is not a history of pointsman"), "{error}");
        assert_eq!(fs::read(place.path()).unwrap(), bytes);
    }
}

#[tokio::test]
async fn a_damaged_byte_of_the_first_ones_that_never_change_costs_nothing() {
    let whole = lived_in().await;
    let bytes = fs::read(whole.path()).unwrap();
    for at in (0..=23).chain(44..=47).chain(56..=59) {
        for flipped in [0x40, 0x02] {
            let place = Place::new();
            fs::create_dir_all(place.folder()).unwrap();
            let mut damaged = bytes.clone();
            damaged[at] ^= flipped;
            fs::write(place.path(), &damaged).unwrap();
            let copies = Place::new();
            let recovery = Recovery::of(&place.path(), &copies.folder(), super::at(0)).unwrap();
            assert_eq!(prompts(&recovery.store).await.len() as u64, CHATS * TURNS, "recovering, byte {at}");
            let (store, opened) = Store::open(&place.path(), super::at(0)).unwrap();
            assert!(opened.read_only.is_none(), "byte {at}");
            assert_eq!(prompts(&store).await.len() as u64, CHATS * TURNS, "byte {at}");
            if let Some(aside) = opened.set_aside {
                assert_eq!(fs::read(aside).unwrap(), damaged, "byte {at}");
            }
            assert!(!place.names().iter().any(|name| name.contains("recovering")), "{:?}", place.names());
        }
    }
}
