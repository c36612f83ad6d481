"""chatrec: a conversational shop assistant that a shop hosts itself."""
