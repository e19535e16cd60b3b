//! The structure of a document for those who cannot see it: headings, paragraphs, tables, lists, figures with their alternative text, links.
//!
//! PDF wants each piece of a page's content in exactly one section of marked content. Sections do not nest, so this keeps one open and
//! changes it when the owner of the next mark is another. Content of a figure, of an artifact and of a transparent group (whose marks stand
//! in a stream of their own) is one section as a whole.

use std::num::NonZeroU16;

use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use scene::{Group, Mark, Role};

const ROOT: usize = 0;

/// The tree while it grows; links join their nodes only when the page is drawn.
pub(super) struct Tags {
    nodes: Vec<Node>,
    /// Headings above the next one: the level asked for and the level written.
    headings: Vec<(u8, u16)>,
}

#[derive(Default)]
struct Node {
    tag: Option<TagKind>,
    children: Vec<Child>,
    holds: Holds,
}

/// What may stand in a node.
#[derive(Clone, Copy, Default, PartialEq)]
enum Holds {
    /// Blocks: loose text becomes a paragraph.
    #[default]
    Blocks,
    /// Only nodes of certain kinds (rows of a table): what is loose is decoration.
    Parts,
    /// Text and paths as they come.
    Content,
}

enum Child {
    Node(usize),
    Content(Identifier),
}

#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Artifact(ArtifactType),
    Node(usize),
}

/// Where in the tree a page is being drawn.
pub(super) struct Cursor {
    parent: usize,
    /// The paragraph that takes text no group has claimed.
    loose: Option<usize>,
    open: Option<Owner>,
    sealed: bool,
}

/// What to return to at the end of a group.
pub(super) struct Outer {
    parent: usize,
    loose: Option<usize>,
    sealed: bool,
    changed: bool,
    is_cell: bool,
}

impl Tags {
    pub fn new() -> Tags {
        Tags { nodes: vec![Node::default()], headings: Vec::new() }
    }

    pub fn cursor() -> Cursor {
        Cursor { parent: ROOT, loose: None, open: None, sealed: false }
    }

    fn add(&mut self, parent: usize, tag: impl Into<TagKind>, holds: Holds) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node { tag: Some(tag.into()), children: Vec::new(), holds });
        self.nodes[parent].children.push(Child::Node(index));
        index
    }

    pub fn push(&mut self, node: usize, content: Identifier) {
        self.nodes[node].children.push(Child::Content(content));
    }

    pub fn into_tree(self) -> TagTree {
        let mut nodes: Vec<Option<Node>> = self.nodes.into_iter().map(Some).collect();
        let mut tree = TagTree::new();
        for child in nodes[ROOT].take().unwrap_or_default().children {
            match child {
                Child::Content(content) => tree.push(content),
                Child::Node(index) => build(&mut nodes, index).into_iter().for_each(|group| tree.push(group)),
            }
        }
        tree
    }

    /// The level a heading is written with: readers may not meet one that is more than one below the last, though not every dashboard has
    /// rows between its title and its panels.
    fn heading_level(&mut self, asked: u8) -> u16 {
        while self.headings.last().is_some_and(|(above, _)| *above >= asked) {
            self.headings.pop();
        }
        let written = self.headings.last().map_or(0, |(_, written)| *written) + 1;
        self.headings.push((asked, written));
        written
    }

    /// The node of a group with what it may hold; `None` for groups that mean nothing.
    fn tag(&mut self, group: &Group, area: Option<BBox>) -> Option<(TagKind, Holds)> {
        let tag: (TagKind, Holds) = match group.role {
            Role::None if group.link.is_some() => (Tag::Link.into(), Holds::Content),
            Role::None | Role::Artifact | Role::PageHeader | Role::PageFooter => return None,
            Role::Heading(level) => match text_of(&group.marks) {
                // A row without a name heads nothing.
                title if title.trim().is_empty() => (Tag::P.into(), Holds::Content),
                title => {
                    let level = NonZeroU16::new(self.heading_level(level)).unwrap_or(NonZeroU16::MIN);
                    (Tag::Hn(level, Some(title)).into(), Holds::Content)
                }
            },
            Role::Paragraph => (Tag::P.into(), Holds::Content),
            // Whoever reads one aloud says something, even where nobody wrote a word.
            Role::Figure => {
                (Tag::Figure(Some(group.alt.clone().unwrap_or_else(|| "Figure".to_owned()))).with_bbox(area).into(), Holds::Content)
            }
            Role::Section => (Tag::Section.into(), Holds::Blocks),
            Role::Table => (Tag::Table.with_bbox(area).into(), Holds::Parts),
            Role::Row => (Tag::TR.into(), Holds::Parts),
            Role::HeaderCell => (Tag::TH(TableHeaderScope::Column).into(), Holds::Content),
            Role::Cell => (Tag::TD.into(), Holds::Content),
            Role::List { is_numbered } => {
                let numbering = if is_numbered { ListNumbering::Decimal } else { ListNumbering::Disc };
                (Tag::L(numbering).into(), Holds::Parts)
            }
            Role::Item => (Tag::LI.into(), Holds::Parts),
            Role::Label => (Tag::Lbl.into(), Holds::Content),
            Role::Body => (Tag::LBody.into(), Holds::Blocks),
        };
        Some(tag)
    }
}

/// Each node has one parent, so it is taken when it is reached.
fn build(nodes: &mut [Option<Node>], index: usize) -> Option<TagGroup> {
    let node = nodes[index].take()?;
    let mut group = TagGroup::new(node.tag?);
    for child in node.children {
        match child {
            Child::Content(content) => group.push(content),
            Child::Node(index) => build(nodes, index).into_iter().for_each(|child| group.push(child)),
        }
    }
    Some(group)
}

impl Cursor {
    /// Makes the open section that of text (or of a picture) at this place.
    pub fn text(&mut self, tags: &mut Tags, surface: &mut Surface<'_>) {
        let owner = self.text_owner(tags);
        self.open(owner, tags, surface);
    }

    /// Paths are decoration, unless a group has claimed them or they stand among text.
    pub fn path(&mut self, tags: &mut Tags, surface: &mut Surface<'_>) {
        let owner = match (tags.nodes[self.parent].holds, self.loose) {
            (Holds::Content, _) => Owner::Node(self.parent),
            (Holds::Blocks, Some(node)) => Owner::Node(node),
            _ => Owner::Artifact(ArtifactType::Other),
        };
        self.open(owner, tags, surface);
    }

    /// A picture with an alternative text is a figure of its own; without one it is decoration.
    pub fn image(&mut self, alt: &str, area: Option<BBox>, tags: &mut Tags, surface: &mut Surface<'_>) {
        if alt.is_empty() || self.sealed || tags.nodes[self.parent].holds == Holds::Parts {
            return self.path(tags, surface);
        }
        self.close(surface);
        // Text behind the picture is another paragraph, so that the order of the tree stays that of the page.
        self.loose = None;
        let node = tags.add(self.parent, Tag::Figure(Some(alt.to_owned())).with_bbox(area), Holds::Content);
        self.open(Owner::Node(node), tags, surface);
    }

    /// Before anything of the group is drawn or its transform, clip or opacity are set. `area` is where a figure or a table stands.
    pub fn enter(&mut self, group: &Group, area: Option<BBox>, tags: &mut Tags, surface: &mut Surface<'_>) -> Outer {
        let changed = group.role != Role::None || group.link.is_some();
        let is_cell = matches!(group.role, Role::Cell | Role::HeaderCell);
        let outer = Outer { parent: self.parent, loose: self.loose, sealed: self.sealed, changed, is_cell };
        if self.sealed {
            return outer;
        }
        // A link among words is a part of their paragraph.
        let is_inline = group.role == Role::None && group.link.is_some() && tags.nodes[self.parent].holds == Holds::Blocks;
        let parent = match is_inline {
            true => *self.loose.get_or_insert_with(|| tags.add(outer.parent, Tag::P, Holds::Content)),
            false => self.parent,
        };
        let outer = Outer { loose: if is_inline { self.loose } else { None }, ..outer };
        // A paragraph of a cell or of a heading is that cell's or heading's text.
        let is_part = group.role == Role::Paragraph && tags.nodes[self.parent].holds == Holds::Content;
        if let Some((tag, holds)) = Some(group).filter(|_| !is_part).and_then(|group| tags.tag(group, area)) {
            self.parent = tags.add(parent, tag, holds);
        }
        if changed {
            self.close(surface);
            self.loose = None;
        }
        let artifact = match group.role {
            Role::Artifact => Some(ArtifactType::Other),
            Role::PageHeader => Some(ArtifactType::Header),
            Role::PageFooter => Some(ArtifactType::Footer),
            _ => None,
        };
        if let Some(kind) = artifact {
            self.open(Owner::Artifact(kind), tags, surface);
            self.sealed = true;
        } else if group.role == Role::Figure || group.opacity < 1.0 {
            let owner = self.text_owner(tags);
            self.open(owner, tags, surface);
            self.sealed = true;
        }
        outer
    }

    /// When the group is drawn and what it set is taken back.
    pub fn leave(&mut self, outer: Outer, tags: &mut Tags, surface: &mut Surface<'_>) {
        if outer.is_cell && !outer.sealed && tags.nodes[self.parent].children.is_empty() {
            // A node without content is no part of the tree, and its row would lack a cell.
            self.open(Owner::Node(self.parent), tags, surface);
        }
        self.parent = outer.parent;
        if self.sealed != outer.sealed || (outer.changed && !outer.sealed) {
            self.close(surface);
            self.loose = if outer.changed { outer.loose } else { self.loose };
        }
        self.sealed = outer.sealed;
    }

    /// The node the annotation of a link group belongs to; call inside the group.
    pub fn link_node(&self, tags: &mut Tags) -> usize {
        // Within a figure the group got no node of its own.
        if self.sealed { tags.add(self.parent, Tag::Link, Holds::Content) } else { self.parent }
    }

    /// Sections must end in the graphics state they began in; call around what pushes or pops one.
    pub fn pause(&mut self, surface: &mut Surface<'_>) {
        if !self.sealed {
            self.close(surface);
        }
    }

    fn text_owner(&mut self, tags: &mut Tags) -> Owner {
        match tags.nodes[self.parent].holds {
            Holds::Blocks => Owner::Node(*self.loose.get_or_insert_with(|| tags.add(self.parent, Tag::P, Holds::Content))),
            Holds::Content => Owner::Node(self.parent),
            Holds::Parts => Owner::Artifact(ArtifactType::Other),
        }
    }

    fn open(&mut self, owner: Owner, tags: &mut Tags, surface: &mut Surface<'_>) {
        if self.sealed || self.open == Some(owner) {
            return;
        }
        self.close(surface);
        match owner {
            Owner::Artifact(kind) => {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
            }
            Owner::Node(node) => {
                let content = surface.start_tagged(ContentTag::Other);
                tags.push(node, content);
            }
        }
        self.open = Some(owner);
    }

    pub fn close(&mut self, surface: &mut Surface<'_>) {
        if self.open.take().is_some() {
            surface.end_tagged();
        }
    }
}

/// The words of some marks in their order.
fn text_of(marks: &[Mark]) -> String {
    let words = marks.iter().map(|mark| match mark {
        Mark::Text(mark) => mark.text.text.clone(),
        Mark::Group(group) => text_of(&group.marks),
        Mark::Path(_) | Mark::Image(_) => String::new(),
    });
    words.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}
