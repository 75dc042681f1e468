use jiff::Timestamp;
use ticket_core::domain::HoldId;

/// Seats that are held for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnHold {
    /// Its id.
    pub id: HoldId,
    /// The seats, by their index in the house.
    pub seats: Vec<usize>,
    /// When it ends by itself, by the server's clock.
    pub expires_at: Timestamp,
}

/// What the server was asked and has not answered yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Checkout {
    /// Nothing.
    #[default]
    Idle,
    /// To hold these seats. When the answer is lost they may be ours already, so seeing them held is no loss.
    Holding(Vec<usize>),
    /// To hold this seat instead of another.
    Swapping(usize),
    /// To let this seat of the hold go.
    Dropping(usize),
    /// To confirm the hold; repeated until there is an answer.
    Confirming,
    /// To extend or release the hold.
    Changing,
}
