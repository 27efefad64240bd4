//! A thin bar: a share as a line, so that it does not weigh more than the figure beside it.

/// The full part of a bar of `cells` cells, and the rest. What is not nothing has at least one cell.
pub(crate) fn thin(share: f64, cells: usize) -> (String, String) {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let full = (share * cells as f64).round() as usize;
    let full = if share > 0.005 { full.max(1) } else { full }.min(cells);
    ("━".repeat(full), "─".repeat(cells - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_fills_its_part_of_the_bar_and_a_small_one_is_seen() {
        for (share, full) in
            [(0.0, 0), (0.004, 0), (0.01, 1), (0.5, 5), (0.97, 10), (1.0, 10), (7.0, 10), (f64::NAN, 0)]
        {
            let (line, rest) = thin(share, 10);
            assert_eq!((line.chars().count(), rest.chars().count()), (full, 10 - full), "{share}");
        }
    }
}
