"""Fine-tuning of the built-in model: last stages, last layers and heads together."""
