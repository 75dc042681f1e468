//! The loop: waits for keys, answers and deadlines, updates the model, does what it asks for, draws.
//!
//! Nothing here runs while nothing happens: there is no timer but the next deadline that the model names.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event as Input, EventStream, KeyEventKind};
use futures_util::StreamExt;
use ticket_core::client::Client;
use ticket_core::clock::{Clock, SystemClock};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::effect::Effect;
use crate::event::Event;
use crate::live;
use crate::model::Model;
use crate::perform::perform;
use crate::terminal::Screen;
use crate::tokens::TokenStore;
use crate::update::{start, update};
use crate::view::view;

/// Events that wait; a feed that is faster than the screen waits as well.
const WAITING_MAX: usize = 256;

/// Runs until the user quits.
///
/// # Errors
///
/// When the terminal fails.
pub async fn run(screen: &mut Screen, client: Client, tokens: TokenStore, mut model: Model) -> io::Result<()> {
    let (sender, mut receiver) = channel(WAITING_MAX);
    let mut doer = Doer { client, tokens: Arc::new(tokens), events: sender, feed: None };
    let mut input = EventStream::new();
    let mut signals = Signals::new()?;
    let mut effects = start(&mut model);
    loop {
        for effect in effects.drain(..) {
            match effect {
                Effect::Quit => return Ok(()),
                Effect::Suspend => suspend(screen, &mut model)?,
                Effect::DrawAnew => screen.draw_anew()?,
                effect => doer.start(effect),
            }
        }
        screen.draw(|frame| view(&model, frame))?;
        let event = tokio::select! {
            key = input.next() => match key.transpose()? {
                Some(key) => from_terminal(key),
                None => return Ok(()),
            },
            event = receiver.recv() => event,
            () = deadline(&model) => None,
            () = signals.any() => return Ok(()),
        };
        effects.extend(update(&mut model, Event::Tick(SystemClock.now())));
        if matches!(event, Some(Event::Resize(..))) {
            screen.draw_anew()?;
        }
        for event in event.into_iter().chain(waiting(&mut receiver)) {
            effects.extend(update(&mut model, event));
        }
    }
}

/// Starts effects; their outcome comes back as events.
struct Doer {
    client: Client,
    tokens: Arc<TokenStore>,
    events: Sender<Event>,
    feed: Option<JoinHandle<()>>,
}

impl Doer {
    fn start(&mut self, effect: Effect) {
        match effect {
            Effect::Follow(performance, since) => {
                let feed = live::follow(self.client.clone(), performance, since, self.events.clone());
                self.replace_feed(Some(tokio::spawn(feed)));
            }
            Effect::Unfollow => self.replace_feed(None),
            effect => self.ask(effect),
        }
    }

    fn ask(&self, effect: Effect) {
        let (client, tokens, events) = (self.client.clone(), Arc::clone(&self.tokens), self.events.clone());
        tokio::spawn(async move {
            let outcome = perform(&client, effect).await;
            // A login that cannot be kept is asked for again next time; that is no reason to stop now.
            let _ = tokens.keep(client.tokens());
            if let Some(event) = outcome {
                // Nobody listens any more when the program ends.
                let _ = events.send(event).await;
            }
        });
    }

    fn replace_feed(&mut self, feed: Option<JoinHandle<()>>) {
        if let Some(before) = std::mem::replace(&mut self.feed, feed) {
            before.abort();
        }
    }
}

/// What ends the program from outside; the screen is given back then as well.
struct Signals([Signal; 3]);

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self([signal(SignalKind::terminate())?, signal(SignalKind::hangup())?, signal(SignalKind::interrupt())?]))
    }

    async fn any(&mut self) {
        let [terminate, hangup, interrupt] = &mut self.0;
        tokio::select! {
            _ = terminate.recv() => {},
            _ = hangup.recv() => {},
            _ = interrupt.recv() => {},
        }
    }
}

fn suspend(screen: &mut Screen, model: &mut Model) -> io::Result<()> {
    screen.suspend()?;
    let (columns, rows) = screen.size()?;
    update(model, Event::Tick(SystemClock.now()));
    update(model, Event::Resize(columns, rows));
    Ok(())
}

fn from_terminal(input: Input) -> Option<Event> {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => Some(Event::Key(key)),
        Input::Mouse(mouse) => Some(Event::Mouse(mouse)),
        Input::Paste(text) => Some(Event::Paste(text)),
        Input::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        _ => None,
    }
}

/// What has piled up is taken in before the next frame is drawn.
fn waiting(receiver: &mut Receiver<Event>) -> impl Iterator<Item = Event> {
    std::iter::from_fn(|| receiver.try_recv().ok()).take(WAITING_MAX)
}

/// Ends when the screen changes by itself; never, while nothing counts down.
async fn deadline(model: &Model) {
    match model.next_deadline() {
        Some(at) => {
            let pause = Duration::try_from(at.duration_since(SystemClock.now())).unwrap_or(Duration::ZERO);
            tokio::time::sleep(pause).await;
        }
        None => std::future::pending().await,
    }
}
