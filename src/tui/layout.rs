//! Where everything is, by size alone. Pure: `update` needs it to scroll, `view` to draw.
//!
//! ```text
//!   title                          context │ROUTE        the sidebar stands beside the conversation from 100 columns on;
//!                                          │             below that it lies over it, when it is asked for
//!   ▌ conversation                         │HISTORY
//!   ◌ queued                               │             a strip for prompts that wait, notices and keys
//! ▌ composer                                             over the whole width
//!  status                                                below 4 rows gone
//! ```
//!
//! A panel lies above the composer, over everything else. Air goes first where room is short, then the heads.

use ratatui::layout::Rect;

/// From this width on, the sidebar has a place of its own.
pub(crate) const WIDE: u16 = 100;
/// The widest text: longer lines are hard to read.
pub(crate) const MEASURE: u16 = 96;
/// From this width of the screen on, the text stands in the middle of its place.
const CENTRED: u16 = 140;
/// Below this width there is no air at the sides.
const NARROW: u16 = 60;
/// Below this height there is no air between the regions.
pub(crate) const LOW: u16 = 16;
/// The widest inside of a panel.
const PANEL_WIDTH_MAX: u16 = 132;

/// What the height of the regions depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) sidebar: bool,
    /// The rows that the input's text would like.
    pub(crate) text: u16,
    /// The rows of the chips above it.
    pub(crate) chips: u16,
    /// The rows of the strip above the composer.
    pub(crate) strip: u16,
}

/// The regions of a screen. A region that has no room is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Regions {
    /// The row with the title.
    pub(crate) header: Rect,
    /// The conversation with its rail and its margins.
    pub(crate) transcript: Rect,
    /// Prompts that wait, a notice, or keys.
    pub(crate) strip: Rect,
    pub(crate) sidebar: Option<Rect>,
    /// The surface of the input.
    pub(crate) composer: Rect,
    /// How many rows of it are chips of attached files.
    chip_rows: u16,
    /// The last row.
    pub(crate) status: Rect,
    screen: (u16, u16),
}

impl Regions {
    /// The regions of a screen of `width` by `height`.
    pub(crate) fn of((width, height): (u16, u16), wanted: Wanted) -> Self {
        let status_rows = u16::from(height >= 4);
        let most = (height / 3).max(1);
        // The text comes first: one can always type.
        let chip_rows = wanted.chips.min(most - 1);
        let rows = wanted.text.max(1).saturating_add(chip_rows).min(most);
        let composer_rows = (rows + lamp_rows(height) + pads(height)).min(height - status_rows);
        let above = height - status_rows - composer_rows;
        let beside = wanted.sidebar && width >= WIDE;
        let sidebar_width = if beside { (width / 3).clamp(34, 42) } else { width.min(42) };
        let main = if beside { width - sidebar_width } else { width };
        let header_rows = u16::from(above >= 6);
        let air = u16::from(header_rows > 0 && height >= LOW);
        let strip_rows = wanted.strip.min((above - header_rows - air) * 2 / 3);
        Self {
            header: Rect::new(0, 0, main, header_rows),
            transcript: Rect::new(0, header_rows + air, main, above - header_rows - air - strip_rows),
            strip: Rect::new(0, above - strip_rows, main, strip_rows),
            sidebar: wanted.sidebar.then(|| Rect::new(width - sidebar_width, 0, sidebar_width, above)),
            composer: Rect::new(0, above, width, composer_rows),
            chip_rows,
            status: Rect::new(0, height - status_rows, width, status_rows),
            screen: (width, height),
        }
    }

    /// The text of the conversation, right of the rail, which stands two cells before it.
    pub(crate) fn transcript_text(&self) -> Rect {
        let area = self.transcript;
        let (left, right) = if area.width < NARROW { (2, 1) } else { (4, 2) };
        let room = area.width.saturating_sub(left + right);
        let width = room.min(MEASURE);
        let before = if self.screen.0 >= CENTRED { (room - width) / 2 } else { 0 };
        Rect::new(area.x + left.min(area.width) + before, area.y, width, area.height)
    }

    /// The column of the rail.
    pub(crate) fn rail(&self) -> u16 {
        self.transcript_text().x.saturating_sub(2)
    }

    /// From the rail to the end of the text: where heads and strips stand.
    pub(crate) fn column(&self, area: Rect) -> Rect {
        let text = self.transcript_text();
        let x = self.rail();
        Rect { x, width: text.right().saturating_sub(x), ..area }
    }

    /// The input's text, below the chips.
    pub(crate) fn composer_text(&self) -> Rect {
        let inside = self.composer_inside();
        let chips = self.chip_rows.min(inside.height.saturating_sub(1));
        Rect { y: inside.y + chips, height: inside.height - chips, ..inside }
    }

    /// The chips of attached files, above the input's text.
    pub(crate) fn composer_chips(&self) -> Rect {
        let inside = self.composer_inside();
        Rect { height: self.chip_rows.min(inside.height.saturating_sub(1)), ..inside }
    }

    /// The row that says where the prompt would go; empty where there is no room for it.
    pub(crate) fn lamp(&self) -> Rect {
        let inside = self.composer_inside();
        let rows = lamp_rows(self.screen.1).min(self.composer.height.saturating_sub(inside.height));
        Rect { y: self.composer.bottom() - rows, height: rows, ..inside }
    }

    /// Text and chips of the input, without air and lamp.
    fn composer_inside(&self) -> Rect {
        let area = self.composer;
        let side = if area.width < 8 { 0 } else { 2 };
        let (pads, lamp) = (pads(self.screen.1), lamp_rows(self.screen.1));
        let (top, taken) = if area.height > pads + lamp { (pads / 2, pads + lamp) } else { (0, 0) };
        Rect::new(area.x + side, area.y + top, area.width.saturating_sub(side * 2), area.height - taken)
    }

    /// The surface of a panel with so many rows below its head, and what is inside of it.
    pub(crate) fn panel(&self, rows: usize) -> (Rect, Rect) {
        let most = self.panel_room();
        let rows = rows.clamp(1, usize::from(most.1.max(1))) as u16;
        let frame = panel_frame(self.screen.1);
        let floor = self.panel_floor();
        let height = (rows + frame).min(floor);
        let surface = Rect { y: floor - height, height, ..self.composer };
        let top = (frame - u16::from(frame > 1)).min(height);
        let side = (self.composer.width - most.0) / 2;
        let side = if self.screen.0 >= CENTRED { side } else { side.min(2) };
        (surface, Rect::new(side, surface.y + top, most.0, rows.min(height - top)))
    }

    /// The row that a panel stands on: a notice, and the letters of the leader key, stay in sight below it.
    fn panel_floor(&self) -> u16 {
        if self.strip.height > 0 { self.strip.y } else { self.composer.y }
    }

    /// The columns inside of a panel, and the most rows below its head.
    pub(crate) fn panel_room(&self) -> (u16, u16) {
        let side = if self.screen.0 < NARROW { 1 } else { 2 };
        let width = self.composer.width.saturating_sub(2 * side).min(PANEL_WIDTH_MAX);
        (width, self.panel_floor().saturating_sub(panel_frame(self.screen.1) + u16::from(self.screen.1 >= LOW)))
    }
}

/// The rows below the input's text that say where the prompt would go.
fn lamp_rows(height: u16) -> u16 {
    u16::from(height >= 8)
}

/// The blank rows of the composer: above its text, and between text and lamp.
fn pads(height: u16) -> u16 {
    if height >= LOW { 2 } else { 0 }
}

/// The rows of a panel besides its content: the head, and air around both.
fn panel_frame(height: u16) -> u16 {
    match height {
        LOW.. => 4,
        6.. => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_divided_without_overlap_and_without_rest() {
        for width in 0..220 {
            for height in 0..64 {
                for (sidebar, text, chips, strip) in [(false, 1, 0, 0), (true, 1, 3, 2), (true, 99, 2, 9)] {
                    let size = format!("{width}x{height}");
                    let regions = Regions::of((width, height), Wanted { sidebar, text, chips, strip });
                    let Regions { transcript, strip, composer, status, .. } = regions;
                    assert_eq!(transcript.bottom(), strip.y, "{size}");
                    assert_eq!((strip.bottom(), composer.bottom()), (composer.y, status.y), "{size}");
                    assert_eq!(status.bottom(), height, "{size}");
                    let beside = regions.sidebar.filter(|_| width >= WIDE).map_or(0, |area| area.width);
                    assert_eq!(transcript.width + beside, width);
                    let (surface, inside) = regions.panel(7);
                    let areas = [regions.transcript_text(), regions.lamp(), surface, inside, regions.column(strip)];
                    for area in areas.into_iter().chain(regions.sidebar) {
                        assert!(area.right() <= width && area.bottom() <= height, "{size}: {area}");
                    }
                    let text = regions.composer_text();
                    assert!(height == 0 || text.height > 0, "one can always type: {size}");
                    assert!(text.bottom() <= regions.lamp().y.max(text.bottom().min(status.y)), "{size}");
                    assert!(regions.composer_chips().bottom() <= text.y, "{size}");
                    assert!(transcript.height > 0 || height < 4, "{size}");
                }
            }
        }
    }

    #[test]
    fn text_is_never_wider_than_is_read_well_and_stands_in_the_middle_of_a_wide_screen() {
        let text =
            |width| Regions::of((width, 40), Wanted { sidebar: true, text: 1, ..Wanted::default() }).transcript_text();
        assert_eq!((text(80).x, text(80).width), (4, 74));
        assert_eq!((text(120).x, text(120).width), (4, 74));
        let wide = text(200);
        assert_eq!((wide.x, wide.width), (32, 96));
    }

    #[test]
    fn a_panel_is_as_high_as_its_content_and_leaves_the_draft_in_sight() {
        let regions = Regions::of((80, 24), Wanted { text: 1, ..Wanted::default() });
        let (surface, inside) = regions.panel(5);
        assert_eq!((surface.bottom(), inside.height), (regions.composer.y, 5));
        let (surface, inside) = regions.panel(500);
        assert_eq!((surface.y, inside.bottom() + 1), (1, regions.composer.y));
    }

    #[test]
    fn a_notice_stays_in_sight_below_a_panel() {
        let regions = Regions::of((80, 24), Wanted { text: 1, strip: 2, ..Wanted::default() });
        for rows in [1, 500] {
            assert_eq!(regions.panel(rows).0.bottom(), regions.strip.y);
        }
    }
}
