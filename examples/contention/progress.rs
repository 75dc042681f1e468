use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often the line is written anew.
const REFRESH: Duration = Duration::from_millis(100);
/// Erases from the cursor to the end of the line.
const ERASE: &str = "\x1b[K";

/// How far the crowd is.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    sold: AtomicU64,
    refused: AtomicU64,
    left: AtomicU64,
}

impl Counters {
    pub(crate) fn sold(&self) {
        self.sold.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn left(&self) {
        self.left.fetch_add(1, Ordering::Relaxed);
    }
}

/// Shows the counters on one line of the terminal until it is dropped, which erases the line. Without a terminal it is
/// silent.
pub(crate) async fn show<T>(counters: &Counters, buyers: u32) -> T {
    if !std::io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let _line = Line;
    let begin = Instant::now();
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    loop {
        let (left, sold, refused) = (read(&counters.left), read(&counters.sold), read(&counters.refused));
        let seconds = begin.elapsed().as_secs_f64();
        let line = format!("{left}/{buyers} buyers served, {sold} bookings, {refused} refusals, {seconds:.1} s");
        // A terminal that has gone is nobody to tell.
        let _ = write!(std::io::stderr().lock(), "\r{line}{ERASE}");
        tokio::time::sleep(REFRESH).await;
    }
}

/// The line that is being written over.
struct Line;

impl Drop for Line {
    fn drop(&mut self) {
        let _ = write!(std::io::stderr().lock(), "\r{ERASE}");
    }
}
