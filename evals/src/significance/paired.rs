use std::collections::BTreeMap;

/// What a metric gave two systems for one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The query's id.
    pub query: String,
    /// The value of the system that is compared with.
    pub baseline: f64,
    /// The value of the system in question.
    pub system: f64,
}

impl Pair {
    /// How much better the system in question is; negative when it is worse.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.system - self.baseline
    }
}

/// The values of two systems for the same queries: at least one, all of them finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    pairs: Vec<Pair>,
}

/// Values that cannot be compared query by query.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PairingError {
    /// There is nothing to compare.
    #[error("no query to compare")]
    Empty,
    /// One system has a query that the other has not.
    #[error("{count} queries were measured for one system only, `{example}` for example")]
    OneSided {
        /// The number of such queries.
        count: usize,
        /// One of them.
        example: String,
    },
    /// A value is infinite or not a number.
    #[error("the value of query `{0}` is not a finite number")]
    NotFinite(String),
}

impl Paired {
    /// Pairs the values of two systems, each by query id.
    ///
    /// # Errors
    /// When a query is missing on one side (leaving it out would compare the systems on the queries that suit one of
    /// them), a value is not finite, or there is no query.
    pub fn new(
        baseline: &BTreeMap<String, f64>,
        system: &BTreeMap<String, f64>,
    ) -> Result<Self, PairingError> {
        let only = |some: &BTreeMap<String, f64>, other: &BTreeMap<String, f64>| {
            some.keys().filter(|query| !other.contains_key(*query)).cloned().collect::<Vec<_>>()
        };
        let mut one_sided = only(baseline, system);
        one_sided.extend(only(system, baseline));
        if let Some(example) = one_sided.first() {
            return Err(PairingError::OneSided { count: one_sided.len(), example: example.clone() });
        }
        let values = baseline.iter().zip(system.values());
        let pairs: Vec<Pair> = values
            .map(|((query, &baseline), &system)| Pair { query: query.clone(), baseline, system })
            .collect();
        if pairs.is_empty() {
            return Err(PairingError::Empty);
        }
        match pairs.iter().find(|pair| !(pair.baseline.is_finite() && pair.system.is_finite())) {
            Some(pair) => Err(PairingError::NotFinite(pair.query.clone())),
            None => Ok(Self { pairs }),
        }
    }

    /// Every query with both values, by query id.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// How much better the system is than the baseline, query by query.
    #[must_use]
    pub fn differences(&self) -> Vec<f64> {
        self.pairs.iter().map(Pair::difference).collect()
    }

    /// The mean values of the baseline and of the system.
    #[must_use]
    pub fn means(&self) -> (f64, f64) {
        let mean =
            |value: fn(&Pair) -> f64| self.pairs.iter().map(value).sum::<f64>() / self.pairs.len() as f64;
        (mean(|pair| pair.baseline), mean(|pair| pair.system))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, f64)]) -> BTreeMap<String, f64> {
        pairs.iter().map(|&(query, value)| (query.to_owned(), value)).collect()
    }

    #[test]
    fn the_same_queries_are_paired() {
        let paired = Paired::new(&values(&[("b", 0.5), ("a", 0.25)]), &values(&[("a", 0.75), ("b", 0.25)]));
        let paired = paired.expect("paired");
        assert_eq!(paired.differences(), [0.5, -0.25]);
        assert_eq!(paired.means(), (0.375, 0.5));
        assert_eq!(paired.pairs()[0].query, "a");
    }

    #[test]
    fn what_cannot_be_paired_is_refused() {
        let one = values(&[("a", 1.0)]);
        let error = |baseline: &BTreeMap<_, _>, system: &BTreeMap<_, _>| {
            Paired::new(baseline, system).expect_err("refused")
        };
        let one_sided = |count, example: &str| PairingError::OneSided { count, example: example.to_owned() };
        assert_eq!(error(&one, &values(&[])), one_sided(1, "a"));
        assert_eq!(error(&one, &values(&[("a", 1.0), ("b", 1.0), ("c", 0.0)])), one_sided(2, "b"));
        assert_eq!(error(&one, &values(&[("a", f64::NAN)])), PairingError::NotFinite("a".to_owned()));
        assert_eq!(error(&values(&[]), &values(&[])), PairingError::Empty);
    }
}
