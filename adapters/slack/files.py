"""What people attach, fetched from Slack. https://docs.slack.dev/reference/objects/file-object"""

from adapters.slack.client import SlackClient
from core.errors import Refused
from core.files import too_large


class SlackFiles:
    """`core.ports.Files` of the workspaces; a ref is a workspace's id and the file's address."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def fetch(self, platform: str, ref: str, most_bytes: int) -> bytes:
        """See `core.ports.Files`."""
        team, _, url = ref.partition(":")
        if not url:
            raise Refused("the file has no address")
        content = await self._client.download(team, url, most_bytes)
        if content is None:
            raise too_large(most_bytes=most_bytes)
        return content
