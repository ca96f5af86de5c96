"""What a consumer gets back, under the interpretation of the Supreme People's Court of 2025 (法释〔2025〕4号)."""
