"""Messages -> words or JSON: the adapters of the port `chatrec.ports.LanguageModel`.

    prompt      messages -> prompt text, with a shopper's look-alike control tokens disarmed
    grammar     JSON schema -> EBNF for constrained decoding, compact JSON only
    answers     answer text -> JSON that was checked against its schema
    pieces      tokens -> pieces of text that never split a character
    models      settings and machine -> which engine and model, and the loaded model
    machine     what this machine has: cores, memory, GPU
    hub         hub id -> folder, downloaded
    merge       base GGUF + LoRA adapter -> merged GGUF in the cache
    dequantize  GGUF -> folder in transformers' format in the cache
    shutdown    engine threads end with the program
    openvino_engine, openvino_worker            the adapter for CPUs, and its thread
    transformers_engine, grammar_mask           the adapter for GPUs, and its grammars
    langchain_engine                            the adapter for servers elsewhere

The adapters know nothing of shops, turns or prompts. Import them through `models.load_model`,
which loads only the engine that is used.
"""
