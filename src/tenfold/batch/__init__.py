"""From one picture to ten million: sources, workers, outputs, and a journal of what is done."""
