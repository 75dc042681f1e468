use std::net::Ipv4Addr;

use super::*;

const PAUSE_MAX: Duration = Duration::from_mins(5);
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

fn fail(failures: &LoginFailures, account: &str, address: IpAddr) -> Result<(), u64> {
    match failures.attempt(account, address) {
        Ok(_wrong) => Ok(()),
        Err(ApiError::TooManyRequests { retry_after }) => Err(retry_after),
        Err(error) => panic!("{error:?}"),
    }
}

fn succeed(failures: &LoginFailures, account: &str, address: IpAddr) {
    failures.attempt(account, address).unwrap().end(Ok(())).unwrap();
}

/// One of many addresses.
fn one_of_many(n: u32) -> IpAddr {
    Ipv4Addr::from_bits(0x0a00_0000 + n).into()
}

/// How many passwords are tried by somebody who has a new address for each, before he has to wait; and how long.
fn guess_from_everywhere(
    failures: &LoginFailures,
    account: &str,
    addresses: &mut impl Iterator<Item = u32>,
) -> (u32, u64) {
    let mut guesses = 0;
    loop {
        match fail(failures, account, one_of_many(addresses.next().unwrap())) {
            Ok(()) => guesses += 1,
            Err(pause) => return (guesses, pause),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_and_end() {
    let failures = LoginFailures::new(PAUSE_MAX);
    for _ in 0..=FREE {
        fail(&failures, "mina", STRANGER).unwrap();
    }
    for pause in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        assert_eq!(fail(&failures, "mina", STRANGER), Err(pause));
        tokio::time::advance(Duration::from_secs(pause) - Duration::from_millis(1)).await;
        assert_eq!(fail(&failures, "mina", STRANGER), Err(1));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(fail(&failures, "mina", STRANGER), Ok(()));
    }
    tokio::time::advance(PAUSE_MAX + REMEMBERED).await;
    for _ in 0..=FREE {
        fail(&failures, "mina", STRANGER).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_stranger_locks_nobody_out() {
    let failures = LoginFailures::new(PAUSE_MAX);
    while fail(&failures, "mina", STRANGER).is_ok() {}
    fail(&failures, "mina", HOME).unwrap();
    fail(&failures, "joon", STRANGER).unwrap();
}

#[tokio::test(start_paused = true)]
async fn many_addresses_do_not_make_many_guesses() {
    let failures = LoginFailures::new(PAUSE_MAX);
    let mut addresses = 0..;
    assert_eq!(guess_from_everywhere(&failures, "mina", &mut addresses), (STRANGERS_FREE, PAUSE_MAX.as_secs()));
    for _ in 0..3 {
        tokio::time::advance(PAUSE_MAX).await;
        assert_eq!(guess_from_everywhere(&failures, "mina", &mut addresses), (1, PAUSE_MAX.as_secs()));
    }
    // That is for this account alone, and not for ever.
    fail(&failures, "joon", one_of_many(0)).unwrap();
    tokio::time::advance(PAUSE_MAX * STRANGERS_FREE).await;
    assert_eq!(guess_from_everywhere(&failures, "mina", &mut addresses).0, STRANGERS_FREE);
}

#[tokio::test(start_paused = true)]
async fn strangers_are_nothing_to_the_addresses_that_the_owner_has_used() {
    let failures = LoginFailures::new(PAUSE_MAX);
    succeed(&failures, "mina", HOME);
    tokio::time::advance(KNOWN - Duration::from_secs(1)).await;
    let mut addresses = 0..;
    assert_eq!(guess_from_everywhere(&failures, "mina", &mut addresses).0, STRANGERS_FREE);
    // He may even mistype, and each login makes the address known anew.
    for _ in 0..FREE {
        fail(&failures, "mina", HOME).unwrap();
    }
    succeed(&failures, "mina", HOME);
    tokio::time::advance(KNOWN - Duration::from_secs(1)).await;
    guess_from_everywhere(&failures, "mina", &mut addresses);
    succeed(&failures, "mina", HOME);
    // What is known to one account is not known to another.
    guess_from_everywhere(&failures, "joon", &mut addresses);
    assert!(fail(&failures, "joon", HOME).is_err());
    // An address that was not used for long is a stranger's.
    tokio::time::advance(KNOWN).await;
    guess_from_everywhere(&failures, "mina", &mut addresses);
    assert!(fail(&failures, "mina", HOME).is_err());
}

#[tokio::test(start_paused = true)]
async fn the_owner_does_not_pay_for_logging_in_from_everywhere() {
    let failures = LoginFailures::new(PAUSE_MAX);
    for n in 0..2 * STRANGERS_FREE {
        succeed(&failures, "mina", one_of_many(n));
        let unavailable = Err::<(), _>(Error::Unavailable { reason: String::new() });
        failures.attempt("mina", one_of_many(1_000 + n)).unwrap().end(unavailable).unwrap_err();
    }
    assert_eq!(guess_from_everywhere(&failures, "mina", &mut (10_000..)).0, STRANGERS_FREE);
}

#[tokio::test(start_paused = true)]
async fn a_right_password_is_a_new_beginning() {
    let failures = LoginFailures::new(PAUSE_MAX);
    for _ in 0..20 {
        for _ in 0..FREE {
            fail(&failures, "mina", HOME).unwrap();
        }
        succeed(&failures, "mina", HOME);
    }
    assert_eq!(failures.seen().failures.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_found_out_is_not_held_against_anybody() {
    let failures = LoginFailures::new(PAUSE_MAX);
    for _ in 0..FREE {
        fail(&failures, "mina", HOME).unwrap();
    }
    for _ in 0..20 {
        let unavailable = Err::<(), _>(Error::Unavailable { reason: String::new() });
        failures.attempt("mina", HOME).unwrap().end(unavailable).unwrap_err();
    }
    fail(&failures, "mina", HOME).unwrap();
    assert_eq!(fail(&failures, "mina", HOME), Err(1));
}

#[tokio::test(start_paused = true)]
async fn attempts_at_once_win_nothing() {
    let failures = LoginFailures::new(PAUSE_MAX);
    let running: Vec<_> = (0..100).map_while(|_| failures.attempt("mina", STRANGER).ok()).collect();
    assert_eq!(running.len(), FREE as usize + 1);
    let running: Vec<_> = (0..1000).filter_map(|n| failures.attempt("joon", one_of_many(n)).ok()).collect();
    assert_eq!(running.len(), STRANGERS_FREE as usize);
}

#[tokio::test(start_paused = true)]
async fn without_a_longest_pause_there_is_none() {
    let failures = LoginFailures::new(Duration::ZERO);
    for n in 0..2 * STRANGERS_FREE {
        fail(&failures, "mina", STRANGER).unwrap();
        fail(&failures, "mina", one_of_many(n)).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn remembers_only_so_many() {
    let failures = LoginFailures::new(PAUSE_MAX);
    for n in 0..MEMORY_MAX * 2 {
        fail(&failures, &n.to_string(), STRANGER).unwrap();
        succeed(&failures, &n.to_string(), HOME);
    }
    let now = Instant::now();
    let mut seen = failures.seen();
    for len in [seen.failures.len(), seen.strangers.len(), seen.known.len()] {
        assert!(len <= MEMORY_MAX, "{len}");
    }
    drop(seen);
    // Those who have to wait are the last to be forgotten.
    while fail(&failures, "mina", STRANGER).is_ok() {}
    guess_from_everywhere(&failures, "joon", &mut (0..));
    seen = failures.seen();
    seen.failures.make_room(now);
    seen.strangers.make_room(now);
    drop(seen);
    assert!(fail(&failures, "mina", STRANGER).is_err());
    assert!(fail(&failures, "joon", one_of_many(u32::MAX >> 9)).is_err());
}
