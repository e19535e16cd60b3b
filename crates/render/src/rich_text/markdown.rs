//! CommonMark with GitHub's tables, task lists, strikethrough and bare addresses, as HTML for [`super::html`].

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::autolink;

/// Converts a whole text. HTML in it passes through, to be made safe by the parser that follows.
pub fn to_html(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::default();
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
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
    /// Depth of links and code, where addresses stay words.
    plain: usize,
    /// The picture whose words are being read: its address, its title, its words.
    picture: Option<(String, String, String)>,
}

impl Writer {
    fn event(&mut self, event: Event) {
        if let Some((_, _, words)) = &mut self.picture
            && !matches!(event, Event::End(TagEnd::Image))
        {
            match event {
                Event::Text(text) | Event::Code(text) => words.push_str(&text),
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.plain == 0 => self.text(&text),
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
            Event::TaskListMarker(done) => {
                let checked = if done { "checked=\"\" " } else { "" };
                self.out.push_str(&format!("<input {checked}disabled=\"\" type=\"checkbox\">"));
            }
            Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Link { dest_url, .. } => {
                self.plain += 1;
                self.with_attribute("a", "href", &dest_url);
            }
            Tag::Image { dest_url, title, .. } => self.picture = Some((dest_url.to_string(), title.to_string(), String::new())),
            Tag::List(Some(first)) => self.with_attribute("ol", "start", &first.to_string()),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.plain += 1;
                self.out.push_str("<pre><code>");
            }
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
                    Some(Alignment::Left) => self.with_attribute(name, "align", "left"),
                    _ => self.out.push_str(&format!("<{name}>")),
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
            TagEnd::Image => {
                let Some((address, title, words)) = self.picture.take() else { return };
                self.out.push_str("<img src=\"");
                escape(&address, &mut self.out);
                self.out.push_str("\" alt=\"");
                escape(&words, &mut self.out);
                if !title.is_empty() {
                    self.out.push_str("\" title=\"");
                    escape(&title, &mut self.out);
                }
                self.out.push_str("\">");
            }
            TagEnd::Link => {
                self.plain = self.plain.saturating_sub(1);
                self.out.push_str("</a>");
            }
            TagEnd::CodeBlock => {
                self.plain = self.plain.saturating_sub(1);
                self.out.push_str("</code></pre>");
            }
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

    /// Text whose addresses become links, as GitHub's Markdown has it.
    fn text(&mut self, text: &str) {
        for part in autolink::parts(text) {
            match part {
                autolink::Part::Text(text) => escape(text, &mut self.out),
                autolink::Part::Link { address, words } => {
                    self.with_attribute("a", "href", &address);
                    escape(words, &mut self.out);
                    self.out.push_str("</a>");
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
                "<table><tr><th>a</th><th align=\"right\">b</th></tr><tr><td>1</td><td align=\"right\">2</td></tr></table>",
            ),
            ("<center>x</center>", "<center>x</center>"),
            ("![a *b*](/x.png \"t\")", "<p><img src=\"/x.png\" alt=\"a b\" title=\"t\"></p>"),
            ("- [x] a", "<ul><li><input checked=\"\" disabled=\"\" type=\"checkbox\">a</li></ul>"),
            ("~~a~~ https://x.example/a_b.", "<p><del>a</del> <a href=\"https://x.example/a_b\">https://x.example/a_b</a>.</p>"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(to_html(markdown), expected, "{markdown}");
        }
    }
}
