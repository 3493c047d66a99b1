"""The supervision layer: watches over the service, judges it and improves it; the service knows nothing of it."""
