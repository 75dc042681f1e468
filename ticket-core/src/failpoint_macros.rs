//! Empty without the feature `failpoints`; see the module `failpoint`.

/// Names a step of a sale, so that tests can end or stop the process there.
macro_rules! failpoint {
    ($point:literal) => {
        #[cfg(feature = "failpoints")]
        $crate::failpoint::reached($point);
    };
}

/// Whether a test has taken this safeguard away.
macro_rules! is_left_out {
    ($safeguard:literal) => {{
        #[cfg(feature = "failpoints")]
        let left_out = $crate::failpoint::is_left_out($safeguard);
        #[cfg(not(feature = "failpoints"))]
        let left_out = false;
        left_out
    }};
}
