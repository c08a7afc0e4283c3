//! What is kept out of the generated programs, in one place. Each is `false` until it can be let in.

/// Tasks that wait for each other in a circle, or a task that awaits itself.
///
/// To be let in when a request to cancel can go around in such a circle.
pub const CIRCLES_OF_AWAITS: bool = false;
