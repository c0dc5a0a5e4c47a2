"""From text to terms: the same chain for what is indexed and for what is asked."""
