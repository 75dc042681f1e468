//! The looks in which every scene is seen, and the snapshot of a scene in all of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{bookings, checkout, help, map_states, people, seat_map, shows, waitlist};
use crate::lang::Language;
use crate::settings::Settings;
use crate::testing::{Picture, Scene, has_colour};
use crate::theme::{Colours, Palette, Theme};

/// What is on the screen: its name, and how one gets there from the start.
pub(super) type Named = (&'static str, fn(&mut Scene));

const DARK: Palette = Palette::NAMED[0].1;
const SIZES: [(u16, u16); 3] = [(80, 24), (200, 60), (60, 16)];
/// The size for which the styles of a terminal without colours are recorded as well.
const USUAL: (u16, u16) = SIZES[0];
/// Grade A and what went well may share a colour.
const GOOD_IS_A: [(char, char); 2] = [('g', 'a'), ('G', 'A')];
/// In high contrast, what matters less is drawn as the rest.
const NOTHING_IS_GREY: [(char, char); 6] = [('g', 'a'), ('G', 'A'), ('m', '.'), ('M', '@'), ('h', 't'), ('H', 'T')];
const SMALLEST: (u16, u16) = SIZES[2];

/// Sees every scene in every look.
pub(super) fn see(scenes: &[Named]) {
    for (name, scene) in scenes {
        let seen: String = SIZES.iter().map(|size| in_size(*scene, *size)).collect();
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(*name, seen);
        });
    }
}

/// In colour with its styles; then what is different without colours, in ASCII and in Korean.
fn in_size(scene: fn(&mut Scene), size: (u16, u16)) -> String {
    let mut out = String::new();
    let look_with = |colours, palette, is_ascii, lang| {
        let theme = Theme::new(colours, palette, is_ascii);
        let settings = Settings { theme, language: lang, ..Settings::plain(colours) };
        Scene::with(settings, size).after(scene)
    };
    let look = |colours, is_ascii, lang| look_with(colours, DARK, is_ascii, lang);
    let (columns, rows) = size;
    let mut add = |what: &str, rows: &str| write!(out, "═══ {what}\n{rows}").unwrap();
    let colour = Picture::of(&look(Colours::True, false, Language::English));
    add(&format!("{columns}×{rows}"), &Picture::unlike(&colour.text, &[]));
    if size != SMALLEST {
        add("styles", &Picture::unlike(&colour.styles, &[]));
        for colours in [Colours::Sixteen, Colours::Palette] {
            let fewer = Picture::of(&look(colours, false, Language::English));
            assert!(fewer.is_alike(&colour, &GOOD_IS_A), "{colours:?} do not say the same: {fewer:#?} {colour:#?}");
        }
        for ((name, palette), shared) in Palette::NAMED.into_iter().skip(1).zip([&GOOD_IS_A[..], &NOTHING_IS_GREY]) {
            let other = Picture::of(&look_with(Colours::True, palette, false, Language::English));
            assert!(other.is_alike(&colour, shared), "{name} does not say the same: {other:#?} {colour:#?}");
        }
        let scene = look(Colours::None, false, Language::English);
        assert!(!has_colour(&scene));
        let plain = Picture::of(&scene);
        add("no colour", &Picture::unlike(&plain.text, &colour.text));
        if size == USUAL {
            add("styles without colour", &Picture::unlike(&plain.styles, &colour.styles));
        }
        let ascii = Picture::of(&look(Colours::True, true, Language::English));
        assert_is_ascii(&ascii);
        add("ASCII", &Picture::unlike(&ascii.text, &colour.text));
    }
    let korean = Picture::of(&look(Colours::True, false, Language::Korean));
    add("Korean", &Picture::unlike(&korean.text, &colour.text));
    out
}

/// But for the names of shows, places and people.
fn assert_is_ascii(picture: &Picture) {
    let is_drawn = |c: &char| !c.is_ascii() && !c.is_alphabetic();
    let drawn: String = picture.text.iter().flat_map(|row| row.chars()).filter(is_drawn).collect();
    assert_eq!(drawn, "", "{}", picture.text.join("\n"));
}

/// A snapshot that no scene makes would never be looked at again.
#[test]
fn every_snapshot_is_of_a_scene() {
    let tables = [
        bookings::SCENES,
        checkout::SCENES,
        help::SCENES,
        map_states::SCENES,
        people::SCENES,
        seat_map::SCENES,
        shows::SCENES,
        waitlist::SCENES,
    ];
    let scenes: BTreeSet<String> = tables.into_iter().flatten().map(|(name, _)| format!("{name}.snap")).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/view/tests/snapshots");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter(|name| name.ends_with(".snap")).collect();
    assert_eq!(files, scenes);
}
