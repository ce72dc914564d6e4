"""services.synthesis.configurations"""
