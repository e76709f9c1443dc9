"""The Telegram front: what it says is kept before it is told yes, polled or pushed."""
