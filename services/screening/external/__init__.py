"""services.screening.external"""
