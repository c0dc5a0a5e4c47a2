"""The HTTP toolkit: where Flask's globals become plain values and domain errors become pages."""
