"""The bodies of requests and responses, in one module per resource. The modules directly in this folder are yours."""
