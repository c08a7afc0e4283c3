//! A list that grows without moving what is already in it.

/// Chunks of `N` items, so that a long list never copies what it holds. The first chunk grows, so that a short list stays
/// small.
#[derive(Clone, Debug)]
pub(super) struct Chunked<T, const N: usize> {
    full: Vec<Vec<T>>,
    open: Vec<T>,
}

impl<T, const N: usize> Default for Chunked<T, N> {
    fn default() -> Self {
        Self { full: Vec::new(), open: Vec::new() }
    }
}

impl<T, const N: usize> Chunked<T, N> {
    pub(super) fn len(&self) -> usize {
        self.full.len() * N + self.open.len()
    }

    /// What is reserved for the items.
    pub(super) fn size_bytes(&self) -> usize {
        (self.full.len() * N + self.open.capacity()) * size_of::<T>()
    }

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        if self.open.len() == self.open.capacity() {
            self.make_room();
        }
        self.open.push(item);
    }

    #[cold]
    fn make_room(&mut self) {
        if self.open.len() == N {
            self.full.push(std::mem::replace(&mut self.open, Vec::with_capacity(N)));
        } else {
            // First a few items, then ever more, up to a chunk.
            self.open.reserve_exact(self.open.len().max(16).min(N - self.open.len()));
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.full.iter().flatten().chain(&self.open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back_in_their_order() {
        let mut list = Chunked::<_, 64>::default();
        for number in 0..200 {
            list.push(number);
            assert_eq!(list.len(), number + 1);
        }
        assert!(list.iter().copied().eq(0..200));
        assert_eq!(list.full.len(), 3);
    }

    #[test]
    fn a_short_list_takes_little_room() {
        let mut list = Chunked::<_, 8192>::default();
        list.push(0_u64);
        assert!(list.open.capacity() < 64);
    }
}
