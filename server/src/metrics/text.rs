//! The text format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::Write as _;

use super::histogram::{BOUNDS, Histogram};
use super::{Family, Kind};

/// A page of metrics being written. Writing to a string does not fail.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

impl Text {
    /// The media type of the page.
    pub(crate) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

    /// A family with the values of its label sets; one without any is left out.
    pub(crate) fn family<'a, L: AsRef<str> + 'a>(
        &mut self,
        family: &Family,
        values: impl Iterator<Item = (&'a [L], f64)>,
    ) {
        let mut values = values.peekable();
        if values.peek().is_none() {
            return;
        }
        self.head(family);
        for (labels, value) in values {
            self.sample(family.name, "", family.labels, labels, None, value);
        }
    }

    /// A family without labels.
    pub(crate) fn value(&mut self, family: &Family, value: f64) {
        self.family(family, std::iter::once((&[] as &[&str], value)));
    }

    /// A family of histograms.
    pub(super) fn histograms<'a, L: AsRef<str> + 'a>(
        &mut self,
        family: &Family,
        all: impl Iterator<Item = (&'a [L], &'a Histogram)>,
    ) {
        let mut all = all.peekable();
        if all.peek().is_none() {
            return;
        }
        self.head(family);
        for (labels, histogram) in all {
            let counts = histogram.cumulative();
            let bounds = BOUNDS.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
            for (bound, count) in bounds.zip(counts) {
                self.sample(family.name, "_bucket", family.labels, labels, Some(&bound), count as f64);
            }
            self.sample(family.name, "_sum", family.labels, labels, None, histogram.sum());
            let count = counts[BOUNDS.len()] as f64;
            self.sample(family.name, "_count", family.labels, labels, None, count);
        }
    }

    /// The page.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn head(&mut self, family: &Family) {
        let kind = match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let help = family.help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = write!(self.0, "# HELP {} {help}\n# TYPE {} {kind}\n", family.name, family.name);
    }

    fn sample<L: AsRef<str>>(
        &mut self,
        name: &str,
        suffix: &str,
        names: &[&str],
        labels: &[L],
        bound: Option<&str>,
        value: f64,
    ) {
        let _ = write!(self.0, "{name}{suffix}");
        let pairs = names.iter().copied().zip(labels.iter().map(AsRef::as_ref));
        let pairs: Vec<String> = pairs
            .chain(bound.map(|bound| ("le", bound)))
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        if !pairs.is_empty() {
            let _ = write!(self.0, "{{{}}}", pairs.join(","));
        }
        let _ = writeln!(self.0, " {value}");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::super::{DEGRADED, DISK_FREE, REQUEST_SECONDS};
    use super::*;

    #[test]
    fn labels_are_escaped_and_empty_families_left_out() {
        let mut text = Text::default();
        let labels = ["a\\b\"c\nd"];
        text.family(&DEGRADED, std::iter::once((&labels[..], 1.0)));
        text.family(&REQUEST_SECONDS, std::iter::empty::<(&[&str], f64)>());
        text.value(&DISK_FREE, 1.5e18);
        let text = text.finish();
        assert!(text.contains("footnote_degraded_total{part=\"a\\\\b\\\"c\\nd\"} 1\n"), "{text}");
        assert!(text.ends_with("footnote_disk_free_bytes 1500000000000000000\n"), "{text}");
        assert!(!text.contains("request_duration"));
    }

    #[test]
    fn a_histogram_has_its_classes_sum_and_count() {
        let mut histogram = Histogram::default();
        histogram.observe(0.02);
        histogram.observe(99.0);
        let mut text = Text::default();
        let labels = ["/v1/search"];
        text.histograms(&REQUEST_SECONDS, std::iter::once((&labels[..], &histogram)));
        let text = text.finish();
        let name = "footnote_http_request_duration_seconds";
        for line in [
            format!("{name}_bucket{{route=\"/v1/search\",le=\"0.01\"}} 0"),
            format!("{name}_bucket{{route=\"/v1/search\",le=\"0.025\"}} 1"),
            format!("{name}_bucket{{route=\"/v1/search\",le=\"+Inf\"}} 2"),
            format!("{name}_sum{{route=\"/v1/search\"}} 99.02"),
            format!("{name}_count{{route=\"/v1/search\"}} 2"),
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in {text}");
        }
    }
}
