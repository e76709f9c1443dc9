"""Each vendor on the loopback, with its SDK imported once: that takes seconds."""

from collections.abc import AsyncIterator

import anthropic
import openai
import pytest

from core.ports import Store
from tests.fakes.clock import FakeClock
from tests.models.talk import Talk
from tests.models.vendors import OTHER, VENDORS, Vendor, opened

_ = anthropic.AsyncAnthropic.messages, openai.AsyncOpenAI.chat
"""The SDKs import the rest of themselves when these are looked at."""


@pytest.fixture(params=VENDORS)
async def vendor(request: pytest.FixtureRequest, no_certificates: None) -> AsyncIterator[Vendor]:
    """Nothing that was asked of it may be what the vendor refuses."""
    async with opened(request.param) as vendor:
        yield vendor
        assert vendor.server.faulty == []


@pytest.fixture
def talk(sqlite_store: Store, clock: FakeClock, vendor: Vendor) -> Talk:
    return Talk(sqlite_store, clock, vendor.quick, deep=[vendor.deep])


@pytest.fixture
async def other(vendor: Vendor) -> AsyncIterator[Vendor]:
    """The other vendor, for mixed set-ups and for falling over."""
    async with opened(OTHER[vendor.name]) as other:
        yield other
        assert other.server.faulty == []
