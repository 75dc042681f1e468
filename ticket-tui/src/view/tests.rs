//! Whole screens as a person sees them: every scene in every look, one snapshot file for each scene.

mod bookings;
mod checkout;
mod code;
mod colours;
mod help;
mod hostile;
mod looks;
mod map_states;
mod people;
mod seat_map;
mod shows;
mod size;
mod spinner;
mod waitlist;
