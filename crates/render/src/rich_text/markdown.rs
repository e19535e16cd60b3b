//! CommonMark with GFM tables, as HTML for [`super::html`].

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Converts a whole text. HTML in it passes through, to be made safe by the parser that follows.
pub fn to_html(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::default();
    for event in Parser::new_ext(text, options) {
        writer.event(event);
    }
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl Writer {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => escape(&text, &mut self.out),
            Event::Code(text) => {
                self.out.push_str("<code>");
                escape(&text, &mut self.out);
                self.out.push_str("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.out.push_str(&html),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            Event::TaskListMarker(done) => self.out.push_str(if done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Link { dest_url, .. } => self.with_attribute("a", "href", &dest_url),
            Tag::Image { .. } => self.out.push_str("<figcaption-inline>"),
            Tag::List(Some(first)) => self.with_attribute("ol", "start", &first.to_string()),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => self.out.push_str("<pre><code>"),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.out.push_str("<table>");
            }
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                self.out.push_str("<tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.out.push_str("<tr>");
            }
            Tag::TableCell => {
                let name = if self.in_head { "th" } else { "td" };
                match self.alignments.get(self.column) {
                    Some(Alignment::Right) => self.with_attribute(name, "align", "right"),
                    Some(Alignment::Center) => self.with_attribute(name, "align", "center"),
                    _ => self.with_attribute(name, "align", "left"),
                }
            }
            other => {
                if let Some(name) = element(&other.to_end()) {
                    self.out.push_str(&format!("<{name}>"));
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.out.push_str("</figcaption-inline>"),
            TagEnd::CodeBlock => self.out.push_str("</code></pre>"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.out.push_str("</tr>");
            }
            TagEnd::TableCell => {
                self.column += 1;
                self.out.push_str(if self.in_head { "</th>" } else { "</td>" });
            }
            other => {
                if let Some(name) = element(&other) {
                    self.out.push_str(&format!("</{name}>"));
                }
            }
        }
    }

    fn with_attribute(&mut self, element: &str, name: &str, value: &str) {
        self.out.push_str(&format!("<{element} {name}=\""));
        escape(value, &mut self.out);
        self.out.push_str("\">");
    }
}

fn element(tag: &TagEnd) -> Option<&'static str> {
    Some(match tag {
        TagEnd::Paragraph => "p",
        TagEnd::Heading(level) => match level {
            HeadingLevel::H1 => "h1",
            HeadingLevel::H2 => "h2",
            HeadingLevel::H3 => "h3",
            HeadingLevel::H4 => "h4",
            HeadingLevel::H5 => "h5",
            HeadingLevel::H6 => "h6",
        },
        TagEnd::BlockQuote(_) => "blockquote",
        TagEnd::List(true) => "ol",
        TagEnd::List(false) => "ul",
        TagEnd::Item => "li",
        TagEnd::Table => "table",
        TagEnd::TableRow => "tr",
        TagEnd::Emphasis => "em",
        TagEnd::Strong => "strong",
        TagEnd::Strikethrough => "del",
        TagEnd::Link => "a",
        _ => return None,
    })
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn markdown_becomes_html() {
        let cases = [
            ("# A *b*", "<h1>A <em>b</em></h1>"),
            ("a\nb  \nc", "<p>a\nb<br>c</p>"),
            ("1 < 2 `x&y`", "<p>1 &lt; 2 <code>x&amp;y</code></p>"),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("3. a", "<ol start=\"3\"><li>a</li></ol>"),
            ("[t](http://x?a=1&b=2)", "<p><a href=\"http://x?a=1&amp;b=2\">t</a></p>"),
            (
                "|a|b|\n|-|-:|\n|1|2|",
                "<table><tr><th align=\"left\">a</th><th align=\"right\">b</th></tr><tr><td align=\"left\">1</td><td align=\"right\">2</td></tr></table>",
            ),
            ("<center>x</center>", "<center>x</center>"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(to_html(markdown), expected, "{markdown}");
        }
    }
}
