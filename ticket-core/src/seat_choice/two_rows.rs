//! In two rows, one right behind the other.

use super::hall::{GradeSeats, Stack};
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
        for pair in pairs(search, stack) {
            let cost = search.cost(&pair[0]) + search.cost(&pair[1]);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, pair));
            }
        }
    }
    Some(best?.1.into())
}

fn pairs<F: Fn(usize) -> bool>(search: &Search<'_, F>, stack: &Stack) -> impl Iterator<Item = [Block; 2]> {
    let stretches = search
        .stretches(&stack.front)
        .flat_map(move |front| search.stretches(&stack.back).map(move |back| (front.clone(), back)));
    let pairs = stretches.flat_map(move |(front, back)| {
        (1..search.count).flat_map(move |length| {
            let (back, rest) = (back.clone(), search.count - length);
            blocks(&front, length).flat_map(move |front| blocks(&back, rest).map(move |back| [front.clone(), back]))
        })
    });
    pairs.filter(move |[front, back]| touch(search, front, back))
}

fn touch<F>(search: &Search<'_, F>, front: &Block, back: &Block) -> bool {
    front.clone().any(|seat| search.hall.behind(seat).is_some_and(|behind| back.contains(&behind)))
}
