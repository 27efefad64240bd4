//! What a search finds, what it does not, and that the index follows what is kept.

use super::*;
use proptest::prelude::*;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

async fn found(store: &Store, text: &str) -> Vec<u64> {
    store.search(text.to_owned(), 99).await.unwrap().into_iter().map(|hit| hit.turn.0).collect()
}

#[tokio::test]
async fn a_search_finds_every_turn_with_all_the_words_the_newest_first() {
    let place = Place::new();
    let store = place.open();
    let long = "x".repeat(500);
    for (id, prompt, answer) in [
        (1, "Merge two sorted lists", "def merge_sorted_lists(a, b):\n    return sorted(a + b)"),
        (2, "全文検索の仕組みを教えて", "転置索引を使います。"),
        (3, "if x = 1 AND y != \"two words\"", "NOT (a OR b)* -c ^d {e} col:f NEAR/2"),
        (4, "Übermäßig große Straße", "Ça va, señor? \u{1f980}\u{1f980}\u{1f980}"),
        (5, "100 % of SNAKES_", "C:\\path\\to"),
        (6, "nul\0byte", &long),
        (7, "merge", "two banana"),
    ] {
        store.settle(head(1), answered(id, prompt, answer));
    }
    for (text, expected) in [
        ("merge", &[7, 1][..]),
        ("MERGE two", &[7, 1]),
        ("two merge", &[7, 1]),
        ("\"merge two\"", &[1]),
        ("merge_sor", &[1]),
        ("rge_sorted_li", &[1]),
        ("lists sorted a", &[1]),
        ("anan", &[7]),
        ("bananas", &[]),
        ("検索", &[2]),
        ("全文検索", &[2]),
        ("索引 教えて", &[2]),
        ("検索索引", &[]),
        ("if", &[3]),
        ("= 1", &[3]),
        ("AND", &[3]),
        ("NOT OR", &[3]),
        ("(a", &[3, 1]),
        ("NEAR/2", &[3]),
        ("col:f", &[3]),
        ("-c", &[3]),
        ("b)*", &[3]),
        ("\"two", &[3]),
        ("ÜBERMÄSSIG", &[]),
        ("übermäßig STRAßE", &[4]),
        ("señor", &[4]),
        ("\u{1f980}\u{1f980}\u{1f980}", &[4]),
        ("\u{1f980}", &[4]),
        ("snakes_", &[5]),
        ("0 %", &[5]),
        ("\\path\\", &[5]),
        ("nul\0byte", &[6]),
        ("nul byte", &[6]),
        ("*", &[3]),
        ("%", &[5]),
        ("_____", &[]),
        ("\"", &[3]),
        ("\"\"", &[]),
        ("", &[]),
        (" \0\t", &[]),
    ] {
        assert_eq!(found(&store, text).await, expected, "{text:?}");
    }
    assert_eq!(found(&store, &"x".repeat(10_000)).await, [6], "of what was pasted the beginning counts");
    assert_eq!(store.search("merge".to_owned(), 1).await.unwrap().len(), 1);
    assert_eq!(store.search("merge".to_owned(), 0).await.unwrap(), []);
}

#[tokio::test]
async fn a_hit_says_where_it_is() {
    let place = Place::new();
    let store = place.open();
    store.write(vec![begin(Head { archived: true, ..head(1) }, &asked(1, "p"))]);
    let answer = format!("{}\nThe Needle,  and needles\t{}", "hay ".repeat(30), "hay ".repeat(60));
    store.settle(head(1), answered(1, "Find it", &answer));
    let hit = store.search("needle".to_owned(), 9).await.unwrap().remove(0);
    assert_eq!((hit.chat, hit.title.as_str(), hit.archived), (ConversationId(1), "chat 1", true));
    assert_eq!((hit.turn, hit.in_answer, hit.asked_at), (TurnId(1), true, at(1)));
    let marked: String =
        hit.snippet.iter().map(|(text, is)| if *is { format!("[{text}]") } else { text.clone() }).collect();
    let expected = format!("… {} The [Needle],  and [needle]s {}h…", "hay ".repeat(6), "hay ".repeat(27));
    assert_eq!(marked, expected);
    let hit = store.search("find".to_owned(), 9).await.unwrap().remove(0);
    assert_eq!((hit.in_answer, hit.snippet), (false, vec![("Find".to_owned(), true), (" it".to_owned(), false)]));
    let hit = store.search("find needle".to_owned(), 9).await.unwrap().remove(0);
    assert!(hit.in_answer, "the prompt alone does not have it all");
}

#[tokio::test]
async fn the_index_follows_what_is_kept() {
    let place = Place::new();
    let store = place.open();
    let whole = async || {
        let checked = store.run("", |connection| {
            connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)", [])
        });
        assert!(checked.await.is_ok(), "the index says what the turns say");
    };
    let size = async || {
        let size = store.run("", |connection| {
            connection.query_row("SELECT sum(length(block)) FROM words_data", [], |row| row.get::<_, i64>(0))
        });
        size.await.unwrap()
    };
    let empty = size().await;
    let begun = [begin(head(1), &asked(1, "the prompt")), begin_step(1, 0, Step::of(None, StepOutcome::Current))];
    store.write(begun.into_iter().chain([text(1, "zan")]).collect());
    store.write(vec![text(1, "zibar")]);
    assert_eq!((found(&store, "zanzibar").await, found(&store, "nz").await), (vec![1], vec![1]), "while it comes");
    assert_eq!(found(&store, "prompt").await, [1], "as soon as it is asked");
    assert_eq!(size().await, empty, "and yet nothing is written while the answer comes");
    whole().await;
    store.settle(head(1), answered(1, "the prompt", "zanzibar"));
    assert_eq!(found(&store, "prompt zanzibar").await, [1]);
    assert!(size().await > empty);
    store.settle(head(1), answered(1, "the question", "madagascar"));
    assert_eq!((found(&store, "prompt").await, found(&store, "madagascar").await), (vec![], vec![1]));
    whole().await;
    store.write(vec![begin(head(1), &asked(2, "another")), StoreOp::Withdraw(TurnId(2))]);
    store.write(vec![StoreOp::Withdraw(TurnId(2))]);
    assert_eq!((found(&store, "another").await, found(&store, "an").await), (vec![], vec![]));
    store.settle(head(1), answered(3, "a third", "a"));
    store.write(vec![StoreOp::Withdraw(TurnId(3)), begin(head(1), &asked(1, "the question"))]);
    assert_eq!((found(&store, "third").await, found(&store, "madagascar").await), (vec![], vec![]));
    whole().await;
    store.settle(head(1), answered(1, "the question", "madagascar"));
    whole().await;
    store.mark_deleted(1);
    store.purge();
    assert_eq!(found(&store, "madagascar").await, [0; 0]);
    let left = store.run("", |connection| {
        let mut statement = connection.prepare("SELECT rowid FROM words WHERE words MATCH '\"mad\"'")?;
        statement.exists([])
    });
    assert!(!left.await.unwrap(), "not even in the index");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// One store for all cases would be quicker, and would find what an earlier case left.
    #[test]
    fn whatever_is_typed_is_text_and_is_found_where_it_stands(
        before in "[a-z \u{4e00}-\u{4e20}]{0,8}",
        typed in "[a-cA-C0-9\"'*()^:{}+\\-_%\\\\ \u{4e00}-\u{4e05}\u{1f980}\0äß]{1,12}",
    ) {
        let place = Place::new();
        let store = place.open();
        let hits = runtime().block_on(async {
            store.settle(head(1), answered(1, &format!("{before}{typed}"), "answer")).await.unwrap();
            found(&store, &typed).await
        });
        let says_something = typed.chars().any(|c| !c.is_whitespace() && c != '\0' && c != '"');
        prop_assert!(hits == [1] || !says_something || typed.contains('"'), "{typed:?} in {before:?}");
    }
}
