//! What the command line needs besides sessions, each behind a handle.

mod causality;
mod convert;
mod difference;
mod feature_rows;
mod features;
mod generate;
mod import;
mod inputs;
mod journal;
mod recode;
mod row_arguments;
mod tape;

use crate::host::Tool;
use tickwright_engine::CoreError;

/// Opens a tool by name.
///
/// # Errors
/// `E_ARGUMENT` for an unknown one; whatever the tool finds wrong with its arguments.
pub fn open_tool(kind: &str, args: &str) -> Result<Box<dyn Tool>, CoreError> {
    match kind {
        "tape" => Ok(Box::new(tape::TapeTool::open(args)?)),
        "journal" => Ok(Box::new(journal::JournalTool::new())),
        "import" => Ok(Box::new(import::ImportTool::open(args)?)),
        "convert" => Ok(Box::new(convert::ConvertTool::open(args)?)),
        "recode" => Ok(Box::new(recode::RecodeTool::open(args)?)),
        "difference" => Ok(difference::open(args)?),
        "featureRows" => Ok(Box::new(feature_rows::FeatureRowsTool::open(args)?)),
        "causality" => Ok(Box::new(causality::CausalityTool::open(args)?)),
        "features" => Ok(Box::new(features::FeatureTool)),
        "generate" => Ok(Box::new(generate::GenerateTool::open(args)?)),
        _ => Err(CoreError::new("E_ARGUMENT", format!("there is no tool {kind:?}"))),
    }
}
