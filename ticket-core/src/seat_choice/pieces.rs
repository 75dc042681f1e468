//! Wherever there is room, in as few pieces as possible.

use super::hall::GradeSeats;
use super::search::{Block, Cost, Search, blocks};

/// A block that may become a piece.
#[derive(Debug, Clone)]
struct Candidate {
    cost: Cost,
    block: Block,
    /// Where it lies. Two pieces of one stretch could be one piece, so they are never in the answer together.
    stretch: usize,
}

/// Pieces, and what speaks against all of them together.
type Answer = (Cost, Vec<Block>);

/// What could be chosen in one sector.
struct Part {
    stretches: Vec<Block>,
    /// The square of the distance of its nearest seat from the middle of the front.
    nearest: u64,
}

/// The best pieces of a grade, among the fewest that suffice; in one sector, if those suffice there. It is asked when one
/// piece is not enough.
pub(super) fn best<F: Fn(usize) -> bool>(search: &Search<'_, F>, grade: &GradeSeats) -> Option<Vec<Block>> {
    let parts = parts(search, grade);
    let all: Vec<Block> = parts.iter().flat_map(|part| &part.stretches).cloned().collect();
    let pieces = fewest(&all, search.count)?;
    let mut best: Option<Answer> = None;
    for part in parts.iter().filter(|part| fewest(&part.stretches, search.count) == Some(pieces)) {
        if best.as_ref().is_some_and(|(cost, _)| *cost <= search.bound(part.nearest)) {
            break;
        }
        let answer = cheapest(search, &part.stretches, pieces);
        best = best.into_iter().chain(answer).min_by_key(|(cost, _)| *cost);
    }
    best.or_else(|| cheapest(search, &all, pieces)).map(|(_, blocks)| blocks)
}

/// Nearest first.
fn parts<F: Fn(usize) -> bool>(search: &Search<'_, F>, grade: &GradeSeats) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut by_sector = vec![None; search.hall.sectors().len()];
    for segment in grade.segments.iter().filter(|segment| search.covers(segment)) {
        let part = *by_sector[segment.sector].get_or_insert_with(|| {
            parts.push(Part { stretches: Vec::new(), nearest: segment.nearest });
            parts.len() - 1
        });
        parts[part].stretches.extend(search.stretches(segment));
    }
    parts
}

fn cheapest<F: Fn(usize) -> bool>(search: &Search<'_, F>, stretches: &[Block], pieces: usize) -> Option<Answer> {
    combine(&candidates(search, stretches, pieces), pieces, search.count)
}

/// How many stretches are needed for so many seats, taking the longest first.
fn fewest(stretches: &[Block], count: usize) -> Option<usize> {
    if stretches.iter().map(Block::len).sum::<usize>() < count {
        return None;
    }
    let mut by_length = vec![0; count + 1];
    for stretch in stretches {
        by_length[stretch.len().min(count)] += 1;
    }
    let (mut pieces, mut missing) = (0, count);
    for length in (1..=count).rev() {
        let used = missing.div_ceil(length).min(by_length[length]);
        pieces += used;
        missing = missing.saturating_sub(used * length);
    }
    Some(pieces)
}

/// For each length the cheapest blocks, as many as there are to be pieces, no two of a length in one stretch.
///
/// Others are not needed: whenever another block is part of an answer, one of these lies in a stretch that the answer
/// does not use, and costs no more.
fn candidates<F: Fn(usize) -> bool>(search: &Search<'_, F>, stretches: &[Block], pieces: usize) -> Vec<Candidate> {
    let mut cheapest: Vec<Vec<Candidate>> = vec![Vec::new(); search.count - 1];
    for (stretch, seats) in stretches.iter().enumerate() {
        for (length, kept) in (1..=seats.len()).zip(&mut cheapest) {
            let costs = blocks(seats, length).map(|block| (search.cost(seats, &block), block));
            let Some((cost, block)) = costs.min_by_key(|(cost, _)| *cost) else { continue };
            kept.insert(kept.partition_point(|other| other.cost <= cost), Candidate { cost, block, stretch });
            kept.truncate(pieces);
        }
    }
    let mut candidates: Vec<Candidate> = cheapest.into_iter().flatten().collect();
    candidates.sort_by_key(|candidate| candidate.stretch);
    candidates
}

/// The cheapest way to make up the count of exactly so many candidates, at most one of each stretch.
///
/// A multiple-choice knapsack (Kellerer, Pferschy, Pisinger: Knapsack Problems, 2004, chapter 11): the best answers for fewer
/// pieces and seats, stretch by stretch.
fn combine(candidates: &[Candidate], pieces: usize, count: usize) -> Option<Answer> {
    let mut best: Vec<Vec<Option<Answer>>> = vec![vec![None; count + 1]; pieces + 1];
    best[0][0] = Some((Cost::default(), Vec::new()));
    for group in candidates.chunk_by(|a, b| a.stretch == b.stretch) {
        // From the most pieces down, so that what is built upon does not use this stretch yet.
        for used in (1..=pieces).rev() {
            for Candidate { cost, block, .. } in group {
                for seats in block.len()..=count {
                    let Some((before, blocks)) = &best[used - 1][seats - block.len()] else { continue };
                    let cost = *before + *cost;
                    if best[used][seats].as_ref().is_none_or(|(least, _)| cost < *least) {
                        let blocks = blocks.iter().chain([block]).cloned().collect();
                        best[used][seats] = Some((cost, blocks));
                    }
                }
            }
        }
    }
    best[pieces][count].take()
}
