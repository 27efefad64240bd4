//! Work on every core at once, with results in order: the order of threads never matters.

/// `work` done for each of `items`, in order.
pub(super) fn on_all_cores<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            items.chunks(share).map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<R>>())).collect();
        let results = threads.into_iter().map(|thread| {
            // A result that is missing would shift all that follow it: better no result at all.
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        results.flatten().collect()
    })
}
