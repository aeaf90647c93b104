use super::*;

fn show(code: &str, value: f64) -> String {
    NumberFormat::parse(code).show(value, false).text
}

#[test]
fn numbers_look_as_in_the_sheet() {
    for (code, value, expected) in [
        ("General", 1599.99, "1599.99"),
        ("0", 2.5, "3"),
        ("00000", 42.0, "00042"),
        ("#,##0.00", 1_234_567.891, "1,234,567.89"),
        ("#,##0", 999.0, "999"),
        ("#,##0.00", -1599.99, "-1,599.99"),
        ("0%", 0.256, "26%"),
        ("0.00%", 0.025, "2.50%"),
        ("0.00E+00", 198_356_388.0, "1.98E+08"),
        ("0.00E+00", 0.000_123, "1.23E-04"),
        ("0.0E+0", 9.99, "1.0E+1"),
        ("##0.0E+0", 12_345.0, "12.3E+3"),
        ("# ?/?", 2.5, "2 1/2"),
        ("# ??/??", 0.333_333, "1/3"),
        ("?/?", 1.5, "3/2"),
        ("0.##", 2.0, "2"),
        ("0.0#", 2.25, "2.25"),
        ("#.00", 0.5, ".50"),
        ("000-00-0000", 123_456_789.0, "123-45-6789"),
        ("0.0,,\" M\"", 12_345_678.0, "12.3 M"),
        ("0\\ \"dollars and\"\\ .00\\ \"cents\"", 19.99, "19 dollars and .99 cents"),
        ("[$€-407] #,##0.00", 5.0, "€ 5.00"),
        ("#,##0.00\\ \"zł\"", 1234.5, "1,234.50 zł"),
    ] {
        assert_eq!(show(code, value), expected, "{code} of {value}");
    }
}

#[test]
fn sections_are_chosen_by_sign_and_condition() {
    let currency = "\"$\"#,##0.00_);[Red]\\(\"$\"#,##0.00\\)";
    assert_eq!(show(currency, 1599.99), "$1,599.99");
    assert_eq!(show(currency, -1599.99), "($1,599.99)");
    let accounting = "_(* #,##0_);_(* \\(#,##0\\);_(* \"-\"??_);_(@_)";
    assert_eq!([1000.0, -5.0, 0.0].map(|v| show(accounting, v)), ["1,000", "(5)", "-"]);
    let stock = "[<1]\"none\";[=1]0\" piece\";0\" pieces\"";
    assert_eq!([0.0, 1.0, 7.0].map(|v| show(stock, v)), ["none", "1 piece", "7 pieces"]);
    assert_eq!(show("0.00", -0.001), "0.00", "no sign before zeros");
    assert!(NumberFormat::parse(";;;").shows_nothing());
    assert_eq!(show(";;;", 5.0), "5", "kept, the sheet marks it as hidden");
}

#[test]
fn dates_and_times_are_iso() {
    for (code, value, expected) in [
        ("m/d/yy", 40_089.85, "2009-10-03"),
        ("dd.mm.yyyy;@", 45_351.0, "2024-02-29"),
        ("[$-409]mmmm\\ d\\,\\ yyyy", 45_351.0, "2024-02-29"),
        ("mmm-yy", 45_351.0, "2024-02"),
        ("yyyy", 45_351.0, "2024"),
        ("h:mm AM/PM", 0.75, "18:00"),
        ("m/d/yy h:mm", 45_351.5, "2024-02-29 12:00"),
        ("mm:ss", 0.5, "12:00:00"),
        ("[h]:mm:ss", 1.5, "36:00:00"),
        ("\"At\" h:mm AM/PM \"on\" dddd mmmm d\",\" yyyy", 39_219.180_56, "2007-05-17 04:20"),
        ("yyyy\"年\"m\"月\"d\"日\"", 45_351.0, "2024-02-29"),
    ] {
        let shown = NumberFormat::parse(code).show(value, false);
        assert_eq!((shown.text.as_str(), shown.is_date), (expected, true), "{code}");
    }
    let shown = NumberFormat::parse("yyyy-mm-dd").show(-3.0, false);
    assert_eq!((shown.text.as_str(), shown.is_date), ("-3", false), "no date before 1900");
    assert!(!NumberFormat::parse("[Red]0").show(1.0, false).is_date, "a colour is no day");
}

#[test]
fn every_builtin_format_can_be_read() {
    assert_eq!(show(builtin(4), 1234.5), "1,234.50");
    assert_eq!(show(builtin(14), 45_351.0), "2024-02-29");
    assert_eq!(show(builtin(44), 0.0), "$-");
    assert_eq!(show(builtin(999), 1.5), "1.5");
}

proptest::proptest! {
    #[test]
    fn any_code_shows_any_number(code in "[0#?.,%/@E+\\-;_*\\[\\]$<>=hmsydG\"\\\\ a1-9]{0,24}", value: f64) {
        assert!(!show(&code, value).trim().is_empty());
    }
}
