//! Bars of figures: for people to see, none for whatever else reads.

use std::io::IsTerminal as _;

use unicode_width::UnicodeWidthStr as _;

use crate::cli::Global;
use crate::output;

/// Cells of the longest bar.
const CELLS_MAX: usize = 24;
/// With fewer, a bar tells nothing.
const CELLS_MIN: usize = 4;
/// Spaces before a bar.
const GUTTER: usize = 2;
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

    /// Draws bars behind the lines of a table, one for each but the header, where the terminal has room for them.
    pub(crate) fn beside(self, lines: Vec<String>, shares: &[Share]) -> Vec<String> {
        let columns = output::terminal_columns().map_or(usize::MAX, usize::from);
        self.beside_within(columns, lines, shares)
    }

    fn beside_within(self, columns: usize, mut lines: Vec<String>, shares: &[Share]) -> Vec<String> {
        let width = lines.iter().map(|line| line.width()).max().unwrap_or_default();
        let cells = columns.saturating_sub(width + GUTTER).min(CELLS_MAX);
        // A table that is too wide has broken lines.
        if cells < CELLS_MIN || lines.len() != shares.len() + 1 {
            return lines;
        }
        for (line, share) in lines.iter_mut().skip(1).zip(shares) {
            let bar = self.bar(*share, cells);
            if !bar.is_empty() {
                line.push_str(&" ".repeat(width - line.width() + GUTTER));
                line.push_str(&bar);
            }
        }
        lines
    }

    /// Nothing is nothing drawn, and anything is something.
    fn bar(self, (count, most): Share, cells: usize) -> String {
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

    #[test]
    fn bars_take_the_room_that_is_left() {
        let lines = || ["SHOW        SOLD", "레미제라블     8", "Cats           4"].map(str::to_owned).to_vec();
        let shares = [(8, 8), (4, 8)];
        assert_eq!(
            Ascii.beside_within(26, lines(), &shares),
            ["SHOW        SOLD", "레미제라블     8  ########", "Cats           4  ####"]
        );
        assert_eq!(Ascii.beside_within(20, lines(), &shares), lines());
    }
}
