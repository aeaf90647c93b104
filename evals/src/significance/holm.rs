/// The p-values of several tests, corrected so that the chance of even one false discovery stays below the level they are
/// compared with: Holm's step-down method (Scandinavian Journal of Statistics 1979), which assumes nothing of how the
/// tests depend on each other. In the order given; a corrected value is never smaller than its own, and never above 1.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut corrected = vec![0.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        // what a smaller p-value did not reach, a larger one cannot
        largest = largest.max(p_values[index] * (p_values.len() - rank) as f64).min(1.0);
        corrected[index] = largest;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_is_multiplied_by_all_and_order_is_kept() {
        assert_eq!(holm(&[0.01, 0.5, 0.25, 0.0625]), [0.04, 0.5, 0.5, 0.1875]);
        assert_eq!(holm(&[0.75, 0.625]), [1.0, 1.0]);
        assert_eq!(holm(&[0.3]), [0.3]);
        assert!(holm(&[]).is_empty());
    }
}
