//! Explicit mark-up: footnotes, targets, comments and directives.

use super::blocks::Reader;
use super::lines::{dedented, indented, is_blank};
use super::lists::field;
use super::rows;
use crate::error::ExtractError;
use crate::extract::document::BlockKind;
use crate::extract::html;

/// A directive taken apart.
#[derive(Debug)]
struct Directive<'t> {
    name: String,
    /// The first line and those behind it up to options or a blank line.
    argument: Vec<&'t str>,
    options: Vec<(String, String)>,
    content: Vec<&'t str>,
}

impl<'t> Directive<'t> {
    fn new(name: &str, argument: &'t str, block: &[&'t str]) -> Self {
        let block = dedented(block);
        let mut lines = block.iter().copied().peekable();
        let mut argument = vec![argument];
        while let Some(line) = lines.next_if(|line| !is_blank(line) && field(line).is_none()) {
            argument.push(line);
        }
        let mut options: Vec<(String, String)> = Vec::new();
        while let Some(line) = lines.next_if(|line| !is_blank(line)) {
            match (field(line), options.last_mut()) {
                (Some(marker), _) => options.push((marker.text.to_lowercase(), marker.rest.to_owned())),
                (None, Some((_, value))) => {
                    value.push('\n');
                    value.push_str(line.trim());
                }
                (None, None) => {}
            }
        }
        Self { name: name.to_lowercase(), argument, options, content: lines.collect() }
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn argument(&self) -> String {
        self.argument.join(" ").trim().to_owned()
    }

    /// The argument and the content as one text.
    fn all(&self) -> Vec<&'t str> {
        let mut lines = self.argument.clone();
        lines.push("");
        lines.extend(&self.content);
        lines
    }

    /// The content, which some writers begin without a blank line.
    fn code(&self) -> Vec<&'t str> {
        let is_empty = self.content.iter().all(|line| is_blank(line));
        if is_empty { self.argument.get(1..).unwrap_or_default().to_vec() } else { self.content.clone() }
    }

    fn header_rows(&self) -> usize {
        self.option("header-rows").and_then(|value| value.trim().parse().ok()).unwrap_or(0)
    }
}

impl Reader<'_> {
    /// What begins with two dots; how many lines it takes.
    pub(super) fn explicit(
        &mut self,
        line: &str,
        following: &[&str],
        depth: usize,
    ) -> Result<usize, ExtractError> {
        let markup = line.get(2..).unwrap_or_default().trim_start();
        if markup.is_empty() && following.first().is_none_or(|next| is_blank(next)) {
            return Ok(1);
        }
        if let Some((label, text)) = markup.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let label = self.names.defined(label);
            self.lead(BlockKind::Paragraph, format!("[{label}] "));
            return self.inside(text.trim_start(), usize::MAX, following, depth);
        }
        let n = indented(following, 1);
        let block = following.get(..n).unwrap_or_default();
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+');
        if let Some((name, argument)) = markup.split_once("::")
            && !name.is_empty()
            && name.chars().all(is_name)
            && !name.starts_with('_')
            && (argument.is_empty() || argument.starts_with(' '))
        {
            self.directive(&Directive::new(name, argument.trim_start(), block), depth)?;
        }
        Ok(n + 1)
    }

    fn directive(&mut self, directive: &Directive<'_>, depth: usize) -> Result<(), ExtractError> {
        let depth = depth + 1;
        match directive.name.as_str() {
            "note" | "warning" | "tip" | "hint" | "important" | "attention" | "caution" | "danger"
            | "error" | "seealso" | "todo" => {
                let label = if directive.name == "seealso" { "See also" } else { &directive.name };
                let mut chars = label.chars();
                let first = chars.next().map(|c| c.to_ascii_uppercase());
                self.lead(BlockKind::Paragraph, first.into_iter().chain(chars).chain(": ".chars()).collect());
                self.body(&directive.all(), depth)?;
                self.end_lead()
            }
            "versionadded" | "versionchanged" | "deprecated" | "versionremoved" => {
                self.version(directive, depth)
            }
            "image" => self.push(BlockKind::Paragraph, directive.option("alt").unwrap_or_default()),
            "figure" => {
                if directive.content.iter().all(|line| is_blank(line)) {
                    return self.push(BlockKind::Paragraph, directive.option("alt").unwrap_or_default());
                }
                self.body(&directive.content, depth)
            }
            "code" | "code-block" | "sourcecode" | "doctest" | "testcode" | "testoutput" | "prompt"
            | "console" | "ipython" | "parsed-literal" | "productionlist" => {
                self.push_code(&directive.code())
            }
            "math" => self.push_code(&directive.all()),
            "raw" => {
                if directive.argument().to_lowercase().split(' ').any(|format| format == "html") {
                    self.end_lead()?;
                    html::push_fragment(self.builder, &directive.content.join("\n"))?;
                }
                Ok(())
            }
            "csv-table" => self.csv_table(directive),
            "list-table" => {
                self.push(BlockKind::Paragraph, &directive.argument())?;
                self.push_table(rows::list(&directive.content, directive.header_rows()))
            }
            "title" => {
                self.builder.title(&directive.argument());
                Ok(())
            }
            "sectionauthor" | "codeauthor" => {
                self.builder.property("author", directive.argument());
                Ok(())
            }
            "contents"
            | "toctree"
            | "index"
            | "sectnum"
            | "section-numbering"
            | "meta"
            | "highlight"
            | "default-role"
            | "role"
            | "default-domain"
            | "target-notes"
            | "module"
            | "currentmodule"
            | "py:module"
            | "py:currentmodule"
            | "tabularcolumns"
            | "graphviz"
            | "digraph"
            | "graph"
            | "mermaid"
            | "uml"
            | "plantuml"
            | "date"
            | "unicode"
            | "replace"
            | "restructuredtext-test-directive"
            | "rst-class"
            | "spelling"
            | "cssclass" => Ok(()),
            "class" | "only" | "container" | "compound" | "epigraph" | "highlights" | "pull-quote"
            | "header" | "footer" | "line-block" | "ifconfig" | "glossary" | "hlist" | "tabs" | "grid"
            | "tab-set" => self.body(&directive.content, depth),
            _ => self.titled(directive, depth),
        }
    }

    /// A directive that shows its argument before its content: topics, descriptions of functions, and those that are not known.
    fn titled(&mut self, directive: &Directive<'_>, depth: usize) -> Result<(), ExtractError> {
        let has_content = directive.content.iter().any(|line| !is_blank(line));
        let shows_argument = matches!(
            directive.name.rsplit(':').next().unwrap_or_default(),
            "topic"
                | "rubric"
                | "centered"
                | "function"
                | "method"
                | "class"
                | "attribute"
                | "data"
                | "exception"
                | "option"
                | "envvar"
                | "describe"
                | "object"
                | "confval"
                | "describes"
                | "staticmethod"
                | "classmethod"
                | "property"
                | "type"
                | "macro"
                | "member"
                | "var"
                | "enum"
                | "struct"
                | "setting"
        );
        if !has_content && !shows_argument {
            self.dropped.insert(directive.name.clone());
            return Ok(());
        }
        self.push(BlockKind::Paragraph, &directive.argument.join("\n"))?;
        self.body(&directive.content, depth)
    }

    /// Since when something is so: `2.0` and what it is.
    fn version(&mut self, directive: &Directive<'_>, depth: usize) -> Result<(), ExtractError> {
        let mut all = directive.all();
        let first = all.first().copied().unwrap_or_default();
        let (version, text) = first.split_once(' ').unwrap_or((first, ""));
        let what = match directive.name.as_str() {
            "versionadded" => "Added in version",
            "versionchanged" => "Changed in version",
            "deprecated" => "Deprecated since version",
            _ => "Removed in version",
        };
        self.lead(BlockKind::Paragraph, format!("{what} {version}: "));
        if let Some(line) = all.first_mut() {
            *line = text;
        }
        self.body(&all, depth)?;
        self.end_lead()
    }

    fn csv_table(&mut self, directive: &Directive<'_>) -> Result<(), ExtractError> {
        self.push(BlockKind::Paragraph, &directive.argument())?;
        if directive.option("file").or_else(|| directive.option("url")).is_some() {
            self.dropped.insert(directive.name.clone());
            return Ok(());
        }
        let delimiter = match directive.option("delim").map(str::trim) {
            // Tabs became spaces before.
            Some("tab" | "space") => ' ',
            other => other.and_then(|text| text.chars().next()).unwrap_or(','),
        };
        let quote = directive.option("quote").and_then(|text| text.trim().chars().next()).unwrap_or('"');
        let header = directive.option("header");
        let mut lines: Vec<&str> = header.into_iter().flat_map(str::lines).collect();
        let headers = directive.header_rows() + usize::from(header.is_some());
        lines.extend(&directive.content);
        self.push_table(rows::values(&lines, delimiter, quote, headers))
    }
}
