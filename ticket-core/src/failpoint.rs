//! Places where tests make the process die or stop, and safeguards that they take away to see what happens without.
//!
//! The environment variable `TICKET_FAILPOINT` says where and how: `<point>:<nth>:<KILL or STOP>` sends the signal to the
//! process itself when it comes to that point for the nth time, counted from 1; `<point>:<nth>:PANIC` panics there.
//! `TICKET_LEFT_OUT` names a safeguard that the
//! whole process does without.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};

/// Longer than it takes until every thread stands still.
const STOPPING: Duration = Duration::from_millis(200);

struct Failpoint {
    point: String,
    nth: u64,
    effect: Effect,
    reached: AtomicU64,
}

#[derive(Clone, Copy)]
enum Effect {
    Signal(Signal),
    Panic,
}

/// The process comes to this point.
pub(crate) fn reached(point: &str) {
    static ARMED: OnceLock<Option<Failpoint>> = OnceLock::new();
    let armed = ARMED.get_or_init(|| Failpoint::parse(&std::env::var("TICKET_FAILPOINT").ok()?));
    if let Some(failpoint) = armed.as_ref().filter(|failpoint| failpoint.point == point)
        && failpoint.reached.fetch_add(1, Ordering::Relaxed) + 1 == failpoint.nth
    {
        failpoint.effect.happen(point);
    }
}

impl Effect {
    #[allow(clippy::panic, reason = "a test wants it")]
    fn happen(self, point: &str) {
        match self {
            Self::Panic => panic!("the failpoint {point} was reached"),
            Self::Signal(signal) => {
                if let Err(error) = kill_process(getpid(), signal) {
                    tracing::error!(%error, point, "the failpoint does not work");
                }
                // The kernel may first stop another thread, and this one must not get any further meanwhile.
                std::thread::sleep(STOPPING);
            }
        }
    }
}

tokio::task_local! {
    static LEFT_OUT: &'static str;
}

/// Runs a future without this safeguard.
pub async fn without<F: Future>(safeguard: &'static str, future: F) -> F::Output {
    LEFT_OUT.scope(safeguard, future).await
}

pub(crate) fn is_left_out(safeguard: &str) -> bool {
    static EVERYWHERE: OnceLock<Option<String>> = OnceLock::new();
    let everywhere = EVERYWHERE.get_or_init(|| std::env::var("TICKET_LEFT_OUT").ok());
    everywhere.as_deref() == Some(safeguard) || LEFT_OUT.try_with(|left_out| *left_out == safeguard).unwrap_or(false)
}

impl Failpoint {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (point, nth, effect) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?, parts.next()?);
        let effect = match effect {
            "KILL" => Effect::Signal(Signal::KILL),
            "STOP" => Effect::Signal(Signal::STOP),
            "PANIC" => Effect::Panic,
            _ => return None,
        };
        Some(Self { point, nth, effect, reached: AtomicU64::new(0) })
    }
}
