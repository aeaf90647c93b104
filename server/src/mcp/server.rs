//! The tools behind the protocol.

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomRequest, CustomResult,
    ErrorCode, Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
    Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};

use super::{Call, Failure, Runner, schema};
use crate::generators::{Cancel, CancelOnDrop};

/// The server's side of the protocol: three tools over one client's documents.
#[derive(Debug)]
pub(crate) struct Tools<R>(pub(crate) R);

impl<R: Runner> ServerHandler for Tools<R> {
    fn get_info(&self) -> ServerConfig {
        let own = Implementation::new("footnote", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(own)
            .with_instructions(schema::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(schema::tools()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        schema::tools().into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(call) = Call::read(&request.name, request.arguments.unwrap_or_default()) else {
            let name: String = request.name.chars().take(100).collect();
            let reason = format!("there is no tool {name:?}, known are search, fetch, ask");
            return Err(ErrorData::invalid_params(reason, None));
        };
        let cancel = Cancel::default();
        // Also when this future is dropped.
        let _guard = CancelOnDrop(cancel.clone());
        let outcome = match call {
            Err(failure) => Err(failure),
            Ok(call) => tokio::select! {
                outcome = self.0.run(call, cancel) => outcome,
                () = context.ct.cancelled() => Err(Failure("the request was given up".to_owned())),
            },
        };
        Ok(match outcome {
            Ok(value) => CallToolResult::structured(value),
            Err(Failure(reason)) => CallToolResult::error(vec![ContentBlock::text(reason)]),
        }
        .into())
    }

    /// A request that is none of the protocol's: of another name, or of a known name with other parameters.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method: String = request.method.chars().take(100).collect();
        Err(
            if matches!(
                method.as_str(),
                "initialize" | "tools/call" | "tools/list" | "ping" | "server/discover"
            ) {
                ErrorData::invalid_params(format!("the parameters of {method} are malformed"), None)
            } else {
                ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None)
            },
        )
    }
}
