"""How a report is built: progress, layout, PDF.

You need not open this to write a feature.
"""
