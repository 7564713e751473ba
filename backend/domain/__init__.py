"""What the product is about: entities, their errors and events, and the tasks that run in the background."""
