//! The code of a ticket, read by a camera.

use ratatui::style::Color;

use crate::testing::Scene;
use crate::theme::{Colours, Palette, Theme};

/// Photographs the screen and reads the code with a decoder that knows nothing of us.
#[test]
fn the_code_of_a_ticket_scans() {
    let dark = Palette::NAMED[0].1;
    let light = Palette::NAMED[1].1;
    let themes = [
        (Theme::new(Colours::True, dark, false), (80, 24)),
        (Theme::new(Colours::Sixteen, light, false), (80, 24)),
        (Theme::new(Colours::None, dark, false), (80, 24)),
        (Theme::new(Colours::None, light, false), (80, 24)),
        (Theme::new(Colours::Palette, dark, true), (120, 40)),
        (Theme::new(Colours::None, dark, true), (120, 40)),
    ];
    for (theme, (columns, rows)) in themes {
        let mut scene = Scene::ticket();
        scene.model.settings.theme = theme;
        scene.resize(columns, rows);
        assert_eq!(photograph(&scene), ["TICKET:42:81"], "{theme:?}");
        scene.press("j");
        assert_eq!(photograph(&scene), ["TICKET:42:82"], "{theme:?}");
        scene.resize(60, 16);
        assert_eq!(photograph(&scene), [""; 0]);
        assert!(scene.screen().contains("z shows its QR code"), "{}", scene.screen());
        scene.press("z");
        if theme.is_ascii {
            assert!(scene.screen().contains("The QR code needs a terminal of 58x30."), "{}", scene.screen());
            assert!(scene.screen().contains("TICKET:42:82"));
            scene.resize(58 + 2, 30);
        }
        assert_eq!(photograph(&scene), ["TICKET:42:82"], "{theme:?}");
        scene.press("k");
        assert_eq!(photograph(&scene), ["TICKET:42:81"], "{theme:?}");
        scene.press("<Esc>");
        assert!(scene.screen().contains("Booked."), "back to the ticket");
    }
}

/// With numbers so long that the code has more modules, it still fits into the smallest terminal.
#[test]
fn the_code_of_a_late_ticket_scans_in_the_smallest_terminal() {
    let mut scene = Scene::ticket();
    let page = scene.model.ticket.as_mut().unwrap();
    page.receipt.booking_id = ticket_core::domain::BookingId(12_345_678);
    page.receipt.booking_tickets[0].ticket_id = ticket_core::domain::TicketId(87_654_321);
    scene.resize(60, 16);
    scene.press("z");
    assert_eq!(photograph(&scene), ["TICKET:12345678:87654321"]);
}

/// What a camera reads from the screen: a cell is two squares of ink or ground, one above the other.
fn photograph(scene: &Scene) -> Vec<String> {
    const SQUARE: usize = 4;
    let terminal = scene.terminal();
    let buffer = terminal.backend().buffer();
    let theme_is_light = scene.model.theme().is_light();
    let (width, height) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let brightness = |x: usize, y: usize| {
        let cell = buffer.cell((x as u16, (y / 2) as u16)).unwrap();
        let is_ink = match cell.symbol() {
            "█" => true,
            "▀" => y.is_multiple_of(2),
            "▄" => !y.is_multiple_of(2),
            _ => false,
        };
        let is_reversed = cell.modifier.contains(ratatui::style::Modifier::REVERSED);
        let colour = if is_ink == is_reversed { cell.bg } else { cell.fg };
        let default = if is_ink == is_reversed { theme_is_light } else { !theme_is_light };
        let is_black = matches!(colour, Color::Black | Color::Rgb(0, 0, 0) | Color::Indexed(16));
        let is_light = if colour == Color::Reset { default } else { !is_black };
        if is_light { 255 } else { 0 }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width * SQUARE, height * 2 * SQUARE, |x, y| {
        brightness(x / SQUARE, y / SQUARE)
    });
    image.detect_grids().into_iter().map(|grid| grid.decode().unwrap().1).collect()
}
