//! The tables of units. Words are folded, symbols are as written.

use footnote_index::Language::{self, English, Polish, Romanian};

use super::{Dimension, Unit};

const fn unit(dimension: Dimension, factor: f64) -> Unit {
    Unit { dimension, factor }
}

const PERCENT: Unit = unit(Dimension::Percent, 1.0);
const POINT: Unit = unit(Dimension::PercentPoint, 1.0);
const MILLIGRAM: Unit = unit(Dimension::Mass, 0.001);
const GRAM: Unit = unit(Dimension::Mass, 1.0);
const KILOGRAM: Unit = unit(Dimension::Mass, 1000.0);
const TONNE: Unit = unit(Dimension::Mass, 1e6);
const POUND_MASS: Unit = unit(Dimension::Mass, 453.592_37);
const MILLIMETRE: Unit = unit(Dimension::Length, 0.001);
const CENTIMETRE: Unit = unit(Dimension::Length, 0.01);
const METRE: Unit = unit(Dimension::Length, 1.0);
const KILOMETRE: Unit = unit(Dimension::Length, 1000.0);
const MILE: Unit = unit(Dimension::Length, 1609.344);
const FOOT: Unit = unit(Dimension::Length, 0.3048);
const INCH: Unit = unit(Dimension::Length, 0.0254);
const YARD: Unit = unit(Dimension::Length, 0.9144);
const SQUARE_METRE: Unit = unit(Dimension::Area, 1.0);
const SQUARE_KILOMETRE: Unit = unit(Dimension::Area, 1e6);
const SQUARE_MILE: Unit = unit(Dimension::Area, 2_589_988.110_336);
const SQUARE_FOOT: Unit = unit(Dimension::Area, 0.092_903_04);
const HECTARE: Unit = unit(Dimension::Area, 1e4);
const ACRE: Unit = unit(Dimension::Area, 4_046.856_422_4);
const MILLILITRE: Unit = unit(Dimension::Volume, 0.001);
const LITRE: Unit = unit(Dimension::Volume, 1.0);
const CUBIC_METRE: Unit = unit(Dimension::Volume, 1000.0);
const GALLON: Unit = unit(Dimension::Volume, 3.785_411_784);
const MILLISECOND: Unit = unit(Dimension::Time, 0.001);
const SECOND: Unit = unit(Dimension::Time, 1.0);
const MINUTE: Unit = unit(Dimension::Time, 60.0);
const HOUR: Unit = unit(Dimension::Time, 3600.0);
const DAY: Unit = unit(Dimension::Time, super::DAY);
const WEEK: Unit = unit(Dimension::Time, 604_800.0);
const WORKING_DAY: Unit = unit(Dimension::WorkingTime, 1.0);
const MONTH: Unit = unit(Dimension::Calendar, 1.0);
const QUARTER: Unit = unit(Dimension::Calendar, 3.0);
const YEAR: Unit = unit(Dimension::Calendar, 12.0);
const DECADE: Unit = unit(Dimension::Calendar, 120.0);
const CENTURY: Unit = unit(Dimension::Century, 1.0);
const KMH: Unit = unit(Dimension::Speed, 1.0);
const MPH: Unit = unit(Dimension::Speed, 1.609_344);
const CELSIUS: Unit = unit(Dimension::Temperature, 1.0);
const FAHRENHEIT: Unit = unit(Dimension::TemperatureFahrenheit, 1.0);
const DEGREE: Unit = unit(Dimension::Angle, 1.0);
const VOLT: Unit = unit(Dimension::Voltage, 1.0);
const KILOVOLT: Unit = unit(Dimension::Voltage, 1000.0);
const WATT: Unit = unit(Dimension::Power, 1.0);
const KILOWATT: Unit = unit(Dimension::Power, 1000.0);
const MEGAWATT: Unit = unit(Dimension::Power, 1e6);
const WATT_HOUR: Unit = unit(Dimension::Energy, 1.0);
const KILOWATT_HOUR: Unit = unit(Dimension::Energy, 1000.0);
const MEGAWATT_HOUR: Unit = unit(Dimension::Energy, 1e6);
const BYTE: Unit = unit(Dimension::Data, 1.0);
const KILOBYTE: Unit = unit(Dimension::Data, 1e3);
const MEGABYTE: Unit = unit(Dimension::Data, 1e6);
const GIGABYTE: Unit = unit(Dimension::Data, 1e9);
const TERABYTE: Unit = unit(Dimension::Data, 1e12);
const HERTZ: Unit = unit(Dimension::Frequency, 1.0);
const KILOHERTZ: Unit = unit(Dimension::Frequency, 1e3);
const MEGAHERTZ: Unit = unit(Dimension::Frequency, 1e6);
const GIGAHERTZ: Unit = unit(Dimension::Frequency, 1e9);
const LEU: Unit = unit(Dimension::Leu, 1.0);
const BAN: Unit = unit(Dimension::Leu, 0.01);
const ZLOTY: Unit = unit(Dimension::Zloty, 1.0);
const GROSZ: Unit = unit(Dimension::Zloty, 0.01);
const EURO: Unit = unit(Dimension::Euro, 1.0);
const EURO_CENT: Unit = unit(Dimension::Euro, 0.01);
const DOLLAR: Unit = unit(Dimension::Dollar, 1.0);
const CENT: Unit = unit(Dimension::Dollar, 0.01);
const POUND: Unit = unit(Dimension::Pound, 1.0);
const PENNY: Unit = unit(Dimension::Pound, 0.01);
const FRANC: Unit = unit(Dimension::Franc, 1.0);
const YEN: Unit = unit(Dimension::Yen, 1.0);
const RUBLE: Unit = unit(Dimension::Ruble, 1.0);
const KORUNA: Unit = unit(Dimension::Koruna, 1.0);
const FORINT: Unit = unit(Dimension::Forint, 1.0);

/// Symbols, case and all.
pub(super) const SYMBOLS: &[(&str, Unit)] = &[
    ("%", PERCENT),
    ("p.p", POINT),
    ("pp", POINT),
    ("mg", MILLIGRAM),
    ("g", GRAM),
    ("gr", GRAM),
    ("kg", KILOGRAM),
    ("Kg", KILOGRAM),
    ("KG", KILOGRAM),
    ("t", TONNE),
    ("lb", POUND_MASS),
    ("lbs", POUND_MASS),
    ("mm", MILLIMETRE),
    ("cm", CENTIMETRE),
    ("m", METRE),
    ("km", KILOMETRE),
    ("Km", KILOMETRE),
    ("mi", MILE),
    ("ft", FOOT),
    ("m²", SQUARE_METRE),
    ("m2", SQUARE_METRE),
    ("mp", SQUARE_METRE),
    ("km²", SQUARE_KILOMETRE),
    ("km2", SQUARE_KILOMETRE),
    ("ha", HECTARE),
    ("ml", MILLILITRE),
    ("l", LITRE),
    ("L", LITRE),
    ("m³", CUBIC_METRE),
    ("m3", CUBIC_METRE),
    ("ms", MILLISECOND),
    ("s", SECOND),
    ("sec", SECOND),
    ("min", MINUTE),
    ("h", HOUR),
    ("km/h", KMH),
    ("kmh", KMH),
    ("mph", MPH),
    ("°C", CELSIUS),
    ("℃", CELSIUS),
    ("°F", FAHRENHEIT),
    ("°", DEGREE),
    ("V", VOLT),
    ("kV", KILOVOLT),
    ("W", WATT),
    ("kW", KILOWATT),
    ("MW", MEGAWATT),
    ("Wh", WATT_HOUR),
    ("kWh", KILOWATT_HOUR),
    ("MWh", MEGAWATT_HOUR),
    ("kB", KILOBYTE),
    ("KB", KILOBYTE),
    ("MB", MEGABYTE),
    ("GB", GIGABYTE),
    ("TB", TERABYTE),
    ("Hz", HERTZ),
    ("kHz", KILOHERTZ),
    ("MHz", MEGAHERTZ),
    ("GHz", GIGAHERTZ),
    ("RON", LEU),
    ("ron", LEU),
    ("Lei", LEU),
    ("zł", ZLOTY),
    ("zl", ZLOTY),
    ("PLN", ZLOTY),
    ("€", EURO),
    ("EUR", EURO),
    ("$", DOLLAR),
    ("US$", DOLLAR),
    ("USD", DOLLAR),
    ("£", POUND),
    ("GBP", POUND),
    ("CHF", FRANC),
    ("¥", YEN),
    ("JPY", YEN),
    ("₽", RUBLE),
    ("RUB", RUBLE),
    ("CZK", KORUNA),
    ("HUF", FORINT),
];

/// Units of more than one word; the languages do not collide here.
pub(super) const PHRASES: &[(&str, Unit)] = &[
    ("percentage points", POINT),
    ("percentage point", POINT),
    ("puncte procentuale", POINT),
    ("punkty procentowe", POINT),
    ("punktow procentowych", POINT),
    ("per cent", PERCENT),
    ("la suta", PERCENT),
    ("square metres", SQUARE_METRE),
    ("square meters", SQUARE_METRE),
    ("square metre", SQUARE_METRE),
    ("square meter", SQUARE_METRE),
    ("metri patrati", SQUARE_METRE),
    ("metry kwadratowe", SQUARE_METRE),
    ("metrow kwadratowych", SQUARE_METRE),
    ("square kilometres", SQUARE_KILOMETRE),
    ("square kilometers", SQUARE_KILOMETRE),
    ("square kilometer", SQUARE_KILOMETRE),
    ("kilometri patrati", SQUARE_KILOMETRE),
    ("kilometrow kwadratowych", SQUARE_KILOMETRE),
    ("square miles", SQUARE_MILE),
    ("square mile", SQUARE_MILE),
    ("mile patrate", SQUARE_MILE),
    ("mil kwadratowych", SQUARE_MILE),
    ("square feet", SQUARE_FOOT),
    ("square foot", SQUARE_FOOT),
    ("sq ft", SQUARE_FOOT),
    ("cubic metres", CUBIC_METRE),
    ("cubic meters", CUBIC_METRE),
    ("metri cubi", CUBIC_METRE),
    ("metrow szesciennych", CUBIC_METRE),
    ("kilometres per hour", KMH),
    ("kilometers per hour", KMH),
    ("kilometri pe ora", KMH),
    ("km pe ora", KMH),
    ("kilometrow na godzine", KMH),
    ("km na godzine", KMH),
    ("miles per hour", MPH),
    ("mile pe ora", MPH),
    ("mil na godzine", MPH),
    ("degrees celsius", CELSIUS),
    ("degree celsius", CELSIUS),
    ("grade celsius", CELSIUS),
    ("stopni celsjusza", CELSIUS),
    ("stopnie celsjusza", CELSIUS),
    ("degrees fahrenheit", FAHRENHEIT),
    ("grade fahrenheit", FAHRENHEIT),
    ("stopni fahrenheita", FAHRENHEIT),
    ("kilowatt hours", KILOWATT_HOUR),
    ("working days", WORKING_DAY),
    ("working day", WORKING_DAY),
    ("business days", WORKING_DAY),
    ("business day", WORKING_DAY),
    ("zile lucratoare", WORKING_DAY),
    ("zi lucratoare", WORKING_DAY),
    ("dni roboczych", WORKING_DAY),
    ("dni robocze", WORKING_DAY),
    ("dzien roboczy", WORKING_DAY),
    ("dniach roboczych", WORKING_DAY),
    ("calendar days", DAY),
    ("zile calendaristice", DAY),
    ("dni kalendarzowych", DAY),
    ("dni kalendarzowe", DAY),
    ("us dollars", DOLLAR),
    ("american dollars", DOLLAR),
    ("dolari americani", DOLLAR),
    ("dolarow amerykanskich", DOLLAR),
    ("pounds sterling", POUND),
    ("lire sterline", POUND),
    ("funtow szterlingow", POUND),
    ("swiss francs", FRANC),
    ("eurocents", EURO_CENT),
];

const ALL: &[Language] = &[English, Romanian, Polish];
const EN: &[Language] = &[English];
const RO: &[Language] = &[Romanian];
const PL: &[Language] = &[Polish];

/// Words with their forms, by language.
pub(super) const WORDS: &[(&[Language], &str, Unit)] = &[
    (EN, "percent", PERCENT),
    (RO, "procent procente procentul procentele", PERCENT),
    (PL, "procent procenta procentu procentow procentach proc", PERCENT),
    (EN, "milligram milligrams", MILLIGRAM),
    (RO, "miligram miligrame", MILLIGRAM),
    (PL, "miligram miligramy miligramow", MILLIGRAM),
    (EN, "gram grams gramme grammes", GRAM),
    (RO, "gram grame gramelor", GRAM),
    (PL, "gram gramy gramow grama", GRAM),
    (EN, "kilogram kilograms kilo kilos kgs", KILOGRAM),
    (RO, "kilogram kilograme kilogramul kilogramelor kile kil", KILOGRAM),
    (PL, "kilogram kilogramy kilogramow kilograma kilogramach kilo", KILOGRAM),
    (EN, "tonne tonnes ton tons", TONNE),
    (RO, "tona tone tonei tonelor", TONNE),
    (PL, "tona tony ton tone tonie", TONNE),
    (EN, "millimetre millimetres millimeter millimeters", MILLIMETRE),
    (RO, "milimetru milimetri", MILLIMETRE),
    (PL, "milimetr milimetry milimetrow", MILLIMETRE),
    (EN, "centimetre centimetres centimeter centimeters", CENTIMETRE),
    (RO, "centimetru centimetri", CENTIMETRE),
    (PL, "centymetr centymetry centymetrow centymetra", CENTIMETRE),
    (EN, "metre metres meter meters", METRE),
    (RO, "metru metri metrul metrilor", METRE),
    (PL, "metr metry metrow metra metrach", METRE),
    (EN, "kilometre kilometres kilometer kilometers kms", KILOMETRE),
    (RO, "kilometru kilometri kilometrilor kilometrul", KILOMETRE),
    (PL, "kilometr kilometry kilometrow kilometra kilometrach", KILOMETRE),
    (EN, "mile miles", MILE),
    (RO, "mila mile milei", MILE),
    (PL, "mila mile mil mili", MILE),
    (EN, "foot feet", FOOT),
    (RO, "picior picioare", FOOT),
    (PL, "stopa stopy stop", FOOT),
    (EN, "inch inches", INCH),
    (RO, "inci inch toli", INCH),
    (PL, "cal cale cali", INCH),
    (EN, "yard yards", YARD),
    (RO, "yard yarzi iarzi", YARD),
    (PL, "jard jardy jardow", YARD),
    (EN, "hectare hectares", HECTARE),
    (RO, "hectar hectare", HECTARE),
    (PL, "hektar hektary hektarow hektara", HECTARE),
    (EN, "acre acres", ACRE),
    (RO, "acru acri", ACRE),
    (PL, "akr akry akrow", ACRE),
    (EN, "millilitre millilitres milliliter milliliters", MILLILITRE),
    (RO, "mililitru mililitri", MILLILITRE),
    (PL, "mililitr mililitry mililitrow", MILLILITRE),
    (EN, "litre litres liter liters", LITRE),
    (RO, "litru litri litrul litrilor", LITRE),
    (PL, "litr litry litrow litra", LITRE),
    (EN, "gallon gallons", GALLON),
    (RO, "galon galoane", GALLON),
    (PL, "galon galony galonow", GALLON),
    (EN, "millisecond milliseconds", MILLISECOND),
    (EN, "second seconds secs", SECOND),
    (RO, "secunda secunde secundei secundelor sec", SECOND),
    (PL, "sekunda sekundy sekund sekunde sek", SECOND),
    (EN, "minute minutes mins", MINUTE),
    (RO, "minut minute minutul minutelor", MINUTE),
    (PL, "minuta minuty minut minute minutach", MINUTE),
    (EN, "hour hours hr hrs", HOUR),
    (RO, "ora ore orei orelor orele", HOUR),
    (PL, "godzina godziny godzin godzine godzinie godzinach godz", HOUR),
    (EN, "day days", DAY),
    (RO, "zi zile zilei zilelor zilele ziua", DAY),
    (PL, "dzien dni dnia dniach dniu dniami doba doby dob dobe", DAY),
    (EN, "week weeks", WEEK),
    (RO, "saptamana saptamani saptamanii saptamanilor saptamanile", WEEK),
    (PL, "tydzien tygodnie tygodni tygodnia tygodniach tygodniu", WEEK),
    (EN, "month months", MONTH),
    (RO, "luna luni lunii lunilor lunile", MONTH),
    (PL, "miesiac miesiace miesiecy miesiaca miesiacach miesiacu mies", MONTH),
    (EN, "quarter quarters", QUARTER),
    (RO, "trimestru trimestre", QUARTER),
    (PL, "kwartal kwartaly kwartalow", QUARTER),
    (EN, "year years yr yrs", YEAR),
    (RO, "an ani anului anilor anii anul", YEAR),
    (PL, "rok roku lata lat latach latami lecie", YEAR),
    (EN, "decade decades", DECADE),
    (RO, "deceniu decenii deceniului deceniul", DECADE),
    (PL, "dekada dekady dekad dekade", DECADE),
    (EN, "century centuries", CENTURY),
    (RO, "secol secole secolul secolului secolele secolelor sec", CENTURY),
    (PL, "wiek wieku wieki wiekow wiekiem", CENTURY),
    (EN, "degree degrees", DEGREE),
    (RO, "grad grade gradul", DEGREE),
    (PL, "stopien stopnie stopni stopnia", DEGREE),
    (EN, "volt volts", VOLT),
    (RO, "volt volti", VOLT),
    (PL, "wolt wolty woltow", VOLT),
    (EN, "watt watts", WATT),
    (RO, "watt wati", WATT),
    (PL, "wat waty watow", WATT),
    (EN, "kilowatt kilowatts", KILOWATT),
    (RO, "kilowatt kilowati", KILOWATT),
    (PL, "kilowat kilowaty kilowatow", KILOWATT),
    (EN, "byte bytes", BYTE),
    (EN, "kilobyte kilobytes", KILOBYTE),
    (EN, "megabyte megabytes", MEGABYTE),
    (EN, "gigabyte gigabytes", GIGABYTE),
    (EN, "terabyte terabytes", TERABYTE),
    (RO, "megabyti megaocteti", MEGABYTE),
    (RO, "gigabyti gigaocteti", GIGABYTE),
    (PL, "megabajt megabajty megabajtow", MEGABYTE),
    (PL, "gigabajt gigabajty gigabajtow", GIGABYTE),
    (ALL, "lei", LEU),
    (EN, "leu", LEU),
    (RO, "leu leul leului leilor leii", LEU),
    (PL, "leje lejow", LEU),
    (RO, "bani banul", BAN),
    (EN, "zloty zlotys zloties", ZLOTY),
    (RO, "zlot zloti zloty", ZLOTY),
    (PL, "zloty zlote zlotych zlotego zlotymi", ZLOTY),
    (PL, "grosz grosze groszy grosza", GROSZ),
    (ALL, "euro", EURO),
    (EN, "euros", EURO),
    (EN, "cent cents", EURO_CENT),
    (EN, "cent cents", CENT),
    (RO, "cent centi", EURO_CENT),
    (PL, "cent centy centow", EURO_CENT),
    (EN, "dollar dollars", DOLLAR),
    (RO, "dolar dolari dolarului dolarilor", DOLLAR),
    (PL, "dolar dolary dolarow dolara", DOLLAR),
    (EN, "pound pounds", POUND),
    (EN, "pound pounds", POUND_MASS),
    (RO, "lira lire livre", POUND),
    (RO, "livra livre", POUND_MASS),
    (PL, "funt funty funtow funta", POUND),
    (PL, "funt funty funtow funta", POUND_MASS),
    (EN, "pence penny", PENNY),
    (RO, "penny", PENNY),
    (PL, "pensow pensy", PENNY),
    (EN, "franc francs", FRANC),
    (RO, "franc franci", FRANC),
    (PL, "frank franki frankow", FRANC),
    (EN, "yen", YEN),
    (RO, "yen yeni", YEN),
    (PL, "jen jeny jenow", YEN),
    (EN, "ruble rubles rouble roubles", RUBLE),
    (RO, "rubla ruble", RUBLE),
    (PL, "rubel ruble rubli", RUBLE),
    (EN, "koruna korunas crown crowns", KORUNA),
    (RO, "coroana coroane", KORUNA),
    (PL, "korona korony koron", KORUNA),
    (EN, "forint forints", FORINT),
    (RO, "forint forinti", FORINT),
    (PL, "forint forinty forintow", FORINT),
];

/// Stems of Polish adjectives made of a number and a unit: `24-miesięczna`, `3-letni`; of English `35-year-old` the unit stands alone.
pub(super) const ADJECTIVES: &[(Language, &str, Unit)] = &[
    (Polish, "letni", YEAR),
    (Polish, "miesieczn", MONTH),
    (Polish, "tygodniow", WEEK),
    (Polish, "dniow", DAY),
    (Polish, "dobow", DAY),
    (Polish, "godzinn", HOUR),
    (Polish, "minutow", MINUTE),
    (Polish, "sekundow", SECOND),
    (Polish, "procentow", PERCENT),
    (Polish, "zlotow", ZLOTY),
    (Polish, "kilogramow", KILOGRAM),
    (Polish, "kilometrow", KILOMETRE),
    (Polish, "metrow", METRE),
    (Polish, "litrow", LITRE),
    (Polish, "watow", WATT),
    (Polish, "woltow", VOLT),
];
