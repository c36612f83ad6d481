"""Catalogue -> training turns -> an adapter that reads them.

`shoppers` draws what could be said, `sentences` words it, `turns` makes whole turns with their
answers in exactly the form `chatrec.understand` sends, `train` fits a LoRA adapter to them.
"""
