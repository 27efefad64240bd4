//! Reads the terminal's bytes. Between them it sleeps; it wakes up only to give up what is unfinished, and when it is
//! stopped. What is typed after that belongs to the program that has the terminal then.

use super::decoder::Decoder;
use crate::tui::event::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, IsTerminal, PipeReader, Stdin};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;
use tokio::sync::mpsc;

/// The most bytes of one read. A long paste comes in many; a terminal hands over a few thousand at once.
const READ_MAX: usize = 64 << 10;

/// Reads until the terminal is gone, the receiver of `events` is dropped, or the other end of `stopped` is.
///
/// # Errors
/// If the terminal cannot be read.
pub(super) fn read(events: &mpsc::Sender<Event>, stopped: &PipeReader) -> io::Result<()> {
    forward(Terminal::open()?.as_fd(), stopped.as_fd(), events)
}

/// The terminal: the standard input, or where that is none the one that the program was started on.
enum Terminal {
    Stdin(Stdin),
    File(File),
}

impl Terminal {
    /// On macOS `poll` does not know `/dev/tty`: with another standard input the reading fails there, and says so.
    fn open() -> io::Result<Self> {
        let stdin = io::stdin();
        if stdin.is_terminal() { Ok(Self::Stdin(stdin)) } else { File::open("/dev/tty").map(Self::File) }
    }
}

impl AsFd for Terminal {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Stdin(stdin) => stdin.as_fd(),
            Self::File(file) => file.as_fd(),
        }
    }
}

fn forward(terminal: BorrowedFd<'_>, stopped: BorrowedFd<'_>, events: &mpsc::Sender<Event>) -> io::Result<()> {
    let mut decoder = Decoder::default();
    let mut bytes = vec![0; READ_MAX];
    let ended = loop {
        let ready = match wait(terminal, stopped, decoder.deadline()) {
            Ok(Wake::Stopped) => break Ok(()),
            Ok(Wake::TimedOut) => decoder.expire(Instant::now()),
            // If the input was flushed since the poll, this waits for the next key and takes it before a stop is seen; only
            // another program with the terminal could flush it, and none has it while this reads.
            Ok(Wake::Readable) => match rustix::io::read(terminal, &mut bytes) {
                // The terminal hung up.
                Ok(0) | Err(Errno::IO) => break Ok(()),
                Ok(length) => decoder.take(bytes.get(..length).unwrap_or_default(), Instant::now()),
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(error) => break Err(error.into()),
            },
            Err(error) => break Err(error),
        };
        if !send(events, ready) {
            return Ok(());
        }
    };
    // What was read is not lost.
    send(events, decoder.finish(Instant::now()));
    ended
}

fn send(events: &mpsc::Sender<Event>, ready: Vec<Event>) -> bool {
    ready.into_iter().all(|event| events.blocking_send(event).is_ok())
}

/// The reason that ended [`wait`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wake {
    Readable,
    Stopped,
    TimedOut,
}

fn wait(terminal: BorrowedFd<'_>, stopped: BorrowedFd<'_>, deadline: Option<Instant>) -> io::Result<Wake> {
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.and_then(|left| Timespec::try_from(left).ok());
        let mut polled =
            [PollFd::from_borrowed_fd(stopped, PollFlags::IN), PollFd::from_borrowed_fd(terminal, PollFlags::IN)];
        match poll(&mut polled, timeout.as_ref()) {
            Ok(0) => return Ok(Wake::TimedOut),
            Ok(_) if !polled[0].revents().is_empty() => return Ok(Wake::Stopped),
            // One that hung up can be read to its end.
            Ok(_) if !polled[1].revents().contains(PollFlags::NVAL) => return Ok(Wake::Readable),
            Ok(_) => return Err(io::Error::other("it cannot be waited for")),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{PipeWriter, Write, pipe};
    use std::thread::JoinHandle;

    /// A reader of a pipe instead of a terminal, and what it sends.
    struct Bench {
        keyboard: Option<PipeWriter>,
        stop: Option<PipeWriter>,
        events: mpsc::Receiver<Event>,
        thread: JoinHandle<io::Result<()>>,
    }

    impl Bench {
        fn start() -> Self {
            let (terminal, keyboard) = pipe().unwrap();
            let (stopped, stop) = pipe().unwrap();
            let (sender, events) = mpsc::channel(64);
            let thread = std::thread::spawn(move || forward(terminal.as_fd(), stopped.as_fd(), &sender));
            Self { keyboard: Some(keyboard), stop: Some(stop), events, thread }
        }

        fn send(&mut self, bytes: &[u8]) {
            self.keyboard.as_mut().unwrap().write_all(bytes).unwrap();
        }

        fn next(&mut self) -> Option<Event> {
            self.events.blocking_recv()
        }
    }

    fn key(name: &str) -> Event {
        Event::Key(name.parse().unwrap())
    }

    #[test]
    fn the_end_of_the_terminal_ends_the_reading_in_order() {
        let mut bench = Bench::start();
        bench.send(b"a\x1b[200~half");
        bench.keyboard = None;
        assert_eq!(bench.next(), Some(key("a")));
        assert_eq!(bench.next(), Some(Event::Pasted("half".to_owned())), "what came is not lost");
        assert_eq!(bench.next(), None);
        assert!(bench.thread.join().unwrap().is_ok());
    }

    #[test]
    fn a_stopped_reader_takes_nothing_that_is_typed_afterwards() {
        let (terminal, mut keyboard) = pipe().unwrap();
        let (stopped, stop) = pipe().unwrap();
        let (sender, _events) = mpsc::channel(64);
        keyboard.write_all(b"for the editor").unwrap();
        drop(stop);
        forward(terminal.as_fd(), stopped.as_fd(), &sender).unwrap();
        let mut left = [0; 64];
        assert_eq!(rustix::io::read(&terminal, &mut left).unwrap(), 14);
    }

    #[test]
    fn a_stop_gives_back_what_is_unfinished() {
        let mut bench = Bench::start();
        bench.send(b"a\x1b[200~half");
        assert_eq!(bench.next(), Some(key("a")), "all of it was read");
        bench.stop = None;
        assert_eq!(bench.next(), Some(Event::Pasted("half".to_owned())));
        assert!(bench.thread.join().unwrap().is_ok());
    }

    #[test]
    fn a_lone_esc_comes_by_itself() {
        let mut bench = Bench::start();
        bench.send(b"\x1b");
        assert_eq!(bench.next(), Some(key("esc")));
    }
}
