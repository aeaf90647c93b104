//! Which control words begin a group of another purpose than the text around it.

/// What a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    /// Text of the story that is open.
    Text,
    /// Nothing that a reader sees.
    Skip,
    /// A drawing or an object: only the text inside it is read.
    Shell,
    /// The font table.
    Fonts,
    /// The colour table.
    Colors,
    /// The style sheet.
    Styles,
    /// What the document says of itself.
    Info,
    /// One such text, by the name of the property.
    InfoText(&'static str),
    /// One such date, by the name of the property.
    InfoDate(&'static str),
    /// The number or bullet of a list item.
    Marker,
    /// A text told twice, for old readers first.
    Twice,
    /// The author of a comment.
    CommentAuthor,
}

/// A text beside the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoryKind {
    /// The document itself.
    Main,
    /// A footnote or an endnote.
    Note,
    /// A comment.
    Comment,
    /// A header of pages.
    Header,
    /// A footer of pages.
    Footer,
    /// The text of a drawing.
    TextBox,
}

/// What a control word begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// The group is for this.
    Group(Destination),
    /// The group is a text of its own.
    Story(StoryKind),
    /// The new form of a text told twice: the group is for what the one around was for.
    Again,
}

/// What `word` begins; `None` for words that change the text or the group they stand in.
pub(super) fn entry(word: &str) -> Option<Entry> {
    use Destination::{
        Colors, CommentAuthor, Fonts, Info, InfoDate, InfoText, Marker, Shell, Skip, Styles, Text, Twice,
    };
    Some(Entry::Group(match word {
        "fonttbl" => Fonts,
        "colortbl" => Colors,
        "stylesheet" => Styles,
        "info" => Info,
        "title" => InfoText("title"),
        "subject" => InfoText("subject"),
        "author" => InfoText("author"),
        "keywords" => InfoText("keywords"),
        "doccomm" => InfoText("description"),
        "company" => InfoText("company"),
        "category" => InfoText("category"),
        "creatim" => InfoDate("created"),
        "revtim" => InfoDate("modified"),
        "listtext" | "pntext" => Marker,
        "upr" => Twice,
        "ud" => return Some(Entry::Again),
        "fldrslt" | "nesttableprops" | "moMath" | "moMathPara" => Text,
        "shpinst" | "do" | "object" => Shell,
        "footnote" => return Some(Entry::Story(StoryKind::Note)),
        "annotation" => return Some(Entry::Story(StoryKind::Comment)),
        "atnauthor" => CommentAuthor,
        "header" | "headerl" | "headerr" | "headerf" => return Some(Entry::Story(StoryKind::Header)),
        "footer" | "footerl" | "footerr" | "footerf" => return Some(Entry::Story(StoryKind::Footer)),
        "shptxt" | "dptxbxtext" => return Some(Entry::Story(StoryKind::TextBox)),
        "fldinst" | "pict" | "nonshppict" | "shprslt" | "nonesttables" | "xe" | "tc" | "rxe" | "txe"
        | "sp" | "operator" | "printim" | "buptim" | "manager" | "hlinkbase" | "version" | "filetbl"
        | "listtable" | "revtbl" | "private" | "ftnsep" | "ftnsepc" | "ftncn" | "aftnsep" | "aftnsepc"
        | "aftncn" | "pntxta" | "pntxtb" | "objdata" | "objclass" | "objname" | "template" | "atnid"
        | "atnref" | "atndate" | "atntime" | "atnicn" | "atnparent" => Skip,
        // Settings of formulas, among them words that are no text.
        word if word.len() > 3 && word.starts_with('m') && word.ends_with("Pr") => Skip,
        _ => return None,
    }))
}
