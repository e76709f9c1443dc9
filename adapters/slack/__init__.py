"""Slack's dialect: https://docs.slack.dev through slack-sdk.

Importing that library takes a third of a second, so only `settings` may be imported before there
is a token.
"""
