"""HTTP API and chat page over `chatrec.conversations`. The only package with web libraries."""
