//! How far something is, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Fewer seats are done before anybody could read a bar.
const SEATS_MIN: u64 = 5_000;

/// A bar for seats on standard error; nothing where that is no terminal.
pub(crate) fn seats() -> (ProgressBar, impl Fn(u64, u64) + Send + Sync + 'static) {
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} seats") {
        bar.set_style(style.progress_chars("=> "));
    }
    let shown = bar.clone();
    (bar, move |done, all| {
        if all >= SEATS_MIN {
            shown.set_length(all);
            shown.set_position(done);
        }
    })
}
