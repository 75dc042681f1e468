//! What lists of rows and lists of seats have in common.

use std::ops::Range;

/// The words of a list, each with its bytes.
pub(super) fn tokens(list: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    list.split_whitespace().map(|token| {
        let start = token.as_ptr().addr() - list.as_ptr().addr();
        (start..start + token.len(), token)
    })
}

/// From `first` to `last`, whichever is greater.
pub(super) fn in_order(first: u32, last: u32) -> impl Iterator<Item = u32> {
    let count = first.abs_diff(last) + 1;
    (0..count).map(move |step| if first <= last { first + step } else { first - step })
}
