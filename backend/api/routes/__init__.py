"""Routes, one module per resource. What stands directly in this folder is yours."""
