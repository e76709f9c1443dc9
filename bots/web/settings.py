"""Where the web front listens and is reached. Without FastAPI, which takes long to import."""

import errno
import re
import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError


def _reachable(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
        raise PydanticCustomError("public_url", "It must look like https://pixie.example.org")
    return url


class WebSettings(BaseSettings):
    """Where the web front listens."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    web_host: str = "127.0.0.1"
    """The address to listen on; 0.0.0.0 for every one."""
    web_port: int = Field(default=8321, ge=0, le=65535)
    """The port to listen on."""
    public_url: Annotated[str, AfterValidator(_reachable)] = ""
    """Where Pixie is reached from outside, such as https://pixie.example.org; calendar links
    begin with it."""

    def reached_at(self) -> str:
        """The beginning of every link to this instance, without a trailing slash."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = self.web_host
        with suppress(ValueError):
            address = ip_address(host)
            if address.is_unspecified:
                host = "localhost"
            elif address.version == 6:
                host = f"[{host}]"
        return f"http://{host}:{self.web_port}"


def listen(settings: WebSettings) -> socket.socket:
    """A socket on the host and port. Raises ConfigError that names the setting to change."""
    host, port = settings.web_host, settings.web_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                mend = f"Port {port} is taken; stop what listens there or set another."
                raise ConfigError("PIXIE_WEB_PORT", mend) from error
            case errno.EACCES:
                mend = f"Port {port} is not for this user; set one above 1023."
                raise ConfigError("PIXIE_WEB_PORT", mend) from error
            case _:
                mend = f"This machine has no address {host}; set 127.0.0.1 or 0.0.0.0."
                raise ConfigError("PIXIE_WEB_HOST", mend) from error
