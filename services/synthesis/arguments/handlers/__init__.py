"""services.synthesis.arguments.handlers"""
