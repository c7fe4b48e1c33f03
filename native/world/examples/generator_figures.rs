//! Prints a generated market's figures beside the recording's, and how fast it is made.
//! `cargo run --release -p tickwright-world --example generator_figures -- SEED SECONDS`

use std::io::Write;

use tickwright_world::generator::{Generator, GeneratorConfig, MarketStats, table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let seconds = arguments.next().map_or(Ok(345), |text| text.parse())?;
    let config = GeneratorConfig::new(seed, seconds);
    let recorded = config.profile.recorded;
    let mut generator = Generator::new(&config)?;
    let mut stats = MarketStats::new(config.instruments[0].tick);
    let (mut out, mut inputs, mut bytes) = (Vec::new(), 0_u64, 0_u64);
    while generator.next_input(&mut out).is_some() {
        generator.events().iter().for_each(|event| stats.push(event));
        inputs += 1;
        bytes += out.len() as u64;
        out.clear();
    }
    let figures = stats.finish();
    let mut stdout = std::io::stdout();
    write!(stdout, "{}", table(&figures.compare(&recorded)))?;
    writeln!(stdout, "{inputs} inputs, {bytes} bytes")?;
    Ok(())
}
