"""services.synthesis.inference.handlers"""
