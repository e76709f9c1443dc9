"""The web front: the secret calendar feed, and what a load balancer asks."""
