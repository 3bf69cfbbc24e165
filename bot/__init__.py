"""Answers to people: the terminal, Telegram, and reports."""
