"""services.synthesis.configurations.api"""
