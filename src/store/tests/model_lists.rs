//! What providers told, as it is kept.

use super::*;
use crate::config::{Listed, Price};

fn offer(provider: &str, seconds: i64, models: Vec<Listed>) -> ModelList {
    ModelList { provider: provider.to_owned(), address: "http://a/v1".to_owned(), listed_at: at(seconds), models }
}

#[tokio::test]
async fn the_last_list_of_each_provider_comes_back_as_it_was_told() {
    let place = Place::new();
    let told = Listed {
        context_window: Some(8192),
        vision: Some(false),
        price: Price::of_a_million(0.5, 1.5),
        ..Listed::named("a/b:\u{e9}")
    };
    let lists = [offer("groq", 3, vec![told, Listed::named("c")]), offer("oxlo", 2, Vec::new())];
    let store = place.open();
    store.write(vec![StoreOp::SaveModels(offer("groq", 1, vec![Listed::named("old")]))]);
    for list in &lists {
        store.write(vec![StoreOp::SaveModels(list.clone())]).await.unwrap();
    }
    drop(store);
    let store = place.open();
    assert_eq!(store.model_lists().await.unwrap(), lists);
    store.delete_all().await.unwrap();
    assert_eq!(store.model_lists().await.unwrap(), []);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_an_empty_one_and_names_are_clean() {
    let place = Place::new();
    drop(place.open());
    let connection = Connection::open(place.path()).unwrap();
    connection
        .execute_batch(
            "INSERT INTO offers VALUES ('a', 'x', 1, 'nonsense'), ('b', 'y', 2, '[{\"id\": \"m\\u001b[31m\"}]')",
        )
        .unwrap();
    drop(connection);
    let offers = place.open().model_lists().await.unwrap();
    assert_eq!(offers.iter().map(|offer| offer.models.clone()).collect::<Vec<_>>(), [vec![], vec![Listed::named("m")]]);
}
