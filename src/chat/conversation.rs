//! The turns of one conversation: a tree, of which one branch is in sight.
//!
//! Every turn follows up on another one or on nothing. An earlier prompt that is edited, or asked again, begins a new
//! branch beside the old one; nothing is ever replaced.

use super::ask::Ask;
use super::id::{ConversationId, TurnId};
use super::message::Exchange;
use super::origin::Origin;
use super::stage::{Ending, Stage};
use super::turn::{BlockPlace, Correction, Turn, TurnEvent};
use crate::config::CategoryId;
use std::collections::{BTreeMap, BTreeSet};

/// A conversation. Invariants: `turns` is one branch from its root, every turn the parent of the next, so ids ascend;
/// a turn's parent is in the conversation, and never younger; `open` names the turns that are not over; `gone` says of
/// turns that were taken out what they followed up on.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    id: ConversationId,
    turns: Vec<Turn>,
    elsewhere: BTreeMap<TurnId, Turn>,
    open: BTreeSet<TurnId>,
    gone: BTreeMap<TurnId, Option<TurnId>>,
}

impl Conversation {
    /// An empty one.
    pub fn new(id: ConversationId) -> Self {
        Self { id, turns: Vec::new(), elsewhere: BTreeMap::new(), open: BTreeSet::new(), gone: BTreeMap::new() }
    }

    /// One of these turns, in any order, with the branch through `leaf` in sight, or to the youngest turn.
    pub fn restore(id: ConversationId, turns: Vec<Turn>, leaf: Option<TurnId>) -> Self {
        let mut elsewhere: BTreeMap<TurnId, Turn> = BTreeMap::new();
        let mut ordered = turns;
        ordered.sort_by_key(Turn::id);
        for mut turn in ordered {
            // A parent that is missing, or younger, is none: what a file says must not make a knot.
            turn.ask.parent = turn.ask.parent.filter(|parent| elsewhere.contains_key(parent));
            elsewhere.insert(turn.id(), turn);
        }
        let open = elsewhere.values().filter(|turn| !turn.is_over()).map(Turn::id).collect();
        let mut conversation = Self { id, turns: Vec::new(), elsewhere, open, gone: BTreeMap::new() };
        // Something may have been asked after the leaf was noted.
        if leaf.is_none_or(|leaf| !conversation.show(leaf)) {
            conversation.show_newest(None);
        }
        conversation
    }

    /// Its name.
    pub fn id(&self) -> ConversationId {
        self.id
    }

    /// The turns of the branch in sight, in the order in which they were asked.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Every turn, on whichever branch, the oldest first.
    pub fn all(&self) -> Vec<&Turn> {
        let mut all: Vec<&Turn> = self.turns.iter().chain(self.elsewhere.values()).collect();
        all.sort_by_key(|turn| turn.id());
        all
    }

    /// Whether there are no turns at all.
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty() && self.elsewhere.is_empty()
    }

    /// The last turn in sight: what a new prompt follows up on.
    pub fn leaf(&self) -> Option<TurnId> {
        self.turns.last().map(Turn::id)
    }

    /// The turn of that name.
    pub fn turn(&self, id: TurnId) -> Option<&Turn> {
        self.index(id).map(|index| &self.turns[index]).or_else(|| self.elsewhere.get(&id))
    }

    fn turn_mut(&mut self, id: TurnId) -> Option<&mut Turn> {
        match self.index(id) {
            Some(index) => Some(&mut self.turns[index]),
            None => self.elsewhere.get_mut(&id),
        }
    }

    /// Adds a turn behind its parent and brings it in sight, with what leads to it.
    pub fn push(&mut self, turn: Turn) {
        debug_assert!(turn.parent().is_none_or(|parent| parent < turn.id()), "ids ascend");
        let parent = self.known(turn.parent());
        self.go_to(parent);
        if !turn.is_over() {
            self.open.insert(turn.id());
        }
        self.turns.push(Turn { ask: Ask { parent, ..turn.ask }, ..turn });
    }

    /// The turn itself, or what it followed up on when it was taken out: the caller may not know that yet.
    fn known(&self, turn: Option<TurnId>) -> Option<TurnId> {
        let mut turn = turn?;
        while self.turn(turn).is_none() {
            turn = (*self.gone.get(&turn)?)?;
        }
        Some(turn)
    }

    /// Takes a turn out, as if it had never been asked: what followed up on it follows up on what it followed up on.
    pub fn remove(&mut self, id: TurnId) -> Option<Turn> {
        let removed = match self.index(id) {
            Some(index) => self.turns.remove(index),
            None => self.elsewhere.remove(&id)?,
        };
        self.open.remove(&id);
        self.gone.insert(id, removed.parent());
        for turn in self.turns.iter_mut().chain(self.elsewhere.values_mut()).filter(|turn| turn.parent() == Some(id)) {
            turn.ask.parent = removed.parent();
        }
        // What is left of its branch may go on in one that was not in sight.
        self.show_newest(self.leaf());
        Some(removed)
    }

    /// Records what happened to a turn, on whichever branch. Returns whether there is such a turn.
    pub fn apply(&mut self, id: TurnId, event: TurnEvent) -> bool {
        self.record(id, event).is_some()
    }

    /// The same for those who write it down: returns the turn as it is now, and the block that grew or is new.
    pub fn record(&mut self, id: TurnId, event: TurnEvent) -> Option<(&Turn, Option<BlockPlace>)> {
        let turn = match self.index(id) {
            Some(index) => &mut self.turns[index],
            None => self.elsewhere.get_mut(&id)?,
        };
        let grown = turn.apply(event);
        if turn.is_over() {
            self.open.remove(&id);
        }
        Some((turn, grown))
    }

    /// Puts a turn that was never answered back in the queue.
    pub fn ask_anew(&mut self, id: TurnId) {
        if let Some(turn) = self.turn_mut(id).filter(|turn| turn.can_be_asked_anew()) {
            turn.ask_anew();
            self.open.insert(id);
        }
    }

    /// Records what a turn should have been taken for; `None`: for what it was.
    pub fn correct(&mut self, id: TurnId, correction: Option<Correction>) {
        if let Some(turn) = self.turn_mut(id) {
            turn.correction = correction;
        }
    }

    /// The first turn that is not over: the one that runs, or is about to.
    pub fn current(&self) -> Option<&Turn> {
        self.open.first().and_then(|id| self.turn(*id))
    }

    /// The turns that are not over, the oldest first.
    pub fn open(&self) -> &BTreeSet<TurnId> {
        &self.open
    }

    /// The turns that wait for another one, in the order in which they are asked. Where none runs the first open one is
    /// about to, and does not wait any more.
    pub fn queue(&self) -> impl Iterator<Item = &Turn> {
        let due = self.due();
        let open = self.open.iter().filter_map(|id| self.turn(*id));
        open.filter(move |turn| turn.stage == Stage::Queued && Some(turn.id()) != due)
    }

    /// The turns of the branch in sight without those at its end that wait in the queue.
    pub fn asked(&self) -> &[Turn] {
        let due = self.due();
        let waits = |turn: &&Turn| turn.stage == Stage::Queued && Some(turn.id()) != due;
        let waiting = self.turns.iter().rev().take_while(waits).count();
        &self.turns[..self.turns.len() - waiting]
    }

    /// The turn that is about to be asked; `None`: one runs, or none is open.
    fn due(&self) -> Option<TurnId> {
        let runs = |turn: &Turn| turn.stage != Stage::Queued;
        let some_runs = self.open.iter().filter_map(|id| self.turn(*id)).any(runs);
        self.open.first().copied().filter(|_| !some_runs)
    }

    /// Whether the conversation, which is called `title`, is called by the prompt of `ask` from now on: it has no other, or
    /// `title` was made from the first prompt, which was edited. A title that the user or a model gave stays.
    pub fn retitles(&self, ask: &Ask, title: &str) -> bool {
        let begins = ask.parent.is_none() && ask.origin == Origin::Typed;
        let mut roots =
            self.turns.first().into_iter().chain(self.elsewhere.values()).filter(|it| it.parent().is_none());
        self.is_empty() || (begins && roots.any(|root| root.ask.prompt.title() == title))
    }

    /// The prompts at the end of the branch in sight that were never sent, the oldest first: the queue of an earlier run.
    pub fn waiting(&self) -> Vec<TurnId> {
        let unsent = |turn: &&Turn| turn.stage == Stage::Ended(Ending::Interrupted) && turn.request().is_none();
        let waiting = self.turns.iter().rev().take_while(|turn| unsent(turn) && turn.can_be_asked_anew());
        let mut waiting: Vec<TurnId> = waiting.map(Turn::id).collect();
        waiting.reverse();
        waiting
    }

    /// What the turns up to `last` say to a model.
    pub fn exchanges_to(&self, last: Option<TurnId>) -> Vec<Exchange> {
        let mut exchanges: Vec<Exchange> = self.back_from(last).filter_map(Turn::exchange).collect();
        exchanges.reverse();
        exchanges
    }

    /// The turns up to `last` that say anything to a model, as [`Conversation::exchanges_to`] gives them.
    pub fn speaking_to(&self, last: Option<TurnId>) -> Vec<TurnId> {
        let mut turns: Vec<TurnId> =
            self.back_from(last).filter(|turn| turn.exchange().is_some()).map(Turn::id).collect();
        turns.reverse();
        turns
    }

    /// The last turn up to `last` that says anything to a model: what it says, and what it was taken for.
    pub fn last_exchange(&self, last: Option<TurnId>) -> Option<(Exchange, Option<CategoryId>)> {
        let (turn, exchange) = self.back_from(last).find_map(|turn| Some((turn, turn.exchange()?)))?;
        Some((exchange, turn.category().cloned()))
    }

    /// What the last turn up to `last` that says anything to a model was taken for.
    pub fn category_of_last(&self, last: Option<TurnId>) -> Option<&CategoryId> {
        self.back_from(last).find(|turn| turn.exchange().is_some())?.category()
    }

    /// Whether a picture is attached to a prompt up to `last` that was answered.
    pub fn has_pictures_to(&self, last: Option<TurnId>) -> bool {
        self.back_from(last).any(|turn| turn.ask.prompt.images() > 0 && turn.exchange().is_some())
    }

    /// The branch that ends with `last`, backwards.
    fn back_from(&self, last: Option<TurnId>) -> impl Iterator<Item = &Turn> {
        std::iter::successors(last.and_then(|id| self.turn(id)), |turn| self.turn(turn.parent()?))
    }

    /// The turns that were asked in the same place as `id`, itself among them, the oldest first.
    pub fn siblings(&self, id: TurnId) -> Vec<TurnId> {
        let Some(turn) = self.turn(id) else { return Vec::new() };
        // Of a branch only one turn follows up on each: the others are elsewhere.
        let shown = match turn.parent() {
            Some(parent) => self.index(parent).and_then(|index| self.turns.get(index + 1)),
            None => self.turns.first(),
        };
        let hidden = self.elsewhere.values().filter(|other| other.parent() == turn.parent());
        let mut siblings: Vec<TurnId> = hidden.chain(shown).map(Turn::id).collect();
        siblings.sort_unstable();
        siblings
    }

    /// Whether anything was asked in the same place as `id`.
    pub fn has_siblings(&self, id: TurnId) -> bool {
        !self.elsewhere.is_empty() && self.siblings(id).len() > 1
    }

    /// The last turn in sight, from `id` backwards, that has siblings.
    pub fn branching_before(&self, id: TurnId) -> Option<TurnId> {
        let hidden: BTreeSet<Option<TurnId>> = self.elsewhere.values().map(Turn::parent).collect();
        let before = self.turns.iter().rev().skip_while(|turn| turn.id() > id);
        before.filter(|turn| hidden.contains(&turn.parent())).map(Turn::id).next()
    }

    /// Brings the branch through `id` in sight, down to the youngest turn that follows up on it. Gives back whether
    /// there is such a turn.
    pub fn show(&mut self, id: TurnId) -> bool {
        if self.index(id).is_some() {
            return true;
        }
        if !self.elsewhere.contains_key(&id) {
            return false;
        }
        self.go_to(Some(id));
        self.show_newest(Some(id));
        true
    }

    /// From `id`, which is the end of what is in sight, on to the youngest turn that leads back to it.
    fn show_newest(&mut self, id: Option<TurnId>) {
        let newest = match id {
            None => self.elsewhere.last_key_value().map(|(newest, _)| *newest),
            Some(id) => {
                // No parent is younger than its child: one pass meets every turn behind what it follows up on.
                let mut leading_back = BTreeSet::from([id]);
                for (turn, of) in self.elsewhere.range(id..) {
                    if of.parent().is_some_and(|parent| leading_back.contains(&parent)) {
                        leading_back.insert(*turn);
                    }
                }
                leading_back.last().copied()
            }
        };
        self.go_to(newest.or(id));
    }

    /// Puts exactly the branch that ends with `last` in sight.
    fn go_to(&mut self, last: Option<TurnId>) {
        if self.leaf() == last {
            return;
        }
        let branch: Vec<TurnId> = self.back_from(last).map(Turn::id).collect();
        let shared = self.turns.iter().zip(branch.iter().rev()).take_while(|(turn, id)| turn.id() == **id).count();
        self.elsewhere.extend(self.turns.drain(shared..).map(|turn| (turn.id(), turn)));
        let missing = branch.iter().rev().skip(shared);
        self.turns.extend(missing.filter_map(|id| self.elsewhere.remove(id)));
    }

    fn index(&self, id: TurnId) -> Option<usize> {
        self.turns.binary_search_by_key(&id, Turn::id).ok()
    }
}

#[cfg(test)]
mod queue_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{self, TurnExample};

    fn turn(id: u64, parent: Option<u64>) -> Turn {
        let asked = examples::turn(id, &format!("prompt {id}")).after(parent.map(TurnId));
        asked.saying(&format!("answer {id}"))
    }

    /// 1 ─ 2 ─ 3, then 2 asked anew as 4 (with 5 behind it), then 1 asked anew as 6.
    fn tree() -> Conversation {
        let mut tree = Conversation::new(ConversationId(1));
        for (id, parent) in [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1)), (5, Some(4)), (6, None)] {
            tree.push(turn(id, parent));
        }
        tree
    }

    fn shown(tree: &Conversation) -> Vec<u64> {
        tree.turns().iter().map(|turn| turn.id().0).collect()
    }

    #[test]
    fn a_new_branch_comes_in_sight_and_the_old_one_stays() {
        let mut tree = tree();
        assert_eq!(shown(&tree), [6]);
        assert!(tree.show(TurnId(1)));
        assert_eq!(shown(&tree), [1, 4, 5], "of two branches the younger one");
        assert!(tree.show(TurnId(2)));
        assert_eq!(shown(&tree), [1, 2, 3]);
        assert!(tree.show(TurnId(2)) && !tree.show(TurnId(9)));
        assert_eq!(shown(&tree), [1, 2, 3]);
        assert_eq!(tree.all().len(), 6);
    }

    #[test]
    fn siblings_are_what_was_asked_in_the_same_place() {
        let tree = tree();
        let of = |id| tree.siblings(TurnId(id)).iter().map(|id| id.0).collect::<Vec<_>>();
        assert_eq!((of(1), of(6), of(2), of(4), of(5)), (vec![1, 6], vec![1, 6], vec![2, 4], vec![2, 4], vec![5]));
        assert!(tree.has_siblings(TurnId(6)) && !tree.has_siblings(TurnId(3)));
    }

    #[test]
    fn a_model_hears_of_the_branch_that_leads_to_the_prompt_and_of_nothing_else() {
        let tree = tree();
        let heard = |id| tree.exchanges_to(Some(TurnId(id))).iter().map(|said| said.prompt.text.to_string()).collect();
        let of_third: Vec<String> = heard(3);
        assert_eq!(of_third, ["prompt 1", "prompt 2", "prompt 3"]);
        let of_fifth: Vec<String> = heard(5);
        assert_eq!(of_fifth, ["prompt 1", "prompt 4", "prompt 5"]);
        assert_eq!(tree.exchanges_to(None), []);
    }

    #[test]
    fn follow_ups_of_a_removed_turn_move_to_the_turn_before_it() {
        let mut tree = tree();
        tree.show(TurnId(4));
        tree.remove(TurnId(4));
        assert_eq!(shown(&tree), [1, 5]);
        assert_eq!(tree.siblings(TurnId(5)), [TurnId(2), TurnId(5)]);
        tree.show(TurnId(6));
        tree.remove(TurnId(6));
        assert_eq!(shown(&tree), [1, 5], "with the last turn of a branch gone, another comes in sight");
        tree.push(turn(7, Some(1)));
        assert_eq!(shown(&tree), [1, 7]);
        tree.remove(TurnId(7));
        assert_eq!(shown(&tree), [1, 5], "and the branch that it hid");
        tree.push(turn(8, Some(7)));
        assert_eq!(shown(&tree), [1, 8], "who had not heard of that follows up on what is left");
    }

    #[test]
    fn a_long_chat_with_a_new_beginning_is_restored_at_once() {
        let mut turns: Vec<Turn> = (1..=20_000).map(|id| turn(id, (id > 1).then(|| id - 1))).collect();
        turns.push(turn(20_001, None));
        let restored = Conversation::restore(ConversationId(1), turns, Some(TurnId(1)));
        // A walk back from every turn would be 200 million steps.
        assert_eq!(restored.turns().len(), 20_000);
        assert_eq!(restored.branching_before(TurnId(20_000)), Some(TurnId(1)));
    }

    #[test]
    fn a_tree_is_restored_from_its_turns_in_any_order_with_any_branch_in_sight() {
        let tree = tree();
        let mut turns: Vec<Turn> = tree.all().into_iter().cloned().collect();
        turns.reverse();
        let restored = Conversation::restore(tree.id(), turns.clone(), Some(TurnId(3)));
        assert_eq!(shown(&restored), [1, 2, 3]);
        assert_eq!(restored.all(), tree.all());
        let followed_up = Conversation::restore(tree.id(), turns.clone(), Some(TurnId(2)));
        assert_eq!(shown(&followed_up), [1, 2, 3], "what was asked after the leaf was noted is in sight");
        assert_eq!(shown(&Conversation::restore(tree.id(), turns, None)), [6]);
    }

    #[test]
    fn parents_that_make_no_sense_are_none() {
        let turns = vec![turn(1, Some(2)), turn(2, Some(1)), turn(3, Some(99)), turn(4, Some(4))];
        let restored = Conversation::restore(ConversationId(1), turns, Some(TurnId(2)));
        assert_eq!(shown(&restored), [1, 2]);
        assert_eq!(restored.siblings(TurnId(1)).len(), 3);
    }
}
