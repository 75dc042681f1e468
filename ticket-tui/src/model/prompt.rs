use crate::field::Field;
use crate::seat_map::Filter;

/// A line that is typed on the seat map. What it says is seen on the map while one types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What it is for.
    pub kind: PromptKind,
    /// What was typed.
    pub field: Field,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What a line is for, and what there was before, for those who change their minds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptKind {
    /// To go to a seat.
    Jump {
        /// Where the cursor was.
        from: usize,
    },
    /// To narrow down the free seats.
    Filter {
        /// The filter that there was, and how it was written.
        before: (Filter, String),
    },
}
