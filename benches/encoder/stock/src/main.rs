//! candle-transformers' BERT as published, in f32, driven like Footnote's `encoder_bench` example:
//!
//! ```text
//! {"do":"load","weights":F,"tokenizer":F,"config":{..},"max_tokens":N,"pooling":"mean"|"cls","prefix":P}
//! {"do":"batches","batches":[[TEXT,..],..]}
//! {"do":"run","seconds":S}
//! {"do":"vectors","texts":[TEXT,..]}
//! ```
//! `config` is a Hugging Face `config.json`. Batches are padded to their longest text, as usual.

use std::io::{BufRead as _, Write as _};
use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use serde::Deserialize;
use serde_json::{Value, json};
use tokenizers::{Tokenizer, TruncationParams};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A line of input.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Command {
    Load {
        weights: String,
        tokenizer: String,
        config: Config,
        max_tokens: usize,
        pooling: Pooling,
        prefix: String,
    },
    Batches {
        batches: Vec<Vec<String>>,
    },
    Run {
        seconds: f64,
    },
    Vectors {
        texts: Vec<String>,
    },
}

/// How token vectors become one.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pooling {
    Mean,
    Cls,
}

/// A loaded encoder.
struct Encoder {
    bert: BertModel,
    tokenizer: Tokenizer,
    pooling: Pooling,
    prefix: String,
}

#[derive(Default)]
struct State {
    encoder: Option<Encoder>,
    batches: Vec<Vec<String>>,
}

fn main() -> Result<(), Failure> {
    let mut state = State::default();
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let command = serde_json::from_str(&line?).map_err(Failure::from);
        let answer = command.and_then(|command| state.obey(command));
        let answer = answer.unwrap_or_else(|failure| json!({ "error": failure.to_string() }));
        serde_json::to_writer(&mut output, &answer)?;
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}

impl State {
    fn obey(&mut self, command: Command) -> Result<Value, Failure> {
        match command {
            Command::Load { weights, tokenizer, config, max_tokens, pooling, prefix } => {
                self.encoder = None;
                let bytes = std::fs::read(weights)?;
                let builder = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu)?;
                let bert = BertModel::load(builder, &config)?;
                let mut tokenizer = Tokenizer::from_file(tokenizer)?;
                let truncation = TruncationParams { max_length: max_tokens, ..Default::default() };
                tokenizer.with_truncation(Some(truncation))?;
                tokenizer.with_padding(None);
                self.encoder = Some(Encoder { bert, tokenizer, pooling, prefix });
                Ok(json!({}))
            }
            Command::Batches { batches } => {
                self.batches = batches;
                Ok(json!({ "batches": self.batches.len() }))
            }
            Command::Run { seconds } => self.run(seconds),
            Command::Vectors { texts } => {
                let (vectors, tokens) = self.encoder()?.encode(&texts)?;
                Ok(json!({ "tokens": tokens, "vectors": vectors }))
            }
        }
    }

    fn encoder(&self) -> Result<&Encoder, Failure> {
        self.encoder.as_ref().ok_or_else(|| "no model is loaded: send `load` first".into())
    }

    fn run(&self, seconds: f64) -> Result<Value, Failure> {
        let encoder = self.encoder()?;
        let (mut batches, mut texts, mut tokens) = (0, 0, 0);
        let started = Instant::now();
        for batch in &self.batches {
            tokens += encoder.encode(batch)?.1;
            texts += batch.len();
            batches += 1;
            if started.elapsed().as_secs_f64() >= seconds {
                break;
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        Ok(json!({ "batches": batches, "texts": texts, "tokens": tokens, "seconds": seconds }))
    }
}

impl Encoder {
    /// A unit vector a text, and the number of tokens without padding.
    fn encode(&self, texts: &[String]) -> Result<(Vec<Vec<f32>>, usize), Failure> {
        let inputs: Vec<String> = texts.iter().map(|text| format!("{}{text}", self.prefix)).collect();
        let encodings = self.tokenizer.encode_batch_fast(inputs, true)?;
        let longest = encodings.iter().map(|encoding| encoding.len()).max().unwrap_or_default();
        let shape = (texts.len(), longest);
        let (mut ids, mut mask) = (vec![0u32; shape.0 * longest], vec![0f32; shape.0 * longest]);
        for (row, encoding) in encodings.iter().enumerate() {
            ids[row * longest..][..encoding.len()].copy_from_slice(encoding.get_ids());
            mask[row * longest..][..encoding.len()].fill(1.0);
        }
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
        let states = self.bert.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let pooled = match self.pooling {
            Pooling::Mean => {
                let sum = states.broadcast_mul(&mask.unsqueeze(2)?)?.sum(1)?;
                sum.broadcast_div(&mask.sum_keepdim(1)?)?
            }
            Pooling::Cls => states.narrow(1, 0, 1)?.squeeze(1)?,
        };
        let norm = pooled.sqr()?.sum_keepdim(1)?.sqrt()?;
        let tokens = encodings.iter().map(|encoding| encoding.len()).sum();
        Ok((pooled.broadcast_div(&norm)?.to_vec2()?, tokens))
    }
}
