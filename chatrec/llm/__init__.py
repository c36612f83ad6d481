"""Messages -> words or JSON: the adapters of the port `chatrec.ports.LanguageModel`.

    prompt      messages -> prompt text, with a shopper's look-alike control tokens disarmed
    grammar     JSON schema -> EBNF for constrained decoding, compact JSON only
    answers     answer text -> JSON that was checked against its schema
    pieces      tokens -> pieces of text that never split a character
    models      settings and machine -> which engine and model, and the loaded model
    merge       base GGUF + LoRA adapter -> merged GGUF in the cache
    openvino_engine, transformers_engine, langchain_engine      the three adapters

The adapters know nothing of shops, turns or prompts. Import them through `models.load_model`,
which loads only the engine that is used.
"""
