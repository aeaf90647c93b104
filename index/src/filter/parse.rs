//! Filters from JSON.

use std::ops::Bound;

use serde_json::{Map, Value as Json};

use super::{Filter, MAX_CONDITIONS, MAX_DEPTH, MAX_STRING, Test, Value};
use crate::{Error, Result};

/// The operators, for messages.
const OPERATORS: &str = "$eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $prefix, $exists";

impl Filter {
    /// Reads a filter. An object is the conjunction of its entries; `{"field": value}` is short for
    /// `{"field": {"$eq": value}}`, `{"field": [a, b]}` for `{"field": {"$in": [a, b]}}`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] that names the place and what is expected there; also for a filter deeper than
    /// [`MAX_DEPTH`] or with more than [`MAX_CONDITIONS`] conditions.
    pub fn parse(json: &Json) -> Result<Self> {
        let mut parser = Parser { conditions: 0 };
        let Json::Object(entries) = json else {
            return invalid("filter", "expected an object such as {\"language\": \"ro\"}");
        };
        parser.object(entries, "filter", 0)
    }
}

fn invalid<T>(path: &str, problem: impl std::fmt::Display) -> Result<T> {
    Err(Error::InvalidInput { reason: format!("{path}: {problem}") })
}

struct Parser {
    conditions: usize,
}

impl Parser {
    fn count(&mut self, path: &str, more: usize) -> Result<()> {
        self.conditions += more;
        if self.conditions > MAX_CONDITIONS {
            return invalid(path, format!("a filter has at most {MAX_CONDITIONS} conditions"));
        }
        Ok(())
    }

    fn object(&mut self, entries: &Map<String, Json>, path: &str, depth: usize) -> Result<Filter> {
        if depth > MAX_DEPTH {
            return invalid(path, format!("nested more than {MAX_DEPTH} deep"));
        }
        let mut all = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let path = format!("{path}.{key}");
            all.push(match key.as_str() {
                "$and" => Filter::And(self.list(value, &path, depth + 1)?),
                "$or" => Filter::Or(self.list(value, &path, depth + 1)?),
                "$not" => match value {
                    Json::Object(entries) => Filter::Not(Box::new(self.object(entries, &path, depth + 1)?)),
                    _ => return invalid(&path, "expected an object"),
                },
                operator if operator.starts_with('$') => {
                    return invalid(&path, "expected a field, or one of $and, $or, $not");
                }
                "" => return invalid(&path, "a field needs a name"),
                field => self.field(field, value, &path)?,
            });
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Filter::And(all) })
    }

    fn list(&mut self, value: &Json, path: &str, depth: usize) -> Result<Vec<Filter>> {
        let Json::Array(items) = value else { return invalid(path, "expected an array of filters") };
        if items.is_empty() {
            return invalid(path, "expected at least one filter");
        }
        let item = |(i, item): (usize, &Json)| {
            let path = format!("{path}[{i}]");
            match item {
                Json::Object(entries) => self.object(entries, &path, depth),
                _ => invalid(&path, "expected an object"),
            }
        };
        items.iter().enumerate().map(item).collect()
    }

    /// Everything said about one field.
    fn field(&mut self, name: &str, value: &Json, path: &str) -> Result<Filter> {
        let field = |test| Filter::Field { name: name.to_owned(), test };
        let operators = match value {
            Json::Object(operators) => operators,
            Json::Array(_) => return Ok(field(self.values(value, path)?)),
            scalar => return Ok(field(Test::In(vec![self.scalar(scalar, path)?]))),
        };
        let mut all = Vec::new();
        let (mut from, mut to) = (Bound::Unbounded, Bound::Unbounded);
        for (operator, operand) in operators {
            let path = format!("{path}.{operator}");
            match operator.as_str() {
                "$eq" => all.push(field(Test::In(vec![self.scalar(operand, &path)?]))),
                "$ne" => {
                    let test = Test::In(vec![self.scalar(operand, &path)?]);
                    all.push(Filter::Not(Box::new(field(test))));
                }
                "$in" => all.push(field(self.values(operand, &path)?)),
                "$nin" => all.push(Filter::Not(Box::new(field(self.values(operand, &path)?)))),
                "$gt" => from = Bound::Excluded(self.ordered(operand, &path)?),
                "$gte" => from = Bound::Included(self.ordered(operand, &path)?),
                "$lt" => to = Bound::Excluded(self.ordered(operand, &path)?),
                "$lte" => to = Bound::Included(self.ordered(operand, &path)?),
                "$prefix" => match operand {
                    Json::String(text) => {
                        self.count(&path, 1)?;
                        all.push(field(Test::Prefix(comparable(text, &path)?.to_owned())));
                    }
                    _ => return invalid(&path, "expected a string"),
                },
                "$exists" => {
                    self.count(&path, 1)?;
                    match operand {
                        Json::Bool(true) => all.push(field(Test::Exists)),
                        Json::Bool(false) => all.push(Filter::Not(Box::new(field(Test::Exists)))),
                        _ => return invalid(&path, "expected true or false"),
                    }
                }
                _ => return invalid(&path, format!("unknown operator, use {OPERATORS}")),
            }
        }
        for (one, other) in [("$gt", "$gte"), ("$lt", "$lte")] {
            if operators.contains_key(one) && operators.contains_key(other) {
                return invalid(path, format!("use {one} or {other}, not both"));
            }
        }
        match (&from, &to) {
            (Bound::Unbounded, Bound::Unbounded) => {}
            (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b))
                if std::mem::discriminant(a) != std::mem::discriminant(b) =>
            {
                return invalid(path, "one end of the range is a number, the other a date");
            }
            _ => all.push(field(Test::Range { from, to })),
        }
        match all.len() {
            0 => invalid(path, format!("expected a value, an array or one of {OPERATORS}")),
            1 => Ok(all.remove(0)),
            _ => Ok(Filter::And(all)),
        }
    }

    fn values(&mut self, json: &Json, path: &str) -> Result<Test> {
        let Json::Array(items) = json else { return invalid(path, "expected an array of values") };
        if items.is_empty() {
            return invalid(path, "expected at least one value");
        }
        let values = items.iter().enumerate().map(|(i, item)| self.scalar(item, &format!("{path}[{i}]")));
        Ok(Test::In(values.collect::<Result<_>>()?))
    }

    fn scalar(&mut self, json: &Json, path: &str) -> Result<Value> {
        self.count(path, 1)?;
        match json {
            Json::Bool(bool) => Ok(Value::Bool(*bool)),
            Json::Number(number) => {
                number.as_f64().map(Value::from).map_or_else(|| invalid(path, "too large"), Ok)
            }
            Json::String(text) => Ok(Value::Text(comparable(text, path)?.to_owned())),
            Json::Null => invalid(path, "null cannot be compared, use {\"$exists\": false}"),
            Json::Array(_) | Json::Object(_) => invalid(path, "expected a string, a number, true or false"),
        }
    }

    /// An end of a range.
    fn ordered(&mut self, json: &Json, path: &str) -> Result<Value> {
        self.count(path, 1)?;
        let value = match json {
            Json::Number(number) => number.as_f64().map(Value::from),
            Json::String(text) => Value::time(text),
            _ => None,
        };
        value.map_or_else(
            || invalid(path, "expected a number, a date (2024-05-01) or a time (2024-05-01T12:00:00Z)"),
            Ok,
        )
    }
}

fn comparable<'a>(text: &'a str, path: &str) -> Result<&'a str> {
    if text.len() > MAX_STRING {
        return invalid(path, format!("a string of {} bytes, the limit is {MAX_STRING}", text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(json: &Json) -> String {
        Filter::parse(json).expect_err("refused").to_string()
    }

    #[test]
    fn short_forms_mean_what_the_long_ones_do() {
        let parse = |json| Filter::parse(&json).expect("a filter");
        assert_eq!(parse(json!({"a": 1})), parse(json!({"a": {"$eq": 1}})));
        assert_eq!(parse(json!({"a": ["x", "y"]})), parse(json!({"a": {"$in": ["x", "y"]}})));
        assert_eq!(parse(json!({"a": {"$ne": 1}})), parse(json!({"$not": {"a": 1}})));
        assert_eq!(parse(json!({"a": 1, "b": 2})), parse(json!({"$and": [{"a": 1}, {"b": 2}]})));
        assert_eq!(parse(json!({})), Filter::And(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_the_fix() {
        for (json, expected) in [
            (json!([]), "filter: expected an object"),
            (json!({"$or": []}), "filter.$or: expected at least one filter"),
            (json!({"$or": [{"a": {"$gte": "soon"}}]}), "filter.$or[0].a.$gte: expected a number, a date"),
            (json!({"a": {"$near": 1}}), "filter.a.$near: unknown operator, use $eq"),
            (json!({"a": null}), "filter.a: null cannot be compared, use {\"$exists\": false}"),
            (json!({"a": {"$gt": 1, "$lt": "2024-01-01"}}), "filter.a: one end of the range is a number"),
            (json!({"a": {"$gt": 1, "$gte": 2}}), "filter.a: use $gt or $gte, not both"),
            (json!({"a": {}}), "filter.a: expected a value"),
            (json!({"a": {"b": 1}}), "filter.a.b: unknown operator"),
            (json!({"$where": "1"}), "filter.$where: expected a field"),
            (json!({"a": {"$in": []}}), "filter.a.$in: expected at least one value"),
        ] {
            let message = message(&json);
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn limits_hold_at_their_edge() {
        let values = |n: usize| json!({"a": {"$in": vec![1; n]}});
        assert!(Filter::parse(&values(MAX_CONDITIONS)).is_ok());
        assert!(message(&values(MAX_CONDITIONS + 1)).contains("at most 1000 conditions"));
        let nested = |n: usize| (0..n).fold(json!({"a": 1}), |inner, _| json!({"$not": inner}));
        assert!(Filter::parse(&nested(MAX_DEPTH)).is_ok());
        assert!(message(&nested(MAX_DEPTH + 1)).contains("nested more than 8 deep"));
        let text = |n: usize| json!({"a": "x".repeat(n)});
        assert!(Filter::parse(&text(MAX_STRING)).is_ok());
        assert!(message(&text(MAX_STRING + 1)).contains("1025 bytes, the limit is 1024"));
    }
}
