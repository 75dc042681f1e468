//! All in one row, side by side.

use super::hall::GradeSeats;
use super::search::{Block, Cost, Search, blocks};

/// The best block of a grade.
pub(super) fn best<F: Fn(usize) -> bool>(search: &Search<'_, F>, grade: &GradeSeats) -> Option<Vec<Block>> {
    let mut best: Option<(Cost, Block)> = None;
    for segment in &grade.segments {
        if best.as_ref().is_some_and(|(cost, _)| *cost <= search.bound(segment.nearest)) {
            break;
        }
        if segment.seats.len() < search.count || !search.covers(segment) {
            continue;
        }
        for stretch in search.stretches(segment) {
            for block in blocks(&stretch, search.count) {
                let cost = search.cost(&stretch, &block);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, block));
                }
            }
        }
    }
    Some(vec![best?.1])
}
