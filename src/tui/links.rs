//! Links on the screen: which cells lead where.
//!
//! A cell has no room for an address, so a mark of it rides in the colour of its underline, which nothing else here uses.
//! The backend takes it out again and tells the terminal the address (OSC 8). A mark depends on the address alone, so
//! that a cell whose address changes is one that changes.

use ratatui::buffer::Cell;
use ratatui::style::Color;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The longest address in bytes: some terminals take no more, and it is written for every row of a link.
const LONGEST: usize = 2_000;

/// The addresses of the links in sight, shared by who draws and who writes.
#[derive(Debug, Clone, Default)]
pub struct Links(Arc<Mutex<HashMap<Color, Option<Arc<str>>>>>);

/// The mark of a cell's link, and the cell without it.
pub(crate) fn taken_out(cell: &Cell) -> (Option<Color>, Cell) {
    let mark = Some(cell.underline_color).filter(|mark| *mark != Color::Reset);
    let mut cell = cell.clone();
    cell.underline_color = Color::Reset;
    (mark, cell)
}

/// The mark of an address: 24 bits of it (FNV-1a), as a colour.
pub(crate) fn mark(address: &str) -> Color {
    let hash = address.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let folded = (hash >> 24) ^ hash;
    Color::Rgb((folded >> 16) as u8, (folded >> 8) as u8, folded as u8)
}

impl Links {
    /// These are in sight now, and no others.
    pub(crate) fn show(&self, addresses: impl Iterator<Item = Arc<str>>) {
        let mut shown = self.shown();
        shown.clear();
        for address in addresses {
            let known = shown.entry(mark(&address)).or_insert_with(|| Some(address.clone()));
            // Where two share a mark, neither leads anywhere: rather that than to the wrong place.
            if known.as_ref().is_some_and(|known| *known != address) {
                *known = None;
            }
        }
    }

    /// Whether there are any.
    pub(crate) fn is_empty(&self) -> bool {
        self.shown().is_empty()
    }

    /// Where a mark leads, as terminals want it: in ASCII.
    pub(crate) fn address(&self, mark: Color) -> Option<String> {
        let address = self.shown().get(&mark)?.clone().filter(|address| address.len() <= LONGEST)?;
        let mut ascii = String::with_capacity(address.len());
        for byte in address.bytes() {
            match byte {
                0x21..=0x7e => ascii.push(char::from(byte)),
                _ => _ = write!(ascii, "%{byte:02X}"),
            }
        }
        Some(ascii)
    }

    fn shown(&self) -> MutexGuard<'_, HashMap<Color, Option<Arc<str>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_sight_leads_where_it_says_and_another_nowhere() {
        let links = Links::default();
        assert!(links.is_empty());
        links.show(["https://a.example/ü".into()].into_iter());
        assert_eq!(links.address(mark("https://a.example/ü")).as_deref(), Some("https://a.example/%C3%BC"));
        assert_eq!(links.address(mark("https://b.example")), None);
        links.show(std::iter::empty());
        assert_eq!(links.address(mark("https://a.example/ü")), None);
    }

    #[test]
    fn two_addresses_with_one_mark_lead_nowhere() {
        // Found by trying: 24 bits are few.
        let mut marks = HashMap::new();
        let twins = (0..).find_map(|n| {
            let address = format!("https://a.example/{n}");
            marks.insert(mark(&address), address.clone()).map(|twin| (twin, address))
        });
        let (one, two) = twins.unwrap();
        let links = Links::default();
        links.show([one.as_str().into(), two.as_str().into()].into_iter());
        assert_eq!(links.address(mark(&one)), None);
    }
}
