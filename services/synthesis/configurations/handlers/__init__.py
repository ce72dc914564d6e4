"""services.synthesis.configurations.handlers"""
