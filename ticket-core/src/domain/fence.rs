/// The number of one acquisition of a job's lock. The database hands it out, and it only grows; what a job writes is
/// refused when its fence is not the newest one, because another runner has taken over.
///
/// The idea is that of Martin Kleppmann, "How to do distributed locking" (2016).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The job.
    pub job: String,
    /// Its number, from 1.
    pub number: i64,
}
