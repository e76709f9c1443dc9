"""When: due rows become deliveries, deliveries leave through the messengers."""
