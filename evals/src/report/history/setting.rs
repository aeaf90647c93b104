/// What has to be the same for two figures of a system to be comparable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// Name of the data set.
    pub dataset: String,
    /// Its split.
    pub split: String,
    /// The choice of queries: `all`, or how many with which seed.
    pub queries: String,
    /// The system.
    pub system: String,
    /// Encoder and precision, where they enter the figures.
    pub model: Option<String>,
    /// The chunker and its sizes, where the result says so.
    pub chunker: Option<String>,
    /// Cross-encoder, what it reordered and how deep, for the system `rerank`.
    pub reranker: Option<String>,
}

impl Setting {
    /// What a reader needs to tell this setting from the `others`: the system, and every part in which they differ.
    #[must_use]
    pub fn name_among(&self, others: &[&Self]) -> String {
        let mut name = self.system.clone();
        let mut add = |part: fn(&Self) -> &str| {
            let own = part(self);
            if !own.is_empty() && others.iter().any(|other| part(other) != own) {
                name.push_str(", ");
                name.push_str(own);
            }
        };
        add(|setting| setting.model.as_deref().unwrap_or_default());
        add(|setting| setting.chunker.as_deref().unwrap_or_default());
        add(|setting| setting.reranker.as_deref().unwrap_or_default());
        add(|setting| if setting.queries == "all" { "" } else { &setting.queries });
        add(|setting| &setting.split);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_only_what_differs() {
        let setting = |system: &str, model: Option<&str>| Setting {
            dataset: "nfcorpus".into(),
            split: "test".into(),
            queries: "all".into(),
            system: system.into(),
            model: model.map(str::to_owned),
            chunker: Some("whole/1".into()),
            reranker: None,
        };
        let (small, large) = (setting("dense", Some("minilm int8")), setting("dense", Some("bge int8")));
        assert_eq!(small.name_among(&[&small, &large]), "dense, minilm int8");
        assert_eq!(small.name_among(&[&small]), "dense");
        let text = setting("bm25", None);
        assert_eq!(text.name_among(&[&small, &text]), "bm25");
    }
}
