//! GeoJSON: features by their properties, geometries by their bounds.

use super::value::Value;

const GEOMETRIES: [&str; 6] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];

/// A geometry in short: its type and its point, or the bounds of its points.
pub(super) fn geometry(value: &Value<'_>) -> Option<String> {
    let kind = value.get("type")?.scalar()?;
    if !GEOMETRIES.contains(&kind) {
        return None;
    }
    let coordinates = value.get("coordinates")?;
    if let Value::Array(numbers) = coordinates
        && let Some(numbers) = numbers.iter().map(number).collect::<Option<Vec<_>>>()
    {
        return Some(format!("{kind} ({})", numbers.join(", ")));
    }
    let mut bounds = Bounds::default();
    bounds.add(coordinates);
    Some(match bounds.corners() {
        Some(corners) => format!("{kind} ({corners})"),
        None => kind.to_owned(),
    })
}

fn number<'t>(value: &Value<'t>) -> Option<&'t str> {
    match value {
        Value::Bare(text) => Some(text),
        _ => None,
    }
}

/// The smallest and greatest coordinates, as the file writes them.
#[derive(Default)]
struct Bounds<'t> {
    x: Option<(&'t str, &'t str)>,
    y: Option<(&'t str, &'t str)>,
}

impl<'t> Bounds<'t> {
    fn add(&mut self, value: &Value<'t>) {
        let Value::Array(values) = value else { return };
        if let [x, y, ..] = values.as_slice()
            && let (Some(x), Some(y)) = (number(x), number(y))
        {
            self.x = Some(widen(self.x, x));
            self.y = Some(widen(self.y, y));
            return;
        }
        for value in values {
            self.add(value);
        }
    }

    fn corners(&self) -> Option<String> {
        let ((left, right), (bottom, top)) = (self.x?, self.y?);
        Some(format!("{left}, {bottom} to {right}, {top}"))
    }
}

fn widen<'t>(range: Option<(&'t str, &'t str)>, text: &'t str) -> (&'t str, &'t str) {
    let value = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    match range {
        None => (text, text),
        Some((low, _)) if value(text) < value(low) => (text, range.map_or(text, |(_, high)| high)),
        Some((low, high)) if value(text) > value(high) => (low, text),
        Some(range) => range,
    }
}

/// A feature as an object of its properties, with its geometry and id.
pub(super) fn feature<'t>(value: &Value<'t>) -> Option<Value<'t>> {
    if value.get("type")?.scalar()? != "Feature" {
        return None;
    }
    let mut entries = Vec::new();
    if let Value::Object(own) = value {
        entries.extend(
            own.iter()
                .filter(|(key, _)| !matches!(key.as_ref(), "type" | "properties" | "geometry"))
                .cloned(),
        );
    }
    if let Some(Value::Object(properties)) = value.get("properties") {
        entries.extend(properties.iter().cloned());
    }
    if let Some(geometry) = value.get("geometry") {
        entries.push(("geometry".into(), geometry.clone()));
    }
    Some(Value::Object(entries))
}
