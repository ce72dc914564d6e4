"""services.synthesis.configurations.store"""
