//! The sources of an answer, put together from what its events say of them. Owns their order: `[2]` in an answer means the
//! second of the server's list.

use crate::chat::Source;

/// How many sources of an answer are kept.
const SOURCES_MAX: usize = 256;

/// Puts the sources of an answer together.
#[derive(Debug, Default)]
pub(super) struct Sources {
    list: Vec<Source>,
    /// So many of them, from the first, are the server's list: their places are the numbers in the text.
    numbered: usize,
    grown: bool,
}

impl Sources {
    /// Takes the server's list, which many repeat with every event.
    pub(super) fn number(&mut self, mut list: Vec<Source>) {
        list.truncate(SOURCES_MAX);
        let known = self.list.get(..self.numbered).unwrap_or_default();
        let goes_on = list.len() > known.len() && list.iter().zip(known).all(|(new, old)| new.url == old.url);
        if !goes_on {
            return self.add(list);
        }
        let others = std::mem::take(&mut self.list);
        self.numbered = list.len();
        (self.list, self.grown) = (list, true);
        self.add(others);
    }

    /// Takes sources that have no numbers: what is known already is not repeated, and may get a title.
    pub(super) fn add(&mut self, sources: Vec<Source>) {
        for source in sources {
            let mut known = self.list.iter_mut().filter(|known| is_same(known, &source)).peekable();
            if known.peek().is_none() {
                if self.list.len() < SOURCES_MAX {
                    self.list.push(source);
                    self.grown = true;
                }
                continue;
            }
            for known in known.filter(|known| known.title.is_empty() && !source.title.is_empty()) {
                known.title.clone_from(&source.title);
                self.grown = true;
            }
        }
    }

    /// All of them, where there are more than were given out before.
    pub(super) fn grown(&mut self) -> Option<Vec<Source>> {
        std::mem::take(&mut self.grown).then(|| self.list.clone())
    }
}

fn is_same(known: &Source, source: &Source) -> bool {
    if source.url.is_empty() { *known == *source } else { known.url == source.url }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(url: &str, title: &str) -> Source {
        Source::new(url, title)
    }

    fn bare(urls: &str) -> Vec<Source> {
        urls.chars().map(|url| source(&url.to_string(), "")).collect()
    }

    /// The addresses in their order.
    fn urls(sources: &Sources) -> String {
        sources.list.iter().map(|source| source.url.as_str()).collect()
    }

    #[test]
    fn a_list_that_is_repeated_is_there_once_and_keeps_its_numbers() {
        let mut sources = Sources::default();
        sources.add(bare("cx"));
        for list in ["ab", "ab", "abac", "ab"] {
            sources.number(bare(list));
        }
        assert_eq!(urls(&sources), "abacx", "what is cited twice has two numbers");
        sources.number(bare("zb"));
        assert_eq!(urls(&sources), "abacxz", "of another list the new ones are taken");
    }

    #[test]
    fn a_title_that_comes_later_is_taken_and_nothing_else_is_news() {
        let mut sources = Sources::default();
        sources.number(bare("ab"));
        assert_eq!(sources.grown().map(|all| all.len()), Some(2));
        sources.number(bare("ab"));
        assert_eq!(sources.grown(), None);
        sources.add(vec![source("b", "B"), source("b", "other")]);
        assert_eq!(sources.grown(), Some(vec![source("a", ""), source("b", "B")]));
        sources.number(vec![source("a", ""), source("b", ""), source("c", "")]);
        assert_eq!(sources.grown(), Some(vec![source("a", ""), source("b", "B"), source("c", "")]));
    }

    #[test]
    fn there_is_a_most() {
        let mut sources = Sources::default();
        for number in 0..2 * SOURCES_MAX {
            sources.add(vec![source(&number.to_string(), "")]);
        }
        sources.number((0..2 * SOURCES_MAX).map(|number| source(&format!("n{number}"), "")).collect());
        assert_eq!(sources.list.len(), SOURCES_MAX);
    }
}
