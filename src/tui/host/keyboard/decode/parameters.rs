//! The parameters of a control sequence: `<` or the like, numbers parted by `;`, each with numbers parted by `:`.

/// The parameters, as they are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameters<'body> {
    /// The mark of a report.
    pub(super) mark: Option<u8>,
    numbers: &'body [u8],
    /// Nothing but numbers stands in them.
    pub(super) is_plain: bool,
}

impl<'body> Parameters<'body> {
    pub(super) fn of(body: &'body [u8]) -> Self {
        let (mark, numbers) = match body {
            [mark @ b'<'..=b'?', numbers @ ..] => (Some(*mark), numbers),
            numbers => (None, numbers),
        };
        let is_plain = numbers.iter().all(|byte| matches!(byte, b'0'..=b';'));
        Self { mark, numbers, is_plain }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.mark.is_none() && self.numbers.is_empty()
    }

    /// Returns their number.
    pub(super) fn count(&self) -> usize {
        if self.numbers.is_empty() { 0 } else { self.numbers.split(|byte| *byte == b';').count() }
    }

    /// The numbers of a parameter. One that is left out is `None`.
    pub(super) fn all(&self, index: usize) -> impl Iterator<Item = Option<u32>> + use<'body> {
        let parameter = self.numbers.split(|byte| *byte == b';').nth(index);
        parameter.into_iter().flat_map(|parameter| parameter.split(|byte| *byte == b':').map(number))
    }

    /// A number of a parameter.
    pub(super) fn sub(&self, index: usize, sub: usize) -> Option<u32> {
        self.all(index).nth(sub).flatten()
    }

    /// The first number of a parameter.
    pub(super) fn first(&self, index: usize) -> Option<u32> {
        self.sub(index, 0)
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
