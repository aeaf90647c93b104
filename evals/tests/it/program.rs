//! Running the binary, and a tiny collection to run it on.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Ids, titles and texts: each topic in English, Romanian or Polish, and one document in two paragraphs.
const DOCUMENTS: [(&str, &str, &str); 8] = [
    ("returns", "Returns", "Goods can be sent back within thirty days. The buyer pays for the parcel."),
    (
        "warranty",
        "Warranty",
        "The manufacturer repairs defects free of charge for two years after the purchase.",
    ),
    (
        "lift",
        "Lift maintenance",
        "Technicians inspect every lift twice a month.\n\nAn emergency call is answered in one hour.",
    ),
    ("prices-ro", "Prețuri", "Abonamentul lunar costă 49 de lei și include asistență telefonică."),
    ("hours-ro", "Program", "Magazinul este deschis de luni până vineri, între orele nouă și șaptesprezece."),
    ("delivery-pl", "Dostawa", "Przesyłka kurierska dociera do klienta w ciągu dwóch dni roboczych."),
    ("invoice-pl", "Faktury", "Fakturę wystawiamy elektronicznie i wysyłamy na adres e-mail klienta."),
    ("privacy", "Privacy", "Personal data is stored in Europe and erased on request."),
];

/// Ids, questions and their answers.
const QUERIES: [(&str, &str, &str); 6] = [
    ("q1", "How long do I have to return a product?", "returns"),
    ("q2", "Who fixes a broken device and is it free?", "warranty"),
    ("q3", "How fast is an emergency call answered?", "lift"),
    ("q4", "Cât costă abonamentul pe lună?", "prices-ro"),
    ("q5", "Ile dni trwa dostawa przesyłki?", "delivery-pl"),
    ("q6", "Where is my personal data kept?", "privacy"),
];

/// Writes the collection as a BEIR-shaped directory.
pub(crate) fn write_collection(directory: &Path) {
    let corpus = DOCUMENTS.map(|(id, title, text)| {
        serde_json::json!({ "_id": id, "title": title, "text": text }).to_string() + "\n"
    });
    let queries =
        QUERIES.map(|(id, text, _)| serde_json::json!({ "_id": id, "text": text }).to_string() + "\n");
    let qrels = QUERIES.map(|(id, _, document)| format!("{id}\t{document}\t1\n"));
    let header = "query-id\tcorpus-id\tscore\n";
    fs::create_dir_all(directory).expect("folder");
    fs::write(directory.join("corpus.jsonl"), corpus.concat()).expect("corpus");
    fs::write(directory.join("queries.jsonl"), queries.concat()).expect("queries");
    fs::write(directory.join("qrels.tsv"), header.to_owned() + &qrels.concat()).expect("qrels");
}

/// Runs `footnote-eval`.
pub(crate) fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("started")
}

/// The command of `footnote-eval`, without the folder of test data the environment may name.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footnote-eval"));
    command.args(arguments).env_remove("FOOTNOTE_TESTDATA");
    command
}

/// What a run that must succeed wrote to stdout.
pub(crate) fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("utf-8")
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("utf-8 path")
}
