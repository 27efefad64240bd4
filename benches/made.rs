//! A made history of 100,000 messages, the same each time: words with the frequencies of a language (Zipf), identifiers
//! and code, every twelfth chat in Chinese characters, some branches, a decision for every turn.

use crate::examples::{self, TurnExample};
use jiff::Timestamp;
use pointsman::chat::{ConversationId, Ending, Finish, Place, TurnId, Usage, id};
use pointsman::router::{Decider, Decision};
use pointsman::store::{Bundle, DecisionRecord, ExportedChat, ExportedTurn, Head, NewDecision, Store, StoreError};

pub(crate) const CHATS: u64 = 5_000;
/// The youngest chat is long; the others share what is left of 50,000 turns.
pub(crate) const LONG: u64 = 2_500;
/// What stands at the end of the long chat, and nowhere else.
pub(crate) const LAST_LINE: &str = "This is the last line.";

/// When things happened: so many seconds after the first.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap_or_default()
}

/// When a chat was begun.
pub(crate) fn begun(chat: u64) -> Timestamp {
    at(chat.cast_signed() * 86_400 / 100)
}

pub(crate) fn chat_id(chat: u64) -> ConversationId {
    ConversationId(id::at(begun(chat), 7))
}

/// The long chat.
pub(crate) fn long() -> ConversationId {
    chat_id(CHATS - 1)
}

/// Puts all of it into `store`; gives back how many turns and bytes of text that are.
pub(crate) async fn fill(store: &Store, words: &mut Words) -> Result<(usize, usize), StoreError> {
    let (mut turns, mut bytes) = (0, 0);
    for first in (0..CHATS).step_by(50) {
        let chats: Vec<ExportedChat> = (first..first + 50).map(|chat| words.chat(chat)).collect();
        let all = || chats.iter().flat_map(|chat| &chat.turns);
        turns += all().count();
        bytes += all().map(|kept| kept.turn.prompt().len() + kept.turn.answer().len()).sum::<usize>();
        store.import(Bundle { chats, ..Bundle::default() }).await?;
    }
    Ok((turns, bytes))
}

/// Where the texts come from.
pub(crate) struct Words {
    random: u64,
    vocabulary: Vec<String>,
    /// How frequent each word and all before it are.
    cumulated: Vec<f64>,
    identifiers: Vec<String>,
}

impl Words {
    pub(crate) fn new() -> Self {
        let mut made = Self { random: 42, vocabulary: Vec::new(), cumulated: Vec::new(), identifiers: Vec::new() };
        let consonants = "b c d f g h k l m n p r s t v w st tr pr ch th sh".split(' ').collect::<Vec<_>>();
        let vowels = "a e i o u er en in on al".split(' ').collect::<Vec<_>>();
        let mut total = 0.0;
        for rank in 0..40_000 {
            let word = (0..=made.below(4)).map(|_| {
                let syllable = (made.below(consonants.len()), made.below(vowels.len()));
                [consonants[syllable.0], vowels[syllable.1]].concat()
            });
            let word = word.collect::<String>();
            made.vocabulary.push(word);
            total += 1.0 / (f64::from(rank) + 1.0);
            made.cumulated.push(total);
        }
        for (rank, word) in ["the", "of", "and", "to", "in", "is", "that", "for", "function", "list"].iter().enumerate()
        {
            (*word).clone_into(&mut made.vocabulary[rank]);
        }
        made.identifiers = (0..5_000)
            .map(|_| [made.below(3_000), made.below(3_000)].map(|word| made.vocabulary[word].clone()).join("_"))
            .collect();
        "merge_sorted_lists".clone_into(&mut made.identifiers[0]);
        made
    }

    fn below(&mut self, end: usize) -> usize {
        // Marsaglia's xorshift: https://doi.org/10.18637/jss.v008.i14
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % end as u64) as usize
    }

    fn identifier(&mut self) -> String {
        let which = self.below(self.identifiers.len());
        self.identifiers[which].clone()
    }

    fn word(&mut self) -> &str {
        let part = self.below(1 << 30) as f64 / f64::from(1 << 30);
        let wanted = part * self.cumulated[self.cumulated.len() - 1];
        &self.vocabulary[self.cumulated.partition_point(|sum| *sum < wanted)]
    }

    /// At least so many bytes of text.
    pub(crate) fn text(&mut self, bytes: usize, chinese: bool) -> String {
        let mut text = String::new();
        while text.len() < bytes {
            if chinese {
                let common = self.below(60) * self.below(60);
                text.extend(char::from_u32(0x4e00 + common as u32));
                if self.below(12) == 0 {
                    text.push('，');
                }
                continue;
            }
            match self.below(400) {
                0 => {
                    let [name, first, second] = [(); 3].map(|()| self.identifier());
                    let code = format!("fn {name}({first}: &str) {{\n    {second}({first});\n}}");
                    text = format!("{text}\n\n```rust\n{code}\n```\n\n");
                }
                1..=16 => text += &self.identifier(),
                _ => text += self.word(),
            }
            text.push(if self.below(90) == 0 { '\n' } else { ' ' });
        }
        text
    }

    pub(crate) fn head(&mut self, chat: u64) -> Head {
        Head {
            id: chat_id(chat),
            title: self.text(30, false).replace(char::is_whitespace, " "),
            started_at: begun(chat),
            archived: chat.is_multiple_of(10),
            pinned: false,
        }
    }

    fn chat(&mut self, chat: u64) -> ExportedChat {
        let long = chat == CHATS - 1;
        let count = if long { LONG } else { (50_000 - LONG) / (CHATS - 1) + 1 };
        let mut turns: Vec<ExportedTurn> = (0..count).map(|turn| self.turn(chat, turn)).collect();
        if let Some(last) = turns.last_mut().filter(|_| long) {
            let answer = format!("{}\n\n{LAST_LINE}", last.turn.answer().trim_end());
            last.turn = last.turn.clone().saying(&answer);
        }
        let head = self.head(chat);
        ExportedChat { updated_at: head.started_at, head, place: Place::default(), turns }
    }

    pub(crate) fn turn(&mut self, chat: u64, turn: u64) -> ExportedTurn {
        let chinese = chat % 12 == 5;
        let id = |turn| TurnId(chat_id(chat).0 + turn);
        let asked_at = begun(chat);
        let length = 60 + self.below(80);
        let prompt = self.text(length, chinese);
        // In every tenth chat one prompt was asked anew, beside the old one.
        let back = if chat % 10 == 3 && turn == 4 { 2 } else { 1 };
        let mut asked = examples::turn(id(turn).0, &prompt).at(asked_at).after(turn.checked_sub(back).map(id));
        asked.ask.chat = chat_id(chat);
        let decision = Decision {
            probabilities: ["coding", "reasoning", "general", "vision"].map(|id| (id.into(), 0.25)).into(),
            reason: "the local classifier is sure".to_owned(),
            evidence: vec!["'function'".to_owned(), "'list'".to_owned()],
            ..examples::decision("coding", "qwen-3-32b", Decider::Classifier)
        };
        let new = NewDecision {
            decided_at: asked_at,
            prompt: asked.prompt().clone(),
            decision,
            overridden: false,
            turn: Some(asked.id()),
            previous: None,
        };
        let length = 100 + self.below(700) + self.below(700);
        let mut turn = asked.saying(&self.text(length, chinese)).ended(Ending::Answered(Finish::Stop));
        for step in &mut turn.steps {
            step.candidate = Some(examples::candidate("qwen-3-32b", "oxlo"));
            step.usage = Some(Usage { prompt_tokens: 30, completion_tokens: 200 });
        }
        ExportedTurn { turn, withdrawn: false, decision: Some(DecisionRecord::from(new)) }
    }

    /// What people look for, by kinds.
    pub(crate) fn queries(&self) -> Vec<(&'static str, Vec<String>)> {
        let ranked = |rank: usize| self.vocabulary[rank].clone();
        let chinese = |from: usize, count: u32| {
            let from = 0x4e00 + from as u32;
            (from..from + count).filter_map(char::from_u32).collect::<String>()
        };
        let text = |text: &str| text.to_owned();
        let thirty = |query: &dyn Fn(usize) -> String| (0..30).map(query).collect::<Vec<_>>();
        let part = |name: usize| {
            let name = &self.identifiers[name * 11];
            name.char_indices().filter(|(at, _)| (2..10).contains(at)).map(|(_, c)| c).collect::<String>()
        };
        let usual =
            ["the", "of the", "function", "list", "function list", "merge_sorted_lists", "in", "that", "for the"];
        vec![
            ("a rare word", thirty(&|at| ranked(39_000 - at * 300) + &ranked(20))),
            ("a word", thirty(&|at| ranked(3_000 + at * 37))),
            ("a frequent word", thirty(&|at| ranked(at * 3))),
            ("what everybody types", usual.map(text).to_vec()),
            ("two words", thirty(&|at| format!("{} {}", ranked(30 + at * 20), ranked(210 + at * 140)))),
            ("a phrase", ["\"of the function\"", "\"the list\"", "\"that is to\""].map(text).to_vec()),
            ("a part of an identifier", thirty(&part)),
            ("2 Chinese characters", thirty(&|at| chinese(at * at * 3, 2))),
            ("4 Chinese characters", thirty(&|at| chinese(at * at, 4))),
            ("2 letters", ["if", "zq", "x=", "th", "ka"].map(text).to_vec()),
            ("nothing", thirty(&|at| format!("zzqq{} {}", ranked(at * 50), ranked(at)))),
        ]
    }
}
