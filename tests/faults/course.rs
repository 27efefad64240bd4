//! Rows: what is done about failures, turn by turn: retries, fallbacks, breakers, the judge.

use super::row::{Group, Kept, Row, well};
use crate::support::server::Reply;

fn overloaded() -> Reply {
    Reply::whole(503, "text/plain", "overloaded")
}

pub(super) fn course() -> Group {
    let all = |does| Row::scripted(does, |_, _| overloaded());
    let last = "oxlo answered 503: overloaded; try again, or choose another model";
    let sideways = "first could not answer: oxlo answered 503: overloaded; second is asked instead";
    let again = |times| {
        if times == 1 { "oxlo answered 503: overloaded · retry 1" } else { "oxlo answered 503: overloaded · retry 2" }
    };
    let rows = vec![
        all("every model fails, and then one answers")
            .with_script(|_, before| if before < 2 { overloaded() } else { well() })
            .asks("first second first")
            .reads([sideways, "second: oxlo answered 503: overloaded · first again, retry 1"]),
        all("every model fails, and again")
            .set("retry.retries = 1")
            .asks("first second first")
            .reads([sideways, "second: oxlo answered 503: overloaded · first again, retry 1", last])
            .keeps(Kept::Nothing),
        all("it fails as often as anybody asks")
            .fallbacks(&[])
            .set("retry.retries = 2")
            .asks("first first first")
            .reads([again(2), last])
            .keeps(Kept::Nothing),
        all("it fails, and this minute has no more retries")
            .fallbacks(&[])
            .set("retry.per_minute = 1")
            .asks("first first")
            .reads([again(1), last])
            .keeps(Kept::Nothing),
        Row::first("it failed three times of late", overloaded())
            .before(3)
            .asks("second")
            .reads(["first was passed over: it failed too often of late"]),
        Row::first("it fails, and the fallback is no model", overloaded())
            .with_script(|request, before| match (request.model(), before) {
                ("first", 0) => overloaded(),
                ("first", _) => well(),
                _ => Reply::whole(404, "text/plain", "no such model"),
            })
            .asks("first second first")
            .reads([sideways, "second: oxlo answered 404: no such model · first again, retry 1"]),
        Row::first("another provider's key is missing", well())
            .set("providers.other.base_url = \"{server}\"\nproviders.other.api_key_env = \"OTHER_KEY\"")
            .set("categories.general.model = \"general\"")
            .keyless("other")
            .fallbacks(&["other/second"])
            .works(),
        Row::first("it fails, and the fallback's key is missing", overloaded())
            .with_script(|_, before| if before == 0 { overloaded() } else { well() })
            .set("providers.other.base_url = \"{server}\"\nproviders.other.api_key_env = \"OTHER_KEY\"")
            .keyless("other")
            .fallbacks(&["other/second"])
            .asks("first first")
            .reads([
                "first could not answer: oxlo answered 503: overloaded; other/second is asked instead",
                "other/second: other has no key · first again, retry 1",
            ]),
        Row::judging("the judge fails, and the model answers", overloaded())
            .reads(["the judge arbiter could not be asked: oxlo answered 503: overloaded; > 99 % by the local guess"]),
        Row::judging("the judge says what is no category", Reply::said("The weather is fine.")).reads([
            "the judge arbiter replied 'The weather is fine.', which is no category; > 99 % by the local guess",
        ]),
        Row::judging("the judge says nothing in its time", Reply::default().hang())
            .set("judge.timeout_seconds = 1.0")
            .before(1)
            .reads(["the judge arbiter did not answer within 1 s; > 99 % by the local guess"]),
        Row::scripted("the judge does not know the format that it is asked for", |request, _| {
            match (request.is_judging(), request.format()) {
                (true, "") => Reply::label("coding"),
                (true, _) => Reply::refused_format(),
                (false, _) => well(),
            }
        })
        .judged()
        .arrives("arbiter arbiter arbiter first"),
    ];
    let about = "Fallbacks are asked at once, each once. When all have failed, whoever may be asked again the soonest is, \
                 three times at most and no more than 20 times a minute over all prompts. Who failed three times within a \
                 minute is passed over for half a minute.";
    Group { title: "What is done about it", about, rows }
}
