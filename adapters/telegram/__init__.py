"""Telegram's dialect: https://core.telegram.org/bots/api through python-telegram-bot.

Importing that library takes a third of a second, so only `settings` may be imported before there
is a token.
"""
