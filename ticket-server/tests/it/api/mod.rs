mod auth;
mod bookings;
mod holds;
mod performances;
mod seat_choices;
mod shows;
mod time;
mod users;
