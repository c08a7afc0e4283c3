//! Timers, in the order in which they fire.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use super::current::Wakeup;
use super::trace::TaskId;

/// What happens when a timer fires.
pub(super) enum Alarm {
    Wake(Wakeup),
    /// Calls in the name of a task.
    Call(TaskId, Box<dyn FnOnce()>),
}

/// When a timer fires, and its number among all that were set: also the order in which they fire.
pub(super) type AlarmKey = (Duration, u64);

/// The timers that are set. One that is withdrawn is dropped at once; its key is skipped when its time comes.
#[derive(Default)]
pub(super) struct Alarms {
    order: BinaryHeap<Reverse<AlarmKey>>,
    /// From the oldest timer that may still be there.
    pending: VecDeque<Option<Alarm>>,
    /// How many older ones there were.
    gone: u64,
}

impl Alarms {
    /// How many have been set so far.
    pub(super) fn count(&self) -> u64 {
        self.gone + self.pending.len() as u64
    }

    pub(super) fn set(&mut self, deadline: Duration, alarm: Alarm) -> AlarmKey {
        let key = (deadline, self.count());
        self.pending.push_back(Some(alarm));
        self.order.push(Reverse(key));
        key
    }

    fn place(&mut self, key: AlarmKey) -> Option<&mut Option<Alarm>> {
        let place = usize::try_from(key.1.checked_sub(self.gone)?).ok()?;
        self.pending.get_mut(place)
    }

    /// Replaces what a timer does, if it is still there. Gives back what is not wanted any more.
    #[must_use]
    pub(super) fn change(&mut self, key: AlarmKey, alarm: Alarm) -> Alarm {
        match self.place(key) {
            Some(Some(place)) => std::mem::replace(place, alarm),
            _ => alarm,
        }
    }

    /// Takes a timer out, if it is still there.
    pub(super) fn remove(&mut self, key: AlarmKey) -> Option<Alarm> {
        let alarm = self.place(key)?.take();
        while let Some(None) = self.pending.front() {
            self.pending.pop_front();
            self.gone += 1;
        }
        alarm
    }

    /// Takes out the timer that fires next among those that are due and are not of the first `set`; those that are, and stand
    /// before it since they were set for a time that had passed, are laid aside.
    pub(super) fn next_due(&mut self, due: Duration, set: u64, aside: &mut Vec<AlarmKey>) -> Option<(AlarmKey, Alarm)> {
        loop {
            let key = self.next().filter(|(deadline, _)| *deadline <= due)?;
            self.order.pop();
            if key.1 >= set {
                aside.push(key);
            } else if let Some(alarm) = self.remove(key) {
                return Some((key, alarm));
            }
        }
    }

    /// Puts back what was laid aside.
    pub(super) fn put_back(&mut self, aside: Vec<AlarmKey>) {
        self.order.extend(aside.into_iter().map(Reverse));
    }

    /// The timer that fires next.
    pub(super) fn next(&mut self) -> Option<AlarmKey> {
        while let Some(Reverse(key)) = self.order.peek() {
            let place = key.1.checked_sub(self.gone).and_then(|place| usize::try_from(place).ok());
            if place.is_some_and(|place| matches!(self.pending.get(place), Some(Some(_)))) {
                return Some(*key);
            }
            self.order.pop();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn set(alarms: &mut Alarms, millis: u64) -> AlarmKey {
        alarms.set(Duration::from_millis(millis), Alarm::Wake(Wakeup::Other(Waker::noop().clone())))
    }

    #[test]
    fn timers_come_by_deadline_and_equal_ones_as_they_were_set() {
        let mut alarms = Alarms::default();
        let keys = [5, 3, 5, 1, 3].map(|millis| set(&mut alarms, millis));
        let mut order = Vec::new();
        while let Some(key) = alarms.next() {
            assert!(alarms.remove(key).is_some());
            order.push(key);
        }
        assert_eq!(order, [keys[3], keys[1], keys[4], keys[0], keys[2]]);
        assert!(alarms.pending.is_empty());
    }

    #[test]
    fn a_withdrawn_timer_is_gone_at_once_and_leaves_the_others() {
        let mut alarms = Alarms::default();
        let first = set(&mut alarms, 1);
        let second = set(&mut alarms, 2);
        assert!(alarms.remove(first).is_some());
        assert!(alarms.remove(first).is_none());
        assert_eq!(alarms.next(), Some(second));
        assert_eq!(alarms.pending.len(), 1);
        assert_eq!(alarms.count(), 2);
    }
}
