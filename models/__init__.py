"""The nouns: what flows through tacit, what is kept, and what a card may become."""
