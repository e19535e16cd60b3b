//! The structure of a document for those who cannot see it: headings, paragraphs, figures with their alternative text, links.
//!
//! PDF wants each piece of a page's content in exactly one section of marked content. Sections do not nest, so this keeps one open and
//! changes it when the owner of the next mark is another. Content of a figure, of an artifact and of a transparent group (whose marks stand
//! in a stream of their own) is one section as a whole.

use std::num::NonZeroU16;

use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Tag, TagGroup, TagKind, TagTree};
use scene::{Group, Role};

const ROOT: usize = 0;

/// The tree while it grows; links join their nodes only when the page is drawn.
pub(super) struct Tags {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    tag: Option<TagKind>,
    children: Vec<Child>,
}

enum Child {
    Node(usize),
    Content(Identifier),
}

#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Artifact,
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
    sealed: bool,
    changed: bool,
}

impl Tags {
    pub fn new() -> Tags {
        Tags { nodes: vec![Node::default()] }
    }

    pub fn cursor() -> Cursor {
        Cursor { parent: ROOT, loose: None, open: None, sealed: false }
    }

    fn add(&mut self, parent: usize, tag: impl Into<TagKind>) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node { tag: Some(tag.into()), children: Vec::new() });
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
        let owner = match (self.parent, self.loose) {
            (ROOT, None) => Owner::Artifact,
            (ROOT, Some(node)) | (node, _) => Owner::Node(node),
        };
        self.open(owner, tags, surface);
    }

    /// A picture with an alternative text is a figure of its own.
    pub fn image(&mut self, alt: &str, tags: &mut Tags, surface: &mut Surface<'_>) {
        if alt.is_empty() || self.sealed {
            return self.path(tags, surface);
        }
        self.close(surface);
        // Text behind the picture is another paragraph, so that the order of the tree stays that of the page.
        self.loose = None;
        let node = tags.add(self.parent, Tag::Figure(Some(alt.to_owned())));
        self.open(Owner::Node(node), tags, surface);
    }

    /// Before anything of the group is drawn or its transform, clip or opacity are set.
    pub fn enter(&mut self, group: &Group, tags: &mut Tags, surface: &mut Surface<'_>) -> Outer {
        let outer = Outer { parent: self.parent, sealed: self.sealed, changed: group.role != Role::None || group.link.is_some() };
        if self.sealed {
            return outer;
        }
        let tag: Option<TagKind> = match group.role {
            Role::None if group.link.is_some() => Some(Tag::Link.into()),
            Role::None | Role::Artifact => None,
            Role::Heading(level) => Some(Tag::Hn(NonZeroU16::from(level_of(level)), None).into()),
            Role::Paragraph => Some(Tag::P.into()),
            Role::Figure => Some(Tag::Figure(group.alt.clone()).into()),
        };
        if let Some(tag) = tag {
            self.parent = tags.add(self.parent, tag);
        }
        if outer.changed {
            self.close(surface);
            self.loose = None;
        }
        if group.role == Role::Artifact {
            self.open(Owner::Artifact, tags, surface);
            self.sealed = true;
        } else if group.role == Role::Figure || group.opacity < 1.0 {
            let owner = self.text_owner(tags);
            self.open(owner, tags, surface);
            self.sealed = true;
        }
        outer
    }

    /// When the group is drawn and what it set is taken back.
    pub fn leave(&mut self, outer: Outer, surface: &mut Surface<'_>) {
        self.parent = outer.parent;
        if self.sealed != outer.sealed || (outer.changed && !outer.sealed) {
            self.close(surface);
            self.loose = self.loose.filter(|_| !outer.changed);
        }
        self.sealed = outer.sealed;
    }

    /// The node the annotation of a link group belongs to; call inside the group.
    pub fn link_node(&self, tags: &mut Tags) -> usize {
        // Within a figure the group got no node of its own.
        if self.sealed { tags.add(self.parent, Tag::Link) } else { self.parent }
    }

    /// Sections must end in the graphics state they began in; call around what pushes or pops one.
    pub fn pause(&mut self, surface: &mut Surface<'_>) {
        if !self.sealed {
            self.close(surface);
        }
    }

    fn text_owner(&mut self, tags: &mut Tags) -> Owner {
        match self.parent {
            ROOT => Owner::Node(*self.loose.get_or_insert_with(|| tags.add(ROOT, Tag::P))),
            node => Owner::Node(node),
        }
    }

    fn open(&mut self, owner: Owner, tags: &mut Tags, surface: &mut Surface<'_>) {
        if self.sealed || self.open == Some(owner) {
            return;
        }
        self.close(surface);
        match owner {
            Owner::Artifact => {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
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

/// PDF has headings from 1.
fn level_of(level: u8) -> std::num::NonZeroU8 {
    std::num::NonZeroU8::new(level).unwrap_or(std::num::NonZeroU8::MIN)
}
