//! A page of Markdown, as its blocks of code and what stands between them.

use std::fs;
use std::path::{Path, PathBuf};

/// A block of code.
#[derive(Debug)]
pub(crate) struct Block {
    /// The line of its first fence, counted from 1.
    pub(crate) line: usize,
    /// What stands behind the first fence: the language, and attributes of it.
    pub(crate) language: String,
    /// What the HTML comment on the line before it says; empty if there is none.
    pub(crate) comment: String,
    /// The lines between the fences, each with its end.
    pub(crate) text: String,
}

impl Block {
    /// Returns a session that lies in no page.
    pub(crate) fn console(text: String) -> Self {
        Self { line: 0, language: "console".to_owned(), comment: String::new(), text }
    }
}

/// Returns the sessions that an indented text of help shows: a command, and what follows it up to an empty line.
pub(crate) fn sessions_in(help: &str) -> Vec<String> {
    let mut sessions: Vec<String> = Vec::new();
    let mut is_inside = false;
    for line in help.lines().map(str::trim) {
        if line.starts_with("$ ") && !is_inside {
            sessions.push(String::new());
            is_inside = true;
        }
        is_inside &= !line.is_empty();
        if let Some(session) = sessions.last_mut().filter(|_| is_inside) {
            session.push_str(line);
            session.push('\n');
        }
    }
    sessions
}

/// Returns a text, each line of which is indented by so many steps of four more.
pub(crate) fn indented(text: &str, depth: usize) -> String {
    let margin = "    ".repeat(depth);
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{margin}{line}\n") };
    text.lines().map(line).collect()
}

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    path: PathBuf,
    /// What stands before each block, and after the last.
    between: Vec<String>,
    /// The blocks.
    pub(crate) blocks: Vec<Block>,
}

impl Page {
    /// Reads a page from its file.
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut page = Self { path: path.to_owned(), between: vec![String::new()], blocks: Vec::new() };
        let mut is_inside = false;
        let mut before = "";
        for (number, line) in text.lines().enumerate() {
            match line.strip_prefix("```") {
                Some(language) if !is_inside => {
                    let comment = before.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
                    page.blocks.push(Block {
                        line: number + 1,
                        language: language.to_owned(),
                        comment: comment.unwrap_or_default().trim().to_owned(),
                        text: String::new(),
                    });
                    page.between.push(String::new());
                }
                Some(_) => {}
                None => {
                    let block = page.blocks.last_mut().filter(|_| is_inside).map(|block| &mut block.text);
                    let part = block.or(page.between.last_mut()).expect("there is always one");
                    part.push_str(line);
                    part.push('\n');
                }
            }
            is_inside ^= line.starts_with("```");
            before = line;
        }
        assert!(!is_inside, "{}: a block has no end", path.display());
        page
    }

    /// Writes the page to its file, with its blocks as they are now.
    pub(crate) fn write(&self) {
        let mut text = String::new();
        for (index, between) in self.between.iter().enumerate() {
            text.push_str(between);
            if let Some(block) = self.blocks.get(index) {
                text.push_str(&format!("```{}\n{}```\n", block.language, block.text));
            }
        }
        fs::write(&self.path, text).unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
    }

    /// Returns where a block is, for a message.
    pub(crate) fn place(&self, index: usize) -> String {
        format!("{}:{}", self.path.display(), self.blocks[index].line)
    }

    /// Returns where the links outside of blocks lead, without those to other sites.
    pub(crate) fn links(&self) -> Vec<&str> {
        let targets = self.between.iter().flat_map(|text| text.split("](").skip(1));
        let targets = targets.filter_map(|rest| rest.split(')').next());
        targets.filter(|target| !target.contains("://") && !target.starts_with('#')).collect()
    }

    /// Returns the file that a link on this page leads to.
    pub(crate) fn target(&self, link: &str) -> PathBuf {
        let file = link.split('#').next().unwrap_or_default();
        self.path.parent().expect("a folder").join(file)
    }
}
