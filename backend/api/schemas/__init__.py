"""The bodies of requests and responses, in one module per resource. What stands directly in this folder is yours."""
