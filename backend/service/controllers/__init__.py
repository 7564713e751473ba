"""Controllers call several services at once: run side by side, each on a connection of its own."""
