"""The Slack front: what it says is kept before it is told yes, by socket or by HTTP."""
