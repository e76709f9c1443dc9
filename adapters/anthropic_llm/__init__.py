"""Claude as a `core.ports.LLM`: Anthropic's Messages API through its SDK.

https://platform.claude.com/docs/en/api/messages; the types are those of the SDK. Importing it
takes seconds, so that happens at the first call and on a thread.
"""

from adapters.anthropic_llm.client import AnthropicLLM, AnthropicSettings

__all__ = ["AnthropicLLM", "AnthropicSettings"]
