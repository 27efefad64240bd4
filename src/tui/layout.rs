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
    /// The last row.
    pub(crate) status: Rect,
}

impl Regions {
    /// The regions of a screen of `width` by `height`; `composer_rows` is how many rows the input would like.
    pub(crate) fn of(width: u16, height: u16, sidebar: bool, composer_rows: u16) -> Self {
        let status_rows = u16::from(height >= 4);
        let frame = if height >= 8 { 2 } else { 0 };
        let most = (height / 3).max(1);
        let composer_rows = (composer_rows.clamp(1, most) + frame).min(height - status_rows);
        let above = height - status_rows - composer_rows;
        let beside = sidebar && width >= WIDE;
        let sidebar_width = if beside { (width / 3).clamp(32, 42) } else { width.min(40) };
        let main_width = if beside { width - sidebar_width } else { width };
        Self {
            transcript: Rect::new(0, 0, main_width, above),
            sidebar: sidebar.then(|| Rect::new(width - sidebar_width, 0, sidebar_width, above)),
            composer: Rect::new(0, above, width, composer_rows),
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

    /// The input inside its frame.
    pub(crate) fn composer_text(&self) -> Rect {
        inside(self.composer, self.composer_framed())
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
                for (sidebar, rows) in [(false, 1), (true, 1), (true, 99)] {
                    let regions = Regions::of(width, height, sidebar, rows);
                    let heights = regions.transcript.height + regions.composer.height + regions.status.height;
                    assert_eq!(heights, height, "{width}x{height}");
                    let beside = regions.sidebar.filter(|_| width >= WIDE).map_or(0, |area| area.width);
                    assert_eq!(regions.transcript.width + beside, width);
                    for area in
                        [regions.transcript_text(), regions.composer_text(), regions.sidebar.unwrap_or_default()]
                    {
                        assert!(area.right() <= width && area.bottom() <= height, "{width}x{height}: {area}");
                    }
                    assert!(height == 0 || regions.composer.height > 0, "one can always type");
                }
            }
        }
    }
}
