"""A question on an order or account -> the shop's own system -> its answer in words.

A shop names its lookups in the settings: what they are asked by, what they need to know, and the
Python callable, LangChain tool, MCP server or HTTP endpoint that knows the answer. What is missing
is asked for, one thing at a time; nothing is guessed, and who the shopper is comes from the host
page alone (`Turn.profile`), never from the message. Words are made of the fields that the shop
lets be shown. No model is involved.
"""
