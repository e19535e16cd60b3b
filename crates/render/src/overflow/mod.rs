//! What a panel's place has no room for. On screen it scrolls; on paper it goes on below the panel's place and over pages.

mod cut;

use std::cell::RefCell;

use scene::Mark;

pub use cut::{bottom, cut};

/// One line of what a panel lists, drawn from its own top left corner. Pages never break inside it.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub marks: Vec<Mark>,
    pub height: f64,
    /// How many things it lists; none for headings and gaps.
    pub n_entries: usize,
}

impl Block {
    /// Free space.
    pub fn gap(height: f64) -> Block {
        Block { height, ..Block::default() }
    }
}

/// What goes on below the marks a drawer gave for the panel's place.
#[derive(Clone, Debug, Default)]
pub struct Rest {
    /// Right under the panel's place, on the same page: headings of what follows.
    pub lead: Block,
    /// Above the blocks of every later page.
    pub again: Block,
    pub blocks: Vec<Block>,
}

/// Where a drawer puts what its place has no room for, when there is paper for it.
#[derive(Debug, Default)]
pub struct Overflow {
    most: Option<usize>,
    rest: RefCell<Option<Rest>>,
}

impl Overflow {
    /// A screen: what does not fit the place is left out, and it is said.
    pub fn none() -> Overflow {
        Overflow::default()
    }

    /// Paper: room for all, but not for more than `most` entries.
    pub fn onto_paper(most: usize) -> Overflow {
        Overflow { most: Some(most.max(1)), rest: RefCell::default() }
    }

    /// How many entries there is room for, if more than the place has.
    pub fn most(&self) -> Option<usize> {
        self.most
    }

    /// Puts what goes on below. Of several rests each follows the one before.
    pub fn put(&self, rest: Rest) {
        let mut held = self.rest.borrow_mut();
        match held.as_mut() {
            Some(first) => {
                first.again = Block::default();
                first.blocks.push(rest.lead);
                first.blocks.extend(rest.blocks);
            }
            None => *held = Some(rest),
        }
    }

    /// What was put here, which is then empty.
    pub fn take(&self) -> Option<Rest> {
        self.rest.take()
    }
}
