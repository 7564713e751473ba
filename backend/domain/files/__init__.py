"""Files, pictures, storage."""
