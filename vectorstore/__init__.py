"""Catalogue and FAQ files in, candidates and entries out: reading, learning, embedding, search."""
