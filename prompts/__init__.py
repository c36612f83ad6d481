"""The prompt files, one for each call to a language model, rendered by `chatrec.prompting`."""
