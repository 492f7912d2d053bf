//! In: a resource and the way of a scenario. Out: the resource on that way. Never: a step of it, which time makes.

use super::App;
use crate::lifecycle::Course;

impl App {
    /// Leads a resource on a way, as a call that asks for the scenario does. The error says why that cannot be.
    pub(crate) fn lead(&self, number: u64, course: Course) -> Result<(), String> {
        let mut state = self.state();
        let at = state.records.place(number).ok_or("there is no such resource")?;
        self.change(&mut state).lead(at, course);
        Ok(())
    }
}
