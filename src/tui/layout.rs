//! Where everything is, by size alone. Pure: `update` needs it to scroll, `view` to draw.
//!
//! ```text
//! ╭ transcript ─────────────────────╮╭ sidebar ──╮
//! │                                 ││           │     the sidebar stands beside the transcript from 100 columns on;
//! ╰─────────────────────────────────╯╰───────────╯     below that it lies over it, when it is asked for
//! ╭ composer ────────────────────────────────────╮
//! ╰──────────────────────────────────────────────╯     below 8 rows without its frame
//! status                                               below 4 rows gone
//! ```

use ratatui::layout::Rect;

/// From this width on, the sidebar has a place of its own.
pub(crate) const WIDE: u16 = 100;

/// The regions of a screen. A region that has no room is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Regions {
    /// The conversation with its frame.
    pub(crate) transcript: Rect,
    /// Route and history with their frames.
    pub(crate) sidebar: Option<Rect>,
    /// The input with its frame, where it has one.
    pub(crate) composer: Rect,
    /// How many rows at the top of the input belong to the chips of attached files.
    pub(crate) chip_rows: u16,
    /// The last row.
    pub(crate) status: Rect,
}

impl Regions {
    /// The regions of a screen of `width` by `height`; `text_rows` is how many rows the input's text would like, and
    /// `chip_rows` the chips above it.
    pub(crate) fn of(width: u16, height: u16, sidebar: bool, text_rows: u16, chip_rows: u16) -> Self {
        let status_rows = u16::from(height >= 4);
        let frame = if height >= 8 { 2 } else { 0 };
        let most = (height / 3).max(1);
        // The text comes first: one can always type.
        let chip_rows = chip_rows.min(most - 1);
        let rows = (text_rows.max(1).saturating_add(chip_rows)).min(most);
        let composer_rows = (rows + frame).min(height - status_rows);
        let above = height - status_rows - composer_rows;
        let beside = sidebar && width >= WIDE;
        let sidebar_width = if beside { (width / 3).clamp(32, 42) } else { width.min(40) };
        let main_width = if beside { width - sidebar_width } else { width };
        Self {
            transcript: Rect::new(0, 0, main_width, above),
            sidebar: sidebar.then(|| Rect::new(width - sidebar_width, 0, sidebar_width, above)),
            composer: Rect::new(0, above, width, composer_rows),
            chip_rows,
            status: Rect::new(0, height - status_rows, width, status_rows),
        }
    }

    /// The conversation inside its frame: the frame goes first when room is short.
    pub(crate) fn transcript_text(&self) -> Rect {
        inside(self.transcript, self.transcript.height >= 4 && self.transcript.width >= 20)
    }

    /// Whether the conversation has a frame.
    pub(crate) fn transcript_framed(&self) -> bool {
        self.transcript_text() != self.transcript
    }

    /// The input's text, inside its frame and below the chips.
    pub(crate) fn composer_text(&self) -> Rect {
        let inside = inside(self.composer, self.composer_framed());
        let chips = self.chip_rows.min(inside.height.saturating_sub(1));
        Rect::new(inside.x, inside.y + chips, inside.width, inside.height - chips)
    }

    /// The chips of attached files, above the input's text.
    pub(crate) fn composer_chips(&self) -> Rect {
        let inside = inside(self.composer, self.composer_framed());
        Rect { height: self.chip_rows.min(inside.height.saturating_sub(1)), ..inside }
    }

    /// Whether the input has a frame.
    pub(crate) fn composer_framed(&self) -> bool {
        self.composer.height >= 3 && self.composer.width >= 8
    }
}

/// Where the help and every page lie: in the middle, with their frame.
pub(crate) fn panel_area(width: u16, height: u16) -> Rect {
    let (wide, high) = (width.min(96), height.saturating_sub(2).max(height.min(3)));
    Rect::new((width - wide) / 2, (height - high) / 2, wide, high)
}

/// `area` without its frame and a column of air on both sides.
fn inside(area: Rect, framed: bool) -> Rect {
    if !framed {
        return area;
    }
    Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(4), area.height.saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_divided_without_overlap_and_without_rest() {
        for width in 0..130 {
            for height in 0..40 {
                for (sidebar, rows, chips) in [(false, 1, 0), (true, 1, 3), (true, 99, 2)] {
                    let regions = Regions::of(width, height, sidebar, rows, chips);
                    let heights = regions.transcript.height + regions.composer.height + regions.status.height;
                    assert_eq!(heights, height, "{width}x{height}");
                    let beside = regions.sidebar.filter(|_| width >= WIDE).map_or(0, |area| area.width);
                    assert_eq!(regions.transcript.width + beside, width);
                    for area in
                        [regions.transcript_text(), regions.composer_text(), regions.sidebar.unwrap_or_default()]
                    {
                        assert!(area.right() <= width && area.bottom() <= height, "{width}x{height}: {area}");
                    }
                    let text = regions.composer_text();
                    assert!(height == 0 || text.height > 0, "one can always type: {width}x{height}");
                    assert_eq!(
                        regions.composer_chips().bottom().max(regions.composer.y),
                        text.y.max(regions.composer.y)
                    );
                }
            }
        }
    }
}
