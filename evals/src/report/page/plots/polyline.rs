//! Lines through many points, reduced to what can be seen.

/// The points of a line that are needed so that no point of it is further than `tolerance` from the line that remains:
/// Douglas and Peucker, *Algorithms for the reduction of the number of points required to represent a digitized line or
/// its caricature*, Cartographica 10 (1973). The first and the last point always remain.
pub(super) fn simplify(points: &[(f64, f64)], tolerance: f64) -> Vec<(f64, f64)> {
    let mut needed = vec![false; points.len()];
    let mut pending = Vec::new();
    if let Some(last) = points.len().checked_sub(1) {
        for end in [0, last] {
            if let Some(needed) = needed.get_mut(end) {
                *needed = true;
            }
        }
        pending.push((0, last));
    }
    while let Some((from, to)) = pending.pop() {
        let (Some(&a), Some(&b)) = (points.get(from), points.get(to)) else { continue };
        let between = points.iter().enumerate().take(to).skip(from + 1);
        let farthest = between
            .map(|(index, &point)| (index, distance(point, a, b)))
            .max_by(|(_, one), (_, other)| one.total_cmp(other));
        if let Some((index, away)) = farthest
            && away > tolerance
        {
            if let Some(needed) = needed.get_mut(index) {
                *needed = true;
            }
            pending.extend([(from, index), (index, to)]);
        }
    }
    points.iter().zip(needed).filter_map(|(point, needed)| needed.then_some(*point)).collect()
}

/// The distance of a point from the line between `a` and `b`.
fn distance(point: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let squared = dx * dx + dy * dy;
    let along = if squared == 0.0 {
        0.0
    } else {
        (((point.0 - a.0) * dx + (point.1 - a.1) * dy) / squared).clamp(0.0, 1.0)
    };
    f64::hypot(point.0 - a.0 - along * dx, point.1 - a.1 - along * dy)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn points_on_a_straight_line_are_left_out() {
        let line: Vec<(f64, f64)> = (0..100).map(|x| (f64::from(x), 2.0 * f64::from(x))).collect();
        assert_eq!(simplify(&line, 0.1), [(0.0, 0.0), (99.0, 198.0)]);
        let corner = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0)];
        assert_eq!(simplify(&corner, 0.3), [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]);
    }

    #[test]
    fn few_points_remain_as_they_are() {
        assert_eq!(simplify(&[], 1.0), []);
        assert_eq!(simplify(&[(1.0, 2.0)], 1.0), [(1.0, 2.0)]);
    }

    proptest! {
        #[test]
        fn no_point_is_far_from_what_remains(
            points in prop::collection::vec((0.0..400.0f64, 0.0..300.0f64), 2..60)
        ) {
            let line = simplify(&points, 2.0);
            prop_assert_eq!((line.first(), line.last()), (points.first(), points.last()));
            for &point in &points {
                let nearest =
                    line.windows(2).map(|ends| distance(point, ends[0], ends[1])).fold(f64::MAX, f64::min);
                prop_assert!(nearest <= 2.0 + 1e-9);
            }
        }
    }
}
