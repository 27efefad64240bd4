//! Ids of conversations and turns: unique without a central counter, so that two programs can write at once and what was
//! exported on one machine can be imported on another.
//!
//! A name is a number of 63 bits: the milliseconds since 1970 in the upper 42, salt in the lower 21. Later names are
//! greater. For people and files it is 13 characters of Crockford's base 32 (<https://www.crockford.com/base32.html>),
//! which sort as the numbers do.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// How many bits are salt.
const SALT: u32 = 21;
/// No clock makes an id of a later millisecond than this, whatever it says: behind it are ids for 49 days more.
const LATEST_MS: u64 = (1 << (63 - SALT)) - (1 << 32);
/// An id of this millisecond or a later one is no clock's, and too few are left behind it.
const TOO_LATE_MS: u64 = LATEST_MS + (1 << 31);
/// The characters of an id, in the order of their values: no i, l, o and u, which are taken for others.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many of them an id has.
const LENGTH: u32 = 13;

macro_rules! ids {
    ($(#[doc = $doc:literal] $name:ident)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&written(self.0))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                read(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// Id of a conversation.
    ConversationId
    /// Id of a turn; later turns have greater ids.
    TurnId
}

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no name: it would be 13 digits and letters, as in the list of chats")]
pub struct InvalidId(String);

/// Makes ids, each greater than the one before.
#[derive(Debug, Clone)]
pub struct IdGenerator {
    salt: u64,
    last: u64,
}

impl IdGenerator {
    /// Makes ids with `salt`, which should differ between two programs that run at once.
    pub fn new(salt: u64) -> Self {
        Self { salt: salt & ((1 << SALT) - 1), last: 0 }
    }

    /// Makes an id greater than `after` whatever the clock says: a clock can be wrong, and turns are ordered by
    /// their order.
    pub fn next(&mut self, now: Timestamp, after: u64) -> u64 {
        // Behind what another program's faster clock named, in the next millisecond: a third that follows up on the same
        // has other salt.
        let behind = if after > self.last { ((after >> SALT) + 1) << SALT | self.salt } else { 0 };
        let name = at(now, self.salt);
        self.last = if name > after { name } else { behind }.max(self.last + 1);
        self.last
    }
}

/// The id of something that began at `when`; `salt` tells it from others of the same moment. The same arguments give
/// the same name.
pub fn at(when: Timestamp, salt: u64) -> u64 {
    let ms = u64::try_from(when.as_millisecond()).unwrap_or(0).min(LATEST_MS);
    (ms << SALT) | (salt & ((1 << SALT) - 1))
}

/// Whether ids can follow on this one, as they do on every one that was made here, even by a clock that was wrong.
pub fn has_room_behind(id: u64) -> bool {
    id >> SALT < TOO_LATE_MS
}

fn written(name: u64) -> String {
    (0..LENGTH).rev().map(|place| char::from(DIGITS[(name >> (5 * place)) as usize & 31])).collect()
}

fn read(text: &str) -> Result<u64, InvalidId> {
    let wrong = || InvalidId(text.chars().take(40).collect());
    let digit = |c: u8| DIGITS.iter().position(|&digit| digit == c.to_ascii_lowercase());
    if text.len() != LENGTH as usize {
        return Err(wrong());
    }
    let name = text.bytes().try_fold(0_u128, |name, c| Some(name << 5 | digit(c)? as u128)).ok_or_else(wrong)?;
    u64::try_from(name).ok().filter(|&name| i64::try_from(name).is_ok()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ascend_even_when_the_clock_goes_back() {
        let mut names = IdGenerator::new(7);
        let time = |ms| Timestamp::from_millisecond(ms).unwrap();
        let first = names.next(time(1_000), 0);
        let second = names.next(time(500), 0);
        let third = names.next(time(500), second + 90);
        assert!(first < second && second + 90 < third, "{first} {second} {third}");
        let other = IdGenerator::new(8).next(time(500), second + 90);
        assert_ne!(other, IdGenerator::new(7).next(time(500), second + 90), "two programs that follow up on the same");
        assert_eq!(first, 1_000 << SALT | 7);
    }

    #[test]
    fn ids_follow_on_those_of_any_clock() {
        let mut ids = IdGenerator::new(u64::MAX);
        let of_the_end = ids.next(Timestamp::MAX, 0);
        assert!(has_room_behind(of_the_end), "{of_the_end}");
        let after = (0..1_000).fold(of_the_end, |last, _| IdGenerator::new(7).next(Timestamp::UNIX_EPOCH, last));
        assert!(after > of_the_end && has_room_behind(after), "{after}");
        assert!(!has_room_behind(u64::MAX >> 1));
        assert_eq!(at(Timestamp::MIN, 3), 3);
    }

    #[test]
    fn what_is_written_is_read_again_and_sorts_alike() {
        let numbers = [0, 1, 31, 32, (1 << 62) + 5, u64::MAX >> 1];
        let texts = numbers.map(|number| TurnId(number).to_string());
        assert!(texts.is_sorted(), "{texts:?}");
        assert_eq!(texts.map(|text| text.parse::<TurnId>().unwrap().0), numbers);
        assert_eq!("7ZZZZZZZZZZZZ".parse::<TurnId>(), Ok(TurnId(u64::MAX >> 1)), "in capitals, too");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "1", "000000000000u", "0000000000000000", "zzzzzzzzzzzzz", "ä000000000000"] {
            assert!(text.parse::<ConversationId>().is_err(), "{text}");
        }
    }
}
