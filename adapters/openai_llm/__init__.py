"""Models that speak OpenAI's Chat Completions, as a `core.ports.LLM`: OpenAI's own, and those of
Ollama, vLLM, LM Studio and other servers.

https://developers.openai.com/api/reference/resources/chat; the types are those of the SDK. Why not
the newer Responses API: docs/adr/0006-chat-completions.md.
"""

from adapters.openai_llm.client import OpenAILLM, OpenAISettings

__all__ = ["OpenAILLM", "OpenAISettings"]
