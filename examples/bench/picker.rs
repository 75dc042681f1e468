//! Rows about the seat picker: a frame into a buffer, and the real program in a pseudo-terminal of 200x60.

use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Style};
use ticket_core::client::Client;
use ticket_core::clock::{Clock as _, SystemClock};
use ticket_core::import::show_file::{ShowFileOptions, parse};
use ticket_tui::event::{Answer, Event, OwnSeats};
use ticket_tui::model::Model;
use ticket_tui::settings::Settings;
use ticket_tui::theme::Colours;
use ticket_tui::update::update;
use ticket_tui::view::view;

use crate::load::{median, milliseconds};
use crate::shop::{Server, Shop};
use crate::table::{Goal, Table};

/// The largest hall there is an example of: more than 50,000 seats.
const STADIUM: &str = include_str!("../shows/seoul-world-cup-stadium.toml");
const SIZE: (u16, u16) = (200, 60);
const FRAMES: usize = 200;
const STARTS: usize = 11;
const KEYS: usize = 100;
/// Output that pauses for so long is a whole frame.
const QUIET: Duration = Duration::from_millis(30);
/// Nothing is awaited longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the idle picker is watched.
const IDLE: Duration = Duration::from_secs(5);

const FRAME: &str = "TUI frame of a stadium at 200x60";
const KEY: &str = "TUI key to frame";
const FIRST: &str = "TUI first screen";
const PROCESSOR: &str = "TUI processor when idle";
const WAKE_UPS: &str = "TUI wake-ups when idle";

pub(crate) async fn measure(table: &mut Table, server: &Path, picker: &Path) -> anyhow::Result<()> {
    if !table.wants(&[FRAME, KEY, FIRST, PROCESSOR, WAKE_UPS]) {
        return Ok(());
    }
    let shop = Shop::build((1, 10), 0, None).await?;
    let box_office = shop.open()?;
    let tomorrow = SystemClock.now().to_zoned(TimeZone::UTC).date().tomorrow()?;
    let options = ShowFileOptions { time_zone: TimeZone::UTC, starting: Some(tomorrow) };
    box_office.apply(parse(STADIUM, &options)?, false).await?;
    box_office.shutdown().await;
    let server = shop.serve(server).await?;
    frames(table, &server).await?;
    program(table, &server, picker)
}

/// The dearest frame of every zoom level, and as its floor every cell set to something else and compared.
async fn frames(table: &mut Table, server: &Server) -> anyhow::Result<()> {
    let mut model = seat_map(server).await?;
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1))?;
    let mut dearest = Duration::ZERO;
    for key in std::iter::repeat_n('+', 12).chain(std::iter::repeat_n('-', 14)) {
        press(&mut model, KeyCode::Char(key));
        dearest = dearest.max(median_of(FRAMES, || {
            // A frame like the one before would cost less.
            press(&mut model, KeyCode::Tab);
            let begin = Instant::now();
            terminal.draw(|frame| view(&model, frame))?;
            Ok(begin.elapsed())
        })?);
    }
    let mut turn = 0_u8;
    let floor = median_of(FRAMES, || {
        turn ^= 1;
        let begin = Instant::now();
        terminal.draw(|frame| {
            for cell in &mut frame.buffer_mut().content {
                cell.set_char(char::from(b'a' + turn)).set_style(Style::new().fg(Color::Indexed(turn)));
            }
        })?;
        Ok(begin.elapsed())
    })?;
    table.add("TUI floor: every cell set and compared", "ms", None, milliseconds(floor), Goal::None);
    table.add(FRAME, "ms", None, milliseconds(dearest), Goal::AtMost(4.0));
    Ok(())
}

/// The seat map of the stadium, as the server tells it.
async fn seat_map(server: &Server) -> anyhow::Result<Model> {
    let client = Client::new(&format!("http://{}", server.address))?;
    let mut model =
        Model::new(SystemClock.now(), TimeZone::UTC, SIZE, Settings::plain(Colours::True), String::new(), true);
    let shows = client.shows(None, None, 0).await?.content;
    let id = shows.first().context("there is no show")?.show_id;
    answer(&mut model, Answer::Shows(shows));
    press(&mut model, KeyCode::Enter);
    let dates = client.available(id).await?.available_dates;
    let performance = dates.first().context("there is no performance")?.performance_id;
    answer(&mut model, Answer::Show(id, client.show(id).await?, dates));
    press(&mut model, KeyCode::Enter);
    let (layout, states) = (client.layout(performance).await?, client.seat_states(performance).await?);
    answer(&mut model, Answer::House(layout, states, OwnSeats::default()));
    Ok(model)
}

fn answer(model: &mut Model, answer: Answer) {
    // What is to be done next is done here.
    drop(update(model, Event::Answer(Box::new(answer))));
}

fn press(model: &mut Model, code: KeyCode) {
    drop(update(model, Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
}

/// The real program, as a person has it.
fn program(table: &mut Table, server: &Server, picker: &Path) -> anyhow::Result<()> {
    let first = median_of(STARTS, || {
        let begin = Instant::now();
        let mut picker = Picker::start(picker, server)?;
        picker.wait_for("Log in")?;
        Ok(begin.elapsed())
    })?;
    table.add(FIRST, "ms", None, milliseconds(first), Goal::AtMost(150.0));
    let mut picker = Picker::start(picker, server)?;
    picker.wait_for("Log in")?;
    picker.press("\u{1b}")?;
    picker.wait_for("Stadium")?;
    picker.press("\r")?;
    picker.wait_for("Seats left")?;
    picker.press("\r")?;
    picker.wait_for("● live")?;
    picker.press("++++++++++++")?;
    picker.settle()?;
    let mut right = true;
    let key = median_of(KEYS, || {
        right = !right;
        picker.settle()?;
        let begin = Instant::now();
        picker.press(if right { "l" } else { "h" })?;
        picker.read_some()?;
        Ok(begin.elapsed())
    })?;
    table.add(KEY, "ms", None, milliseconds(key), Goal::AtMost(16.0));
    // Notices go away after eight seconds; what comes then is idleness.
    std::thread::sleep(Duration::from_secs(9));
    let (before, woken_before) = (picker.processor_time()?, picker.wake_ups()?);
    std::thread::sleep(IDLE);
    let used = picker.processor_time()?.saturating_sub(before);
    let woken = picker.wake_ups()?.saturating_sub(woken_before);
    table.add(PROCESSOR, "%", None, 100.0 * used.as_secs_f64() / IDLE.as_secs_f64(), Goal::AtMost(1.0));
    // The server's sign of life, every fifteen seconds, wakes it; nothing else does.
    table.add(WAKE_UPS, "/s", None, woken as f64 / IDLE.as_secs_f64(), Goal::AtMost(1.0));
    Ok(())
}

/// A picker in a pseudo-terminal. It ends with this value.
struct Picker {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    folder: tempfile::TempDir,
    _terminal: Box<dyn MasterPty + Send>,
}

impl Picker {
    fn start(program: &Path, server: &Server) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (cols, rows) = SIZE;
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(program);
        command.args(["--server", &format!("http://{}", server.address), "--lang", "en"]);
        for folder_of in ["XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
            command.env(folder_of, folder.path());
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let (sender, output) = channel();
        let mut reader = pair.master.try_clone_reader()?;
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let one = NonZero::<u16>::MIN;
        let screen = vt100::Parser::new(NonZero::new(rows).unwrap_or(one), NonZero::new(cols).unwrap_or(one), 0);
        Ok(Self { child, keys: pair.master.take_writer()?, output, screen, folder, _terminal: pair.master })
    }

    fn press(&mut self, keys: &str) -> anyhow::Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    fn wait_for(&mut self, text: &str) -> anyhow::Result<()> {
        while !self.screen.screen().contents().contains(text) {
            self.read_some()
                .with_context(|| format!("no {text:?} on the screen of {}", self.folder.path().display()))?;
        }
        Ok(())
    }

    fn read_some(&mut self) -> anyhow::Result<()> {
        let bytes = self.output.recv_timeout(PATIENCE)?;
        self.screen.process(&bytes);
        Ok(())
    }

    /// Reads until nothing more comes.
    fn settle(&mut self) -> anyhow::Result<()> {
        while let Ok(bytes) = self.output.recv_timeout(QUIET) {
            self.screen.process(&bytes);
        }
        Ok(())
    }

    fn processor_time(&self) -> anyhow::Result<Duration> {
        let id = self.child.process_id().context("the picker has ended")?;
        crate::shop::processor_time(id).context("this system does not tell processor times")
    }

    fn wake_ups(&self) -> anyhow::Result<u64> {
        let id = self.child.process_id().context("the picker has ended")?;
        crate::shop::wake_ups(id).context("this system does not tell wake-ups")
    }
}

impl Drop for Picker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn median_of(times: usize, one: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<Duration> {
    Ok(median(std::iter::repeat_with(one).take(times).collect::<anyhow::Result<_>>()?))
}
