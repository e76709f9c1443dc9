"""Telegram's dialect."""
