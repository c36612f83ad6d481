"""Simulated shoppers who talk to the real dialogue and judge it by state, never by wording.

Each shopper has a hidden goal drawn from the catalogue (`goals`, made of `slots`) and an agenda
of things to say (`agenda`), after Schatzmann et al., "Agenda-Based User Simulation for
Bootstrapping a POMDP Dialogue System" (NAACL-HLT 2007): what is still to be said lies on a stack,
and every reply may push something on it. An act becomes a message as people type on phones
(`wording`, `thumbs`); the words are in `phrases.yaml` and are not those that adapters are trained
on. Every finished turn is held against what was said so far (`judge`), dialogues are played
(`play`) in an open shop (`shop`) and become rates with intervals (`rates`) and text (`report`).
"""
