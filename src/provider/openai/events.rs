//! Server-sent events, as real servers send them: bytes in, events out.
//!
//! Reads what the standard says (of its three ends of a line the two that servers use) and, beside it, what has no place
//! in it and matters: a gateway's last words, and an error as bare JSON. Keeps no more than one event. Must not know what
//! the events mean.

use bytes::Bytes;
use std::io::BufRead;

/// The longest event, in bytes: far above any token, and above a whole answer with everything a model can write.
const LONGEST: usize = 8 * 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What stood in a stream.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// An event with data.
    Data(Data),
    /// A comment, or an event that says nothing: a sign of life.
    Comment,
    /// A line that belongs to no event.
    Stray(String),
    /// An event without an end.
    TooLong,
}

/// What an event brings.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Data {
    /// What the server calls the event.
    pub(super) name: String,
    /// Its data, lines joined.
    pub(super) bytes: Vec<u8>,
}

/// How a body is cut into events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// As server-sent events.
    Events,
    /// The whole body is one.
    Whole,
}

/// Cuts a body into events.
#[derive(Debug)]
pub(super) struct Events {
    framing: Framing,
    /// What has come and is not read yet.
    block: Bytes,
    /// The beginning of a line that is not there as a whole.
    line: Vec<u8>,
    data: Data,
    /// Whether there is data, however little.
    any: bool,
    begun: bool,
    ended: bool,
}

impl Events {
    pub(super) fn new(framing: Framing) -> Self {
        let (block, line, data) = (Bytes::new(), Vec::new(), Data::default());
        Self { framing, block, line, data, any: false, begun: false, ended: false }
    }

    /// Takes in the next block of the body; the one before it has to be read.
    pub(super) fn push(&mut self, block: Bytes) {
        debug_assert!(self.block.is_empty(), "what came before is read first");
        self.block = block;
    }

    /// The body is at its end: what stands open is closed.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// The next event in what has come.
    pub(super) fn next(&mut self) -> Option<Event> {
        if self.line.len() + self.data.bytes.len() > LONGEST {
            (self.line, self.data, self.any) = (Vec::new(), Data::default(), false);
            return Some(Event::TooLong);
        }
        if self.framing == Framing::Whole {
            self.data.bytes.extend_from_slice(&std::mem::take(&mut self.block));
            self.any |= !self.data.bytes.is_empty();
            return if self.ended { self.dispatch() } else { None };
        }
        while let Some(length) = self.line_length() {
            let came = self.block.split_to(length);
            let event = if self.line.is_empty() {
                self.read(&came)
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(&came);
                let event = self.read(&line);
                // Its memory is used again.
                line.clear();
                self.line = line;
                event
            };
            if event.is_some() {
                return event;
            }
        }
        self.line.extend_from_slice(&std::mem::take(&mut self.block));
        if !self.ended {
            return None;
        }
        let rest = std::mem::take(&mut self.line);
        let last = if rest.is_empty() { None } else { self.read(&rest) };
        last.or_else(|| self.dispatch())
    }

    /// The length of the next line with its end, where the end has come.
    fn line_length(&self) -> Option<usize> {
        let mut rest = self.block.as_ref();
        let length = rest.skip_until(b'\n').ok()?;
        (self.block.get(length.checked_sub(1)?) == Some(&b'\n')).then_some(length)
    }

    fn read(&mut self, line: &[u8]) -> Option<Event> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if self.begun { line } else { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) };
        self.begun = true;
        if let Some(value) = line.strip_prefix(b"data:") {
            if self.any {
                self.data.bytes.push(b'\n');
            }
            self.any = true;
            self.data.bytes.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
            return None;
        }
        match line {
            [] => self.dispatch(),
            [b':', ..] => Some(Event::Comment),
            [b'{', ..] => Some(Event::Data(Data { name: String::new(), bytes: line.to_vec() })),
            _ => self.field(line),
        }
    }

    fn field(&mut self, line: &[u8]) -> Option<Event> {
        let text = String::from_utf8_lossy(line);
        let (name, value) = text.split_once(':').unwrap_or((&text, ""));
        match name {
            "event" => value.trim().clone_into(&mut self.data.name),
            "data" | "id" | "retry" => {}
            _ => return Some(Event::Stray(text.into_owned())),
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        let data = std::mem::take(&mut self.data);
        match std::mem::take(&mut self.any) {
            true => Some(Event::Data(data)),
            false if data.name.is_empty() => None,
            false => Some(Event::Comment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every event of a body that comes in blocks of so many bytes.
    fn read(framing: Framing, body: &[u8], block: usize) -> Vec<String> {
        let mut events = Events::new(framing);
        let mut read = Vec::new();
        let mut drain = |events: &mut Events| {
            while let Some(event) = events.next() {
                read.push(match event {
                    Event::Data(data) => format!("{}|{}", data.name, String::from_utf8_lossy(&data.bytes)),
                    Event::Comment => "comment".to_owned(),
                    Event::Stray(line) => format!("stray {line}"),
                    Event::TooLong => "too long".to_owned(),
                });
            }
        };
        for block in body.chunks(block) {
            events.push(Bytes::copy_from_slice(block));
            drain(&mut events);
        }
        events.end();
        drain(&mut events);
        read
    }

    #[test]
    fn bytes_become_the_same_events_however_they_are_cut() {
        for (body, events) in [
            ("data: a\n\ndata:b\n\n", &["|a", "|b"] as &[_]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", &["|a", "|b"]),
            ("data: a\ndata: b\ndata:\n\n", &["|a\nb\n"]),
            ("data:  two spaces\n\n", &["| two spaces"]),
            ("data\n\ndata:\n\n", &["|"]),
            ("\u{feff}data: a\n\n", &["|a"]),
            ("event: error\ndata: a\n\ndata: b\n\n", &["error|a", "|b"]),
            ("event: ping\n\nid: 1\nretry: 5\n\n", &["comment"]),
            (": ping\n\n:\ndata: a\n\n", &["comment", "comment", "|a"]),
            ("data: a", &["|a"]),
            ("data: a\n", &["|a"]),
            ("data: a\n\nproxy error: no\n", &["|a", "stray proxy error: no"]),
            ("{\"error\":1}\ndata: a\n\n", &["|{\"error\":1}", "|a"]),
            ("\n\n\n", &[]),
            ("", &[]),
            ("data: é検👩\n\n", &["|é検👩"]),
        ] {
            for block in [1, 2, 3, 7, 1_000] {
                assert_eq!(read(Framing::Events, body.as_bytes(), block), events, "{body:?} in blocks of {block}");
            }
        }
    }

    #[test]
    fn a_body_that_is_one_event_is_read_to_its_end() {
        for block in [1, 5, 100] {
            assert_eq!(read(Framing::Whole, b"{\n\"a\": 1\n\n}", block), ["|{\n\"a\": 1\n\n}"]);
        }
        assert!(read(Framing::Whole, b"", 1).is_empty());
    }

    #[test]
    fn an_event_without_an_end_is_given_up() {
        let (endless, lines) =
            (vec![b'x'; LONGEST + 2], b"data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(LONGEST / 32));
        for body in [endless, lines] {
            for framing in [Framing::Events, Framing::Whole] {
                assert_eq!(read(framing, &body, LONGEST / 64)[0], "too long", "{framing:?}");
            }
        }
    }
}
