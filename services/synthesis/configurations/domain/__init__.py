"""services.synthesis.configurations.domain"""
