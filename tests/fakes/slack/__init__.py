"""A Slack to test against: Web API, Socket Mode and signed requests, with people in front of it."""

from tests.fakes.slack.app import App
from tests.fakes.slack.channels import Channel, Message
from tests.fakes.slack.deliveries import Delivery
from tests.fakes.slack.faults import Delayed, Fault, Limited, Refused
from tests.fakes.slack.person import Person
from tests.fakes.slack.server import Accepted, SlackServer
from tests.fakes.slack.views import View
from tests.fakes.slack.workspace import Workspace

__all__ = [
    "Accepted",
    "App",
    "Channel",
    "Delayed",
    "Delivery",
    "Fault",
    "Limited",
    "Message",
    "Person",
    "Refused",
    "SlackServer",
    "View",
    "Workspace",
]
