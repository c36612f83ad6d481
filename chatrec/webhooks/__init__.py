"""What happens in conversations -> signed requests to the shop's own systems.

`heard` notices what a conversation store is told, `outbox` keeps it on disk until it is delivered,
`sender` delivers it from threads of its own: no turn waits for a receiver.
"""
