//! Lists that are read a page at a time.

use serde::Deserialize;

use super::error::{ApiError, Code};

/// Rows of a page unless said otherwise.
const DEFAULT: usize = 100;

/// Most rows of a page.
pub(crate) const MAX: usize = 1000;

/// Query of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    /// Rows of the page; 100 unless said.
    limit: Option<usize>,
    /// Id of the last row of the page before.
    pub(crate) after: Option<String>,
}

impl Listing {
    /// Rows asked for.
    pub(crate) fn limit(&self) -> Result<usize, ApiError> {
        rows(self.limit)
    }
}

/// Rows of a page: what was asked for within the limits, or the default.
pub(crate) fn rows(limit: Option<usize>) -> Result<usize, ApiError> {
    let limit = limit.unwrap_or(DEFAULT);
    if (1..=MAX).contains(&limit) {
        return Ok(limit);
    }
    Err(ApiError::new(Code::InvalidValue, format!("limit is {limit}, use 1 to {MAX}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_1_to_1000_rows() {
        assert_eq!([None, Some(1), Some(1000)].map(|n| rows(n).expect("good")), [100, 1, 1000]);
        for wrong in [0, 1001] {
            assert!(rows(Some(wrong)).is_err());
        }
    }
}
