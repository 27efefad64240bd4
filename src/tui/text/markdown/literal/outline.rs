//! The outline that the parser finds in a text: the places of paragraphs and cells, and in them those of code, HTML and
//! the addresses of links.

use crate::tui::text::markdown::blocks::options;
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use std::ops::Range;

/// Inline text of one block: a paragraph, a heading, a cell.
pub(super) type Leaf = Range<usize>;

/// All of it in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) leaves: Vec<Leaf>,
    /// Code, HTML, addresses of links: nothing is looked for in them.
    pub(super) zones: Vec<Range<usize>>,
    pub(super) elements: Vec<Element>,
}

/// A link, a picture, or emphasis.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) bytes: Range<usize>,
    /// The end of its text, before the marks that close it.
    pub(super) inner_end: usize,
    pub(super) is_link: bool,
}

impl Outline {
    pub(super) fn of(text: &str) -> Self {
        let mut outline = Self::default();
        let (mut leaf, mut open, mut in_code) = (None::<Leaf>, Vec::new(), false);
        // Where the last thing ended in the element that is open.
        let mut last_end = 0;
        for (event, range) in Parser::new_ext(text, options(text)).into_offset_iter() {
            match event {
                Event::Start(ref tag) if is_element(tag) => {
                    let (is_link, is_whole) = match tag {
                        Tag::Link { link_type, .. } | Tag::Image { link_type, .. } => {
                            (true, has_no_text_of_its_own(*link_type))
                        }
                        _ => (false, false),
                    };
                    if is_whole {
                        outline.zones.push(range.clone());
                    }
                    open.push((outline.elements.len(), is_link && !is_whole));
                    last_end = range.start + 1 + usize::from(matches!(tag, Tag::Image { .. }));
                    outline.elements.push(Element { bytes: range.clone(), inner_end: range.end, is_link });
                }
                Event::End(
                    TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
                ) => {
                    if let Some((index, has_address)) = open.pop() {
                        let element = &mut outline.elements[index];
                        element.inner_end = last_end.min(element.bytes.end);
                        if has_address {
                            outline.zones.push(element.inner_end..element.bytes.end);
                        }
                    }
                    last_end = range.end;
                }
                Event::Start(_) | Event::End(_) | Event::Rule | Event::TaskListMarker(_) => {
                    in_code = matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock));
                    outline.leaves.extend(leaf.take());
                    continue;
                }
                _ if in_code => continue,
                Event::Code(_) | Event::InlineHtml(_) | Event::Html(_) | Event::FootnoteReference(_) => {
                    outline.zones.push(range.clone());
                    last_end = range.end;
                }
                _ => last_end = range.end,
            }
            // The backslash of what is escaped is no part of the event.
            let escaped = usize::from(text.get(..range.start).is_some_and(|before| before.ends_with('\\')));
            let leaf = leaf.get_or_insert(range.start - escaped..range.end);
            leaf.end = leaf.end.max(range.end);
        }
        outline.leaves.extend(leaf);
        // The address of a link stands behind the code in its text, and a picture may stand in a link.
        outline.zones.sort_by_key(|zone| zone.start);
        outline
    }
}

fn is_element(tag: &Tag) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// Returns true if the text of a link is its address, or the name of its definition.
fn has_no_text_of_its_own(link: LinkType) -> bool {
    matches!(
        link,
        LinkType::Autolink
            | LinkType::Email
            | LinkType::Shortcut
            | LinkType::ShortcutUnknown
            | LinkType::Collapsed
            | LinkType::CollapsedUnknown
    )
}
