"""Calls without a library."""

from typing import Any

import aiohttp

from tests.fakes.telegram import TelegramServer


async def ask(telegram: TelegramServer, method: str, **params: Any) -> dict[str, Any]:
    """One call without a library, as JSON."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.base_url}{telegram.token}/{method}", json=params) as response,
    ):
        answer: dict[str, Any] = await response.json()
        assert response.status == answer.get("error_code", 200)
        return answer
