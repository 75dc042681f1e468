use jiff::{SignedDuration, Timestamp};

/// An answer that comes sooner needs no sign that it is awaited.
const PATIENCE: SignedDuration = SignedDuration::from_millis(150);
/// How long one picture of the spinner stays.
const FRAME: SignedDuration = SignedDuration::from_millis(100);

/// What the server is asked while the user waits for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    asked: u32,
    since: Option<Timestamp>,
}

impl Waiting {
    /// Another question was asked.
    pub fn begin(&mut self, now: Timestamp) {
        self.asked += 1;
        self.since.get_or_insert(now);
    }

    /// One of them was answered.
    pub fn end(&mut self) {
        self.asked = self.asked.saturating_sub(1);
        if self.asked == 0 {
            self.since = None;
        }
    }

    /// The picture of the spinner, counted from 0, once waiting takes long enough to be shown.
    #[must_use]
    pub fn frame(&self, now: Timestamp) -> Option<usize> {
        let shown = now.duration_since(self.since?).checked_sub(PATIENCE)?;
        (!shown.is_negative()).then(|| usize::try_from(shown.as_millis() / FRAME.as_millis()).unwrap_or(0))
    }

    /// When the spinner next looks different.
    pub(super) fn next_frame(&self, now: Timestamp) -> Option<Timestamp> {
        let first = self.since?.checked_add(PATIENCE).ok()?;
        let frames = self.frame(now).map_or(0, |frame| frame + 1);
        first.checked_add(FRAME * i32::try_from(frames).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spinner_turns_after_150_ms_and_only_while_something_is_awaited() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let mut waiting = Waiting::default();
        assert_eq!((waiting.frame(at(0)), waiting.next_frame(at(0))), (None, None));
        waiting.begin(at(1_000));
        waiting.begin(at(1_100));
        assert_eq!((waiting.frame(at(1_149)), waiting.next_frame(at(1_149))), (None, Some(at(1_150))));
        assert_eq!((waiting.frame(at(1_150)), waiting.next_frame(at(1_150))), (Some(0), Some(at(1_250))));
        assert_eq!((waiting.frame(at(1_399)), waiting.next_frame(at(1_399))), (Some(2), Some(at(1_450))));
        waiting.end();
        assert!(waiting.frame(at(1_400)).is_some());
        waiting.end();
        waiting.end();
        assert_eq!(waiting.next_frame(at(1_400)), None);
    }
}
