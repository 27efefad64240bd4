//! A session, what happens to it, and its effects in a few words.

use super::*;

pub(super) const A: ConversationId = ConversationId(1);
pub(super) const B: ConversationId = ConversationId(2);

/// A session, and a clock that goes on by a second with every input.
pub(super) struct Story {
    pub(super) session: Session,
    pub(super) begun: Instant,
    pub(super) seconds: u64,
}

impl Story {
    pub(super) fn new() -> Self {
        Self { session: Session::default(), begun: Instant::now(), seconds: 0 }
    }

    pub(super) fn give(&mut self, input: Input) -> String {
        self.seconds += 1;
        let instant = self.begun + Duration::from_secs(self.seconds);
        let effects = self.session.update(input, Now { instant, wall: Timestamp::UNIX_EPOCH });
        effects.iter().map(said).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn command(&mut self, command: Command) -> String {
        self.give(Input::Command(command))
    }

    pub(super) fn news(&mut self, news: News) -> String {
        self.give(Input::News(news))
    }

    /// Submits the turn `id` of `chat` behind the turn before it.
    pub(super) fn submit(&mut self, chat: ConversationId, id: u64) -> String {
        let parent = self.session.chats.get(&chat).and_then(|open| open.chat.conversation.leaf());
        self.command(Command::Submit(ask(chat, parent, id)))
    }

    pub(super) fn happens(&mut self, id: u64, event: TurnEvent) -> String {
        self.news(News::Turn(TurnId(id), event))
    }

    /// Lets a turn be decided as `coding` and its model be asked.
    pub(super) fn asked(&mut self, id: u64) {
        self.asked_of(id, "m");
    }

    /// The same with that model.
    pub(super) fn asked_of(&mut self, id: u64, model: &str) {
        self.happens(id, TurnEvent::Started);
        self.happens(id, TurnEvent::Decided(Box::new(decision())));
        self.happens(id, asked(Candidate { model: model.into(), ..candidate() }));
    }

    /// Lets a turn be answered with `text`.
    pub(super) fn answered(&mut self, id: u64, text: &str) -> String {
        self.answered_by(id, "m", text)
    }

    /// The same by that model.
    pub(super) fn answered_by(&mut self, id: u64, model: &str, text: &str) -> String {
        self.asked_of(id, model);
        self.happens(id, came(text));
        self.happens(id, ended(Ending::Answered(Finish::Stop)))
    }

    pub(super) fn turn(&self, id: u64) -> &Turn {
        self.session.turn(TurnId(id)).unwrap()
    }

    pub(super) fn open(&self) -> Vec<u64> {
        let mut open: Vec<u64> = self.session.chats.keys().map(|id| id.0).collect();
        open.sort_unstable();
        open
    }
}

pub(super) fn ask(chat: ConversationId, parent: Option<TurnId>, id: u64) -> Ask {
    let prompt = format!("prompt {id}").as_str().into();
    let (route, asked_at) = (RouteOverride::default(), Timestamp::UNIX_EPOCH);
    Ask { chat, parent, turn: TurnId(id), prompt, route, origin: Origin::Typed, asked_at }
}

pub(super) fn decision() -> Decision {
    Decision {
        category: "coding".into(),
        candidates: vec![candidate()],
        decider: Decider::Classifier,
        probabilities: Vec::new(),
        reason: String::new(),
        hint: None,
        evidence: Vec::new(),
        elapsed: Duration::ZERO,
        requests: 0,
    }
}

pub(super) fn candidate() -> Candidate {
    Candidate { model: "m".into(), provider: "p".into() }
}

pub(super) fn asked(candidate: Candidate) -> TurnEvent {
    TurnEvent::Asked { candidate, sent: Arc::new(SentRequest::default()), notes: Vec::new() }
}

pub(super) fn came(text: &str) -> TurnEvent {
    TurnEvent::Came { delta: Delta::Text(text.into()), after: Duration::from_millis(500) }
}

pub(super) fn ended(ending: Ending) -> TurnEvent {
    TurnEvent::Ended { ending, after: Some(Duration::from_secs(1)) }
}

pub(super) fn lesson(id: i64, turn: u64, category: &str) -> Lesson {
    Lesson {
        id: LessonId(id),
        imported_from: None,
        prompt: format!("prompt {turn}").as_str().into(),
        previous: None,
        decided: "coding".into(),
        category: category.into(),
        scope: Scope::Always,
        taught_at: Timestamp::UNIX_EPOCH,
        turn: Some(turn),
    }
}

pub(super) fn correct(id: u64, category: &str) -> Command {
    let (turn, at) = (TurnId(id), Timestamp::UNIX_EPOCH);
    Command::Correct { turn, category: category.into(), scope: Scope::Always, at }
}

/// An effect in a few words.
pub(super) fn said(effect: &SessionEffect) -> String {
    match effect {
        SessionEffect::Write(op) => format!("write {}", written(op)),
        SessionEffect::WriteBefore(turn, _) => format!("save {}", turn.0),
        SessionEffect::StartTurn(input) => format!("start {}", input.ask.turn.0),
        SessionEffect::DropTurn(turn) => format!("drop {}", turn.0),
        SessionEffect::Preview(serial, input) => format!("preview {serial} of '{}'", input.ask.prompt.text),
        SessionEffect::Learn(LearnJob::Teach(lesson)) => format!("teach {}", lesson.category),
        SessionEffect::Learn(LearnJob::Recall) => "recall".to_owned(),
        SessionEffect::Learn(LearnJob::Unteach(LessonRef::Of(turn), _)) => format!("unteach of {}", turn.0),
        SessionEffect::Learn(LearnJob::Observe(outcome)) => {
            format!("{} {}: {outcome} in {}", outcome.kind.name(), outcome.turn, outcome.category)
        }
        SessionEffect::Learn(job) => format!("{job:?}"),
        SessionEffect::Hold(blob) => format!("hold {}", blob.media_type),
        SessionEffect::Query(_) => "query".to_owned(),
        SessionEffect::Read(chat) => format!("read {}", chat.0),
        SessionEffect::ListModels => "list".to_owned(),
        SessionEffect::Connect(_) => "connect".to_owned(),
        SessionEffect::Emit(event) => told(event),
    }
}

pub(super) fn written(op: &StoreOp) -> String {
    match op {
        StoreOp::Append { text, .. } => format!("'{text}'"),
        StoreOp::BeginStep { step, .. } => format!("step {step}"),
        StoreOp::UpdateStep { step, .. } => format!("update {step}"),
        StoreOp::End { .. } => "end".to_owned(),
        StoreOp::Correct(_, category) => format!("correct {}", category.as_ref().map_or("back", CategoryId::as_str)),
        StoreOp::Requeue { asks, .. } => {
            let prompts = asks.iter().map(|ask| format!("{} '{}'", ask.turn.0, ask.prompt.text));
            format!("queue {}", prompts.collect::<Vec<_>>().join(" "))
        }
        StoreOp::Withdraw(_) => "withdraw".to_owned(),
        StoreOp::Rename(_, title) => format!("title '{title}'"),
        StoreOp::Decide(_) => "decision".to_owned(),
        StoreOp::Delete(..) => "delete".to_owned(),
        StoreOp::Restore(_) => "restore".to_owned(),
        StoreOp::Purge => "purge".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(super) fn told(event: &Event) -> String {
    match event {
        Event::Turn(turn, TurnEvent::Ended { ending, .. }) => format!("{} {}", turn.0, kind(ending)),
        Event::Turn(turn, TurnEvent::Corrected(correction)) => {
            let lesson = correction.as_ref().and_then(|correction| correction.lesson);
            let category = correction.as_ref().map_or("nothing", |correction| correction.category.as_str());
            format!("{} corrected to {category}{}", turn.0, if lesson.is_some() { " (learned)" } else { "" })
        }
        Event::Turn(turn, _) => format!("{} goes on", turn.0),
        Event::Opened(chat) => format!("opened {}", chat.head.id.0),
        Event::Taught(_) => "taught".to_owned(),
        Event::Untaught(_) => "untaught".to_owned(),
        Event::Notice(text) => format!("notice '{}'", text.split([';', ',']).next().unwrap_or_default()),
        Event::Previewed { serial, .. } => format!("previewed {serial}"),
        other => format!("{other:?}"),
    }
}

pub(super) fn kind(ending: &Ending) -> &'static str {
    match ending {
        Ending::Answered(_) => "answered",
        Ending::Stopped => "stopped",
        Ending::Failed(_) => "failed",
        Ending::Interrupted => "interrupted",
    }
}
