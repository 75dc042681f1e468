//! Bars of figures: for people to see, none for whatever else reads.

use std::io::IsTerminal as _;

use crate::cli::Global;

/// Cells of the longest bar.
pub(crate) const CELLS_MAX: usize = 24;
/// With fewer, a bar tells little.
pub(crate) const CELLS_MIN: usize = 8;
/// A cell of a bar, from one eighth to all of it.
const EIGHTHS: [&str; 8] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

/// How bars are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bars {
    /// To an eighth of a cell.
    Blocks,
    /// For terminals that have no blocks.
    Ascii,
    /// Standard output is no terminal.
    Off,
}

/// A figure, and that of the longest bar.
pub(crate) type Share = (u64, u64);

impl Bars {
    pub(crate) fn new(global: &Global) -> Self {
        match (std::io::stdout().is_terminal(), global.ascii) {
            (false, _) => Self::Off,
            (true, true) => Self::Ascii,
            (true, false) => Self::Blocks,
        }
    }

    /// Nothing is nothing drawn, and anything is something.
    pub(crate) fn bar(self, (count, most): Share, cells: usize) -> String {
        let parts = |per_cell: usize| {
            let parts = u128::from(count) * (cells * per_cell) as u128 / u128::from(most.max(1));
            usize::try_from(parts).unwrap_or_default().max(usize::from(count > 0))
        };
        match self {
            Self::Off => String::new(),
            Self::Ascii => "#".repeat(parts(1)),
            Self::Blocks => {
                let eighths = parts(8);
                let rest = eighths.checked_rem(8).filter(|rest| *rest > 0).map_or("", |rest| EIGHTHS[rest - 1]);
                EIGHTHS[7].repeat(eighths / 8) + rest
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bars::{Ascii, Blocks, Off};
    use super::CELLS_MAX;

    #[test]
    fn bars_are_shares_of_the_most() {
        let bar = |bars: super::Bars, share| bars.bar(share, CELLS_MAX);
        assert_eq!(bar(Blocks, (1000, 1000)), "█".repeat(24));
        assert_eq!(bar(Blocks, (500, 1000)), "█".repeat(12));
        assert_eq!(bar(Blocks, (30, 64)), "███████████▎");
        assert_eq!(bar(Blocks, (1, 1_000_000)), "▏");
        assert_eq!(bar(Blocks, (0, 1000)), "");
        assert_eq!(bar(Blocks, (0, 0)), "");
        assert_eq!(bar(Blocks, (u64::MAX, u64::MAX)), "█".repeat(24));
        assert_eq!(bar(Ascii, (500, 1000)), "############");
        assert_eq!(bar(Ascii, (1, 1_000_000)), "#");
        assert_eq!(bar(Off, (500, 1000)), "");
    }
}
