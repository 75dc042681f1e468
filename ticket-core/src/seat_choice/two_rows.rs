//! In two rows, one right behind the other.

use super::hall::{GradeSeats, Segment, Stack};
use super::search::{Block, Cost, Search, blocks};

/// The best two blocks of a grade of which one has a seat right behind one of the other.
///
/// It is asked when one row is not enough, so that no stretch is as long as the wish, and there is little to go through.
pub(super) fn best<F: Fn(usize) -> bool>(search: &Search<'_, F>, grade: &GradeSeats) -> Option<Vec<Block>> {
    let mut best: Option<(Cost, [Block; 2])> = None;
    for stack in grade.stacks.iter().filter(|stack| search.covers(&stack.front)) {
        if best.as_ref().is_some_and(|(cost, _)| *cost <= search.bound(stack.nearest())) {
            break;
        }
        for (cost, pair) in pairs(search, stack) {
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, pair));
            }
        }
    }
    Some(best?.1.into())
}

/// Every two blocks that make up the count and touch, with their cost.
fn pairs<F: Fn(usize) -> bool>(search: &Search<'_, F>, stack: &Stack) -> impl Iterator<Item = (Cost, [Block; 2])> {
    let longest = stack.front.seats.len().min(search.count - 1);
    let shortest = search.count.saturating_sub(stack.back.seats.len()).max(1);
    (shortest..=longest).flat_map(move |length| {
        let fronts = pieces(search, &stack.front, length);
        fronts.flat_map(move |(front_cost, front)| {
            let backs = pieces(search, &stack.back, search.count - length);
            let pairs = backs.map(move |(cost, back)| (front_cost + cost, [front.clone(), back]));
            pairs.filter(move |(_, [front, back])| touch(search, front, back))
        })
    })
}

fn pieces<F: Fn(usize) -> bool>(
    search: &Search<'_, F>,
    segment: &Segment,
    length: usize,
) -> impl Iterator<Item = (Cost, Block)> {
    let stretches = search.stretches(segment);
    stretches.flat_map(move |stretch| blocks(&stretch, length).map(move |block| (search.cost(&stretch, &block), block)))
}

fn touch<F>(search: &Search<'_, F>, front: &Block, back: &Block) -> bool {
    front.clone().any(|seat| search.hall.behind(seat).is_some_and(|behind| back.contains(&behind)))
}
